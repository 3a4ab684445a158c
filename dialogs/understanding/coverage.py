"""How much of a question the documents have anything on: what they have not must not be answered with what is near."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.normalise import Word, folded_whole, words
from dialogs.understanding.reading import Run
from dialogs.understanding.vocabulary import ASKING, Thing, Vocabulary, concept_of

#: Concepts that are in every question, and so tell nothing apart.
NOT_TELLING = frozenset({EMPTY, "me", "you", "us", "it", "also", "not", "about", *ASKING})
#: Shorter stems are parts of too many words by chance.
_COMPOUNDED, _FIRST_PART = 5, 4
#: How much of a word another word of its concept is; how much a word of the running text says against one of the
#: names; and in how many phrases a word stands that tells half as much as one in none.
_BY_CONCEPT, _IN_TEXT, _OFTEN = 0.5, 0.4, 25
#: A number that is no year; shorter numerals are articles and prepositions too ("ein", "to").
_NUMBER, _NUMERAL = re.compile(r"\b\d{1,3}\b"), 4


@dataclass(frozen=True)
class Covering:
    """How much of a question is in a thing: ``score`` tells the likelier of two, ``share`` (0 to 1) says how much of
    the question's telling words the thing has at all."""

    thing: Thing
    score: float
    share: float


def covering(run: Iterable[Word], vocabulary: Vocabulary, kinds: tuple[str, ...]) -> list[Covering]:
    """The things of these kinds that have any of what the words tell, best first."""
    weights = {word: weight(word, vocabulary) for word in run}
    total = sum(weights.values())
    found = []
    for thing in vocabulary.things if total else ():
        if thing.kind in kinds:
            named, told = _heard(thing)
            in_name = sum(weight * _heard_in(word, named) for word, weight in weights.items())
            in_all = sum(weight * _heard_in(word, told) for word, weight in weights.items())
            if in_all:
                found.append(Covering(thing, in_name + _IN_TEXT * (in_all - in_name), in_all / total))
    return sorted(found, key=lambda one: one.score, reverse=True)


def weight(word: Word, vocabulary: Vocabulary) -> float:
    """How much a word tells: more the fewer things have it, most where no document does; less the more often people
    say it whatever they ask."""
    rarity = math.log(1 + len(vocabulary.things) / (1 + vocabulary.places(word.stem)))
    return rarity / (1 + vocabulary.spelling.times(word.text) / _OFTEN)


def telling(runs: Iterable[Run], vocabulary: Vocabulary, besides: frozenset[str] = frozenset()) -> list[Word]:
    """The words that tell one thing from another: not the programme's own name, and none of ``besides``, which are
    concepts."""
    silent = NOT_TELLING | besides
    words = [word for run in runs if not run.concepts & silent for word in run.words]
    return [word for word in words if word.stem not in vocabulary.own_name and not set(concepts_of([word])) & silent]


def tells_number(thing: Thing) -> bool:
    """Whether a thing can answer how many or how much."""
    return bool(_NUMBER.search(thing.text)) or any(
        len(word) >= _NUMERAL and word in NUMBERS for word in folded_whole(thing.text).split()
    )


@lru_cache(maxsize=2000)
def _heard(thing: Thing) -> tuple[frozenset[str], frozenset[str]]:
    """The stems and concepts in a thing's names, and those in its names and its text."""
    named = _stems_and_concepts(" ".join(thing.names))
    return named, named | _stems_and_concepts(thing.text)


def _stems_and_concepts(text: str) -> frozenset[str]:
    run = words(folded_whole(text))
    return frozenset(word.stem for word in run) | {f"={concept_of(word)}" for word in run if concepts_of([word])}


def _heard_in(word: Word, heard: frozenset[str]) -> float:
    """How much of a word is there: all of it, by itself or in a compound; or a word of the same concept."""
    if word.stem in heard:
        return 1.0
    parts = [other for other in heard if min(len(other), len(word.stem)) >= _COMPOUNDED]
    if any(_is_part(*sorted((word.stem, other), key=len)) for other in parts):
        return 1.0
    return _BY_CONCEPT if concepts_of([word]) and f"={concept_of(word)}" in heard else 0.0


def _is_part(short: str, long: str) -> bool:
    rest = len(long) - len(short)
    return long.startswith(short) or (rest >= _FIRST_PART and long.endswith(short))
