"""What is asked for and is in no document: the number, or the group, that nothing has."""

from itertools import pairwise
from typing import Any

from dialogs.understanding.coverage import NOT_TELLING, covering
from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.normalise import Word
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Vocabulary

#: What stands between a group and what it is for; and what says nothing of which group it is.
_FOR = frozenset({"for", "om", "på", "til", "of", "on"})
_ANY_GROUP = frozenset({"workgroup", "groups", "change", "join", "leave", "open", "all", "anonymous"})


def names_other_group(reading: Reading, vocabulary: Vocabulary) -> bool:
    """ "Gruppa for HR" where no group is for that: the word behind "for" is in the names of none."""
    if any(thing.kind == "group" for _, thing in reading.named):
        return False
    for group, between, what in zip(reading.words, reading.words[1:], reading.words[2:], strict=False):
        if "workgroup" in concepts_of([group]) and between.text in _FOR:
            return _is_of_no_group(what, vocabulary)
    return False


def _is_of_no_group(word: Word, vocabulary: Vocabulary) -> bool:
    if (
        set(concepts_of([word])) & {*NOT_TELLING, *_ANY_GROUP}
        or word.text.isdigit()
        or word.stem in vocabulary.own_name
    ):
        return False
    return not any(one.thing.kind == "group" for one in covering([word], vocabulary, ("group",)))


#: What is numbered in the documents: of which concept, and under which value it is asked for.
_NUMBERED = {
    "workgroup.about": ("workgroup", "group"),
    "initiative.about": ("recommendation", "fact"),
    "delivery.about": ("delivery", "fact"),
    "goal.about": ("goal", "fact"),
}


def number_of_none(intent: str, reading: Reading, vocabulary: Vocabulary, values: dict[str, Any]) -> dict[str, Any]:
    """The number that no group, recommendation, … has: whatever its other words resemble is not what was meant."""
    concept, name = _NUMBERED.get(intent, ("", ""))
    number = _number_behind(concept, reading) if concept else None
    if number is None:
        return {}
    keys = {*values.get("facts", []), *values.get("groups", [])}
    meant = [thing for thing in vocabulary.things if thing.key in keys]
    if any(str(number) in spoken.split() for thing in meant for spoken in thing.names):
        return {}
    for one in (name, f"{name}s"):
        values.pop(one, None)
    return {"number": number}


def _number_behind(concept: str, reading: Reading) -> int | None:
    """The number right behind a word of that concept: in figures, or a numeral."""
    for before, after in pairwise(reading.words):
        said = after.text if after.text.isdigit() else NUMBERS.get(after.text, "")
        if said.isdigit() and len(said) < _LONG_NUMBER and concept in concepts_of([before]):
            return int(said)
    return None


#: A number of so many figures is a year.
_LONG_NUMBER = 4
