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
_DAY_OF_IT = _BESIDE | {"day", "when", "which", "@milestone", "@date"}
_TAKES_BACK = _BESIDE | {"hello", "cancel", "stop", "not", "me", "wait", "leave"}
_NEXT = frozenset({"come", "w:ok", "after", "next", "happen", "phase", "@phase", "then", "again", "still"})
_LONGER = 8

Continued = tuple[str, dict[str, Any]]


def followed_up(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """The intent of a text that only names a number or a day, and what it is about; None where it says more."""
    if not subject:
        return None
    whole = _of_a_group(reading, subject, vocabulary) or _on_that_day(reading, subject)
    return (
        whole
        or _who_leads_it(reading, subject)
        or _back_out(reading, subject)
        or _of_it(reading, subject)
        or _after_it(reading, subject, vocabulary)
    )


def _of_a_group(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """ "Og den tredje?", "nr 3 da": the group of that number."""
    number = _number(reading) if len(reading.words) <= _SHORT else None
    if not number or not any(kind in subject for kind in _GROUPS):
        return None
    group = _numbered(number, subject, vocabulary)
    if group is None or not reading.concepts - {"#number"} - _ordinals(reading) <= _BESIDE:
        return None
    return "workgroup.about", {"groups": [group], "group": group}


def _on_that_day(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Og etter nyttår?": who that person is then."""
    if not reading.window or "person" not in subject or len(reading.words) > _SHORT:
        return None
    if not reading.concepts - {"@date"} <= _BESIDE:
        return None
    first, last = reading.window.first.isoformat(), reading.window.last.isoformat()
    return "person.role", {"person": subject["person"], "persons": [subject["person"]], "from": first, "to": last}


def _who_leads_it(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Cool. And the chair?": of the group spoken of."""
    said = reading.concepts
    if "group" not in subject or len(reading.words) > _LONGER or "lead" not in said:
        return None
    if not said <= _BESIDE | {"who", "thanks", "name", "called", "w:cool", "w:ok"}:
        return None
    return "workgroup.about", {"group": subject["group"], "groups": [subject["group"]]}


def _back_out(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Hm no, forget it" right after one signed up."""
    said, count = _first_clause(reading)
    if subject.get("of") != "workgroup.join" or count > _SHORT or not {"cancel", "stop"} & said:
        return None
    if not {symbol for symbol in said if not symbol.startswith("w:")} <= _TAKES_BACK:
        return None
    return "workgroup.leave", {"group": subject["group"], "groups": [subject["group"]]}


def _of_it(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Kva dag då? Treng dato til kalenderen": of the milestone spoken of."""
    said, count = _first_clause(reading)
    if "milestone" not in subject or count > _SHORT or not {"day", "when"} & said or not said <= _DAY_OF_IT:
        return None
    return "milestone.when", {"milestone": subject["milestone"], "milestones": [subject["milestone"]]}


def _after_it(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """ "Hva kommer etter den igjen": the phase after the one spoken of."""
    said = reading.concepts
    if "phase" not in subject or reading.window or len(reading.words) > _LONGER:
        return None
    if not said & {"after", "next", "come"} or not said <= _BESIDE | _NEXT:
        return None
    return "phase.about", {"phase": _following(subject["phase"], vocabulary)}


def _first_clause(reading: Reading) -> tuple[set[str], int]:
    """The symbols of the first sentence or clause, and how many words it has."""
    end = min(reading.breaks, default=len(reading.text))
    places = zip(reading.starts, reading.symbols, strict=True)
    said = {symbol for start, place in places if start < end for symbol in place}
    return said, sum(word.start < end for word in reading.words)


def _following(phase: str, vocabulary: Vocabulary) -> str:
    """The phase after that one; of the last, itself."""
    keys = [thing.key for thing in vocabulary.things if thing.kind == "phase"]
    at = keys.index(phase) + 1 if phase in keys else len(keys)
    return keys[at] if at < len(keys) else phase


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
