"""Follow-ups of a few words: what the last answer was about says what they want."""

from typing import Any

from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Vocabulary

#: Longer texts say themselves what they want.
_SHORT = 5
_ORDINALS = (
    "første fyrste first enern einaren",
    "andre second toern toeren toaren",
    "tredje third treern treeren trearen",
    "fjerde fourth firern fireren firaren",
    "femte fifth femmern femmeren femmaren",
    "sjette sixth seksern sekseren seksaren",
)
_AT = {word: at for at, line in enumerate(_ORDINALS, 1) for word in line.split()}
#: What may stand beside a number or a day without saying anything itself.
_BESIDE = frozenset(
    {"also", "it", "you", "after", "workgroup", "lead", "member", "again", "what", "whatabout", "top", "nr"}
    | {"@group", "w:nr", "?"}
)
_GROUPS = ("group", "groups")


def followed_up(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> tuple[str, dict[str, Any]] | None:
    """The intent of a text that only names a number or a day, and what it is about; None where it says more."""
    if not subject or len(reading.words) > _SHORT:
        return None
    said = {symbol for place in reading.symbols for symbol in place}
    number = _number(reading)
    if number and any(kind in subject for kind in _GROUPS) and said - {"#number"} - _ordinals(reading) <= _BESIDE:
        group = _numbered(number, subject, vocabulary)
        return ("workgroup.about", {"groups": [group], "group": group}) if group else None
    if reading.window and "person" in subject and said - {"@date"} <= _BESIDE:
        first, last = reading.window.first.isoformat(), reading.window.last.isoformat()
        return "person.role", {"person": subject["person"], "persons": [subject["person"]], "from": first, "to": last}
    return None


def by_ordinal(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> list[str]:
    """The group that "the second" means after an answer about groups."""
    number = _number(reading) if any(word.text in _AT for word in reading.words) else None
    group = _numbered(number, subject, vocabulary) if number and any(kind in subject for kind in _GROUPS) else None
    return [group] if group else []


def _number(reading: Reading) -> int | None:
    """The one number or ordinal of the text."""
    found = [_AT.get(word.text) or (int(word.text[:2]) if word.text.isdecimal() else 0) for word in reading.words]
    numbers = [number for number in found if number]
    return numbers[0] if len(numbers) == 1 else None


def _ordinals(reading: Reading) -> set[str]:
    """The symbols of the words that say which, whatever else they may stand for."""
    places = zip(reading.starts, reading.symbols, strict=True)
    which = {word.start for word in reading.words if word.text in _AT}
    return {symbol for start, place in places if start in which for symbol in place}


def _numbered(number: int, subject: dict[str, str], vocabulary: Vocabulary) -> str | None:
    """The group of that number; where groups have none, the one at that place of the list that was shown."""
    wanted = f"gruppe {number}"
    group = next((thing.key for thing in vocabulary.things if thing.kind == "group" and wanted in thing.names), None)
    listed = [key for key in subject.get("groups", "").split(",") if key]
    return group or (listed[number - 1] if 0 < number <= len(listed) else None)
