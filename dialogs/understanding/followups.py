"""Follow-ups of a few words: what the last answer was about says what they want."""

from typing import Any

from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.preferences import setting
from dialogs.understanding.reading import Reading
from dialogs.understanding.signals import signals_in
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
#: What is an ordinal only behind an article; without one it means others, or a moment.
_OTHERS = frozenset({"andre", "second"})
_THE = frozenset({"den", "det", "the", "gruppe", "gruppa", "team", "nr", "nummer", "i", "te"})
_LAST = frozenset({"siste", "last"})
#: What may stand beside a number or a day without saying anything itself.
_BESIDE = frozenset(
    {"also", "it", "you", "after", "workgroup", "lead", "member", "again", "what", "whatabout", "top", "nr"}
    | {"@group", "w:nr", "?"}
)
_GROUPS = ("group", "groups")
_DAY_OF_IT = _BESIDE | {"day", "when", "which", "@milestone", "@date"}
_TAKES_BACK = _BESIDE | {"hello", "cancel", "stop", "not", "me", "wait", "leave"}
_NEXT = frozenset(
    {"come", "w:ok", "after", "next", "happen", "phase", "@phase", "then", "again", "still", "when", "begin"}
)
_LONGER = 8
_MEET = {"meet", "meeting"}
#: "De" are they, and in Nynorsk you: nobody asks the bot when it meets.
_THOSE = {"they", "you", "@group"}
#: What is numbered in the documents, by the question that was answered about it.
_NUMBERED = {
    "goal.about": ("goal", "goal.about"),
    "delivery.about": ("delivery", "delivery.about"),
    "initiative.about": ("recommendation", "initiative.about"),
}

Continued = tuple[str, dict[str, Any]]


def followed_up(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """The intent of a text that only names a number or a day, and what it is about; None where it says more."""
    if not subject:
        return None
    if reading.concepts - {"w:ok"} == {"thanks"} and len(reading.words) <= _SHORT:
        return "smalltalk", {"about": "thanks"}
    whole = _of_a_group(reading, subject, vocabulary) or _on_that_day(reading, subject)
    return (
        whole
        or _of_a_number(reading, subject, vocabulary)
        or _of_messages(reading, subject)
        or _who_leads_it(reading, subject)
        or _when_they_meet(reading, subject)
        or _why_they(reading, subject)
        or _what_came_of_it(reading, subject, vocabulary)
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
    if group is None or not reading.concepts - {"#number", *_bare_day(reading)} - _ordinals(reading) <= _BESIDE:
        return None
    return "workgroup.about", {"groups": [group], "group": group}


def _bare_day(reading: Reading) -> frozenset[str]:
    """ "Og i 4?" names no month: after an answer about a group it is no day."""
    said = {word.text for word in reading.words if not word.text.isdecimal()}
    return frozenset({"@date"}) if all(EMPTY in concepts_of([word]) or "also" in concepts_of([word])
                                       for word in reading.words if word.text in said) else frozenset()  # fmt: skip


def _of_a_number(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """ "Nummer 2, hva betyr det?": of the goals, deliveries or recommendations spoken of, the one of that number."""
    kind, intent = _NUMBERED.get(subject.get("of", ""), ("", ""))
    number = _number(reading) if kind and len(reading.words) <= _LONGER and not reading.named else None
    if not number:
        return None
    named = [thing for thing in vocabulary.things
             if thing.kind == kind and any(name.endswith(f" {number}") for name in thing.names)]  # fmt: skip
    return (intent, {"fact": named[0].key, "facts": [named[0].key]}) if named else None


def _of_messages(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "På fredager da", "heller hver måned": how often, right after messages were turned on or off."""
    if subject.get("of") != "subscription.set" or len(reading.words) > _SHORT:
        return None
    values = setting(reading, [])
    return ("subscription.set", values) if {"frequency", "weekday"} & values.keys() else None


def _on_that_day(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Og etter nyttår?": who that person is then."""
    if not reading.window or "person" not in subject or len(reading.words) > _SHORT:
        return None
    if not reading.concepts - {"@date"} <= _BESIDE:
        return None
    first, last = reading.window.first.isoformat(), reading.window.last.isoformat()
    return "person.role", {"person": subject["person"], "persons": [subject["person"]], "from": first, "to": last}


def _who_leads_it(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Cool. And the chair?": of the group spoken of, unless another is named."""
    said = reading.concepts
    if any(thing.kind == "group" and thing.key != subject.get("group") for _, thing in reading.named):
        return None
    if "group" not in subject or len(reading.words) > _LONGER or "lead" not in said:
        return None
    if not said <= _BESIDE | {"who", "thanks", "name", "called", "w:cool", "w:ok"}:
        return None
    return "workgroup.about", {"group": subject["group"], "groups": [subject["group"]]}


def _when_they_meet(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Når har de neste møte": of the group spoken of, and no milestone."""
    said = reading.concepts
    if "group" not in subject or len(reading.words) > _LONGER or reading.named:
        return None
    if not said & _MEET or not said & {"when", "next"} or not said & _THOSE:
        return None
    return "workgroup.about", {
        "group": subject["group"],
        "groups": [subject["group"]],
        "asks": ["meeting"],
        "aspect": "",
    }


def _why_they(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Hvorfor byttet hun": the reason of one person's, which those of the whole programme are not."""
    said = reading.concepts
    if "person" not in subject or len(reading.words) > _LONGER or reading.named:
        return None
    if "why" not in said or not said & {"she", "@person"}:
        return None
    return "person.role", {"person": subject["person"], "persons": [subject["person"]]}


def _what_came_of_it(reading: Reading, subject: dict[str, str], vocabulary: Vocabulary) -> Continued | None:
    """ "Hva kom de fram til", "ble de enige": of the milestone spoken of."""
    if "milestone" not in subject or len(reading.words) > _LONGER or reading.named or reading.window:
        return None
    if "outcome" not in signals_in(reading.text, vocabulary.spelling.knows, "sought.txt"):
        return None
    return "milestone.when", {"milestone": subject["milestone"], "milestones": [subject["milestone"]]}


def _back_out(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Hm no, forget it" right after one signed up."""
    said, count = _first_clause(reading)
    if subject.get("of") != "workgroup.join" or count > _SHORT or not {"cancel", "stop"} & said:
        return None
    if not {symbol for symbol in said if not symbol.startswith("w:")} <= _TAKES_BACK:
        return None
    return "workgroup.leave", {"group": subject["group"], "groups": [subject["group"]]}


def _of_it(reading: Reading, subject: dict[str, str]) -> Continued | None:
    """ "Kva dag då? Treng dato til kalenderen": of the milestone spoken of, unless another is named."""
    said, count = _first_clause(reading)
    if "milestone" not in subject or reading.named or count > _SHORT:
        return None
    if not {"day", "when"} & said or not said <= _DAY_OF_IT:
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
    numbers = [number for at in range(len(reading.words)) if (number := _number_at(at, reading))]
    return numbers[0] if len(numbers) == 1 else None


def _number_at(at: int, reading: Reading) -> int:
    """The number or ordinal at a place, or 0: "hvem andre er med" are the others, "den andre" is the second."""
    said = reading.words[at].text
    if said.isdecimal():
        return int(said[:2])
    if said in _OTHERS and (at == 0 or reading.words[at - 1].text not in _THE):
        return 0
    if said in _LAST and at and reading.words[at - 1].text in _THE:
        return -1
    return _AT.get(said, 0)


def _ordinals(reading: Reading) -> set[str]:
    """The symbols of the words that say which, whatever else they may stand for."""
    places = zip(reading.starts, reading.symbols, strict=True)
    which = {word.start for word in reading.words if word.text in _AT or word.text in _LAST}
    return {symbol for start, place in places if start in which for symbol in place}


def _numbered(number: int, subject: dict[str, str], vocabulary: Vocabulary) -> str | None:
    """The group of that number; where groups have none, the one at that place of the list that was shown."""
    if number < 0:
        return subject.get("groups", "").rpartition(",")[2] or None
    wanted = f"gruppe {number}"
    group = next((thing.key for thing in vocabulary.things if thing.kind == "group" and wanted in thing.names), None)
    listed = [key for key in subject.get("groups", "").split(",") if key]
    return group or (listed[number - 1] if 0 < number <= len(listed) else None)
