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
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in (FOLDER / "words" / "orders.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition("=")
        if words and not name.startswith("#"):
            parts = words.split("|") if "|" in words else words.split()
            found.setdefault(name.strip(), set()).update(part.strip() for part in parts)
    return {name: frozenset(words) for name, words in found.items()}


def begins_to_ask(reading: Reading) -> bool:
    """Whether the first words are those that questions begin with: "do I …", "får vi …", but not "få det inn"."""
    lists, (first, second) = _lists(), [*(word.text for word in reading.words), "", ""][:2]
    return first in lists["begins"] and second in lists["self"] | lists["self en"] | lists["you"]


def is_only_spoken_of(text: str, reading: Reading, intent: str, language: Language) -> bool:
    """Whether the text asks or thinks aloud about the change instead of ordering it, or is about somebody else."""
    words = [word.text for word in reading.words]
    lists, pairs = _lists(), list(pairwise(words))
    if not words or not lists["supposes"].isdisjoint((*words, *(" ".join(pair) for pair in pairs))):
        return True
    oneself = lists["self"] | lists.get(f"self {language}", frozenset())
    if intent in _OF_ONESELF and oneself.isdisjoint(words):
        return True
    if any(first in lists["request"] and second in lists["you"] for first, second in pairs):
        return False
    return "?" in text or not ASKING.isdisjoint(reading.concepts) or words[0] in lists["begins"]
