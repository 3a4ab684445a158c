"""Whether two questions ask the same, in whatever words: by what is left of them as concepts and stems."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from dialogs.understanding.lexicon import EMPTY, concepts_of, longest_from
from dialogs.understanding.normalise import Word, folded, words
from dialogs.understanding.signals import signals_in

#: Question words that make another question of the same words; "what" and "which" do not.
_ASKS = frozenset({"when", "where", "who", "why", "how", "howlong", "howmany"})
_SAYS_NOTHING = frozenset({"what", "which", "howmuch", "also", "about"})
#: What a question about the asker's own position speaks of, and the words for oneself.
_OWN, _POSITION = frozenset({"job", "mine", "salary"}), frozenset({"job", "salary"})
_SELF = frozenset({"jeg", "eg", "æ", "æg", "jæ", "je", "jei", "meg", "mæ", "mei", "my", "myself"})
#: With these a move, temps or closing down is about oneself too.
_US = frozenset(
    {"vi", "oss", "vår", "vårt", "våre", "vårres", "vores", "min", "mi", "mitt", "mine", "me", "we", "us", "our"}
)
#: Nor is a question passed on that tells how its writer is, or what was done to them.
_NOT_FOR_LEADERS = frozenset({"position", "danger", "distress", "harassment"})
#: Shorter stems are in too many words by chance.
_TELLING_LENGTH = 5
#: How much of both questions must be the same: of two, or of two that the documents leave open as one.
ENOUGH, ENOUGH_OF_ONE_TOPIC = 0.7, 0.4


@dataclass(frozen=True)
class Gist:
    """What is left of a question: what it asks for, and its words as concepts where they are known ones."""

    asks: frozenset[str]
    concepts: frozenset[str]
    stems: frozenset[str]

    @property
    def size(self) -> int:
        return len(self.asks) + len(self.concepts) + len(self.stems)


@lru_cache(maxsize=2000)
def gist_of_published(title: str) -> Gist:
    """The gist of a question that was answered for everyone: kept, since every question is held against it."""
    return gist(title)


def gist(text: str) -> Gist:
    """The gist of a question. Nothing is kept of it."""
    found, run, at = set(), words(folded(text)), 0
    stems = set()
    while at < len(run):
        concept, length = _longest(run[at:])
        if length:
            found.add(concept)
        else:
            stems.add(run[at].stem)
        at += length or 1
    found -= {EMPTY} | _SAYS_NOTHING
    return Gist(frozenset(found & _ASKS), frozenset(found - _ASKS), frozenset(stems))


def likeness(one: Gist, other: Gist, is_one_topic: bool = False) -> float:
    """From 0 (something else is asked) to 1 (the same). ``is_one_topic``: the documents leave both open as one."""
    if one.asks != other.asks or _numbers(one) != _numbers(other):
        return 0.0
    concepts, stems = one.concepts & other.concepts, _shared(one.stems, other.stems)
    lacking, more = one.concepts - concepts, other.concepts - concepts
    if (lacking and more) or not (concepts or stems):
        return 0.0
    # What is only in the one and what is only in the other: a question about another thing, in the same words.
    is_exchanged = _unshared(one, other) and _unshared(other, one)
    if is_exchanged and not is_one_topic:
        return 0.0
    size = one.size + other.size
    return (2 * (len(one.asks) + len(concepts)) + stems) / size


def is_about_oneself(text: str) -> bool:
    """Whether a question may be about the asker's own position, however it was understood; rather too often."""
    run = words(folded(text))
    speaks_of_it = any(word.text in _SELF or not _OWN.isdisjoint(concepts_of([word])) for word in run)
    return speaks_of_it or "self" in signals_in(text) or is_about_own_position(text)


def is_about_own_position(text: str) -> bool:
    """Whether it speaks of a job, pay or being thrown out, or of a move, temps or the like together with oneself."""
    run, said = words(folded(text)), signals_in(text)
    if said & _NOT_FOR_LEADERS or any(not _POSITION.isdisjoint(concepts_of([word])) for word in run):
        return True
    return "place" in said and names_oneself(text)


def names_oneself(text: str) -> bool:
    """Whether it has "I", "we", "our" or the like in it."""
    return any(word.text in _SELF | _US for word in words(folded(text))) or "self" in signals_in(text)


def _longest(run: list[Word]) -> tuple[str, int]:
    for length in range(min(longest_from(run[0]), len(run)), 0, -1):
        found = concepts_of(run[:length])
        if found:
            return found[0], length
    return "", 0


def _numbers(one: Gist) -> set[str]:
    """A day, a group, a delivery: the same words with another number ask for something else."""
    return {stem for stem in one.stems if stem.isdigit()}


def _shared(one: Iterable[str], other: Iterable[str]) -> int:
    """How many stems of both have a counterpart in the other."""
    pairs = [(left, right) for left in one for right in other if _is_alike(left, right)]
    return len({left for left, _ in pairs}) + len({right for _, right in pairs})


def _unshared(one: Gist, other: Gist) -> bool:
    stems = any(not any(_is_alike(left, right) for right in other.stems) for left in one.stems)
    return stems or bool(one.concepts - other.concepts)


def _is_alike(one: str, other: str) -> bool:
    """The same stem, one with a typing error, or a compound with its head or first part."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < _TELLING_LENGTH:
        return False
    return long.startswith(short) or long.endswith(short) or OSA.normalized_similarity(one, other) >= 0.8
