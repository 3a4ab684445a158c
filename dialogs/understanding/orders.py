"""Whether a text orders a change or only speaks of one; then the person is asked before anything is done."""

from functools import cache
from itertools import pairwise

from dialogs.card import Language
from dialogs.understanding.reading import Reading
from dialogs.understanding.stored import FOLDER
from dialogs.understanding.vocabulary import ASKING

#: Who orders these speaks of themselves: "kollegaen vil være med" signs nobody up.
_OF_ONESELF = ("workgroup.join", "workgroup.leave")


@cache
def lists() -> dict[str, frozenset[str]]:
    """The lists of words/orders.txt by their names."""
    found: dict[str, set[str]] = {}
    for line in (FOLDER / "words" / "orders.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition("=")
        if words and not name.startswith("#"):
            parts = words.split("|") if "|" in words else words.split()
            found.setdefault(name.strip(), set()).update(part.strip() for part in parts)
    return {name: frozenset(words) for name, words in found.items()}


def begins_to_ask(reading: Reading) -> bool:
    """Whether the first words are those that questions begin with: "do I …", "får vi …", but not "få det inn"."""
    known, (first, second) = lists(), [*(word.text for word in reading.words), "", ""][:2]
    return first in known["begins"] and second in known["self"] | known["self en"] | known["you"]


def is_only_spoken_of(text: str, reading: Reading, intent: str, language: Language) -> bool:
    """Whether the text asks or thinks aloud about the change instead of ordering it, or is about somebody else."""
    words = [word.text for word in reading.words]
    known, pairs = lists(), list(pairwise(words))
    if not words or not known["supposes"].isdisjoint((*words, *(" ".join(pair) for pair in pairs))):
        return True
    oneself = known["self"] | known.get(f"self {language}", frozenset())
    if intent in _OF_ONESELF and oneself.isdisjoint(words):
        return True
    if any(first in known["request"] and second in known["you"] for first, second in pairs):
        return False
    return "?" in text or not ASKING.isdisjoint(reading.concepts) or words[0] in known["begins"]
