"""How much of a question the documents have anything on: what they have not must not be answered with what is near."""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.normalise import Word, folded_whole, words
from dialogs.understanding.reading import Run
from dialogs.understanding.vocabulary import ASKING, Thing, Vocabulary, concept_of

#: Concepts that are in every question, and so tell nothing apart.
NOT_TELLING = frozenset({EMPTY, "me", "you", "us", "it", "also", "not", "about", *ASKING})
#: What anything does: that somebody "går tilbake" in one document is not what "hva går det ut på" is about.
_DOES_ANYTHING = frozenset(
    {"går", "gå", "gikk", "gjekk", "gått", "kommer", "kjem", "kom", "kommet", "gjør", "gjer", "gjorde", "gjort", "tar"}
    | {"tek", "tok", "får", "fikk", "fekk", "gir", "gjev", "står", "stod", "ligger", "ligg", "holder", "held", "blir"}
    | {"vert", "go", "goes", "going", "went", "come", "comes", "came", "does", "did", "gets", "got", "takes", "makes"}
)
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
    heard = _heard(vocabulary)
    weights = {word: weight(word, vocabulary) for word in run}
    total = sum(weights.values())
    in_names: dict[int, float] = defaultdict(float)
    in_all: dict[int, float] = defaultdict(float)
    for word, telling in weights.items():
        for sums, places in ((in_names, heard.in_names), (in_all, heard.in_all)):
            for at, much in _places(word, heard, places).items():
                sums[at] += telling * much
    found = [
        Covering(vocabulary.things[at], in_names[at] + _IN_TEXT * (much - in_names[at]), much / total)
        for at, much in sorted(in_all.items())
        if vocabulary.things[at].kind in kinds
    ]
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
    runs_told = (run for run in runs if not run.concepts & silent)
    words = [word for run in runs_told for word in run.words if run.is_name or word.text not in _DOES_ANYTHING]
    return [word for word in words if word.stem not in vocabulary.own_name and not set(concepts_of([word])) & silent]


def tells_number(thing: Thing) -> bool:
    """Whether a thing can answer how many or how much."""
    return bool(_NUMBER.search(thing.text)) or any(
        len(word) >= _NUMERAL and word in NUMBERS for word in folded_whole(thing.text).split()
    )


def held_in(text: str, words_said: Iterable[str]) -> bool:
    """Whether a text has any of these words: itself, in a compound, or another word of its concept."""
    heard = _Heard([Thing("", "", (text,))])
    return any(_places(word, heard, heard.in_names) for said in words_said for word in words(said))


Places = Mapping[str, set[int]]


class _Heard:
    """Where in one programme's things each stem is, and each concept ("=lead"): in their names, and anywhere."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.in_names: dict[str, set[int]] = defaultdict(set)
        self.in_all: dict[str, set[int]] = defaultdict(set)
        for at, thing in enumerate(things):
            for part in _stems_and_concepts(" ".join(thing.names)):
                self.in_names[part].add(at)
                self.in_all[part].add(at)
            for part in _stems_and_concepts(thing.text):
                self.in_all[part].add(at)
        long = [part for part in self.in_all if len(part) >= _COMPOUNDED]
        self._forwards, self._backwards = sorted(long), sorted(part[::-1] for part in long)

    def parts(self, stem: str) -> set[str]:
        """The stems that are this one, a part of it, or a compound of it."""
        found = {stem}
        if len(stem) >= _COMPOUNDED:
            found.update(stem[:end] for end in range(_COMPOUNDED, len(stem)))
            found.update(stem[start:] for start in range(_FIRST_PART, len(stem) - _COMPOUNDED + 1))
            found.update(_beginning(self._forwards, stem))
            ending = (other[::-1] for other in _beginning(self._backwards, stem[::-1]))
            found.update(other for other in ending if len(other) - len(stem) >= _FIRST_PART)
        return found


def _beginning(ordered: list[str], start: str) -> Iterator[str]:
    """Those of an ordered list that begin so."""
    following = (ordered[at] for at in range(bisect_left(ordered, start), len(ordered)))
    return takewhile(lambda part: part.startswith(start), following)


@lru_cache(maxsize=16)
def _heard(vocabulary: Vocabulary) -> _Heard:
    return _Heard(vocabulary.things)


def _stems_and_concepts(text: str) -> set[str]:
    run = words(folded_whole(text))
    return {word.stem for word in run} | {f"={concept_of(word)}" for word in run if concepts_of([word])}


def _places(word: Word, heard: _Heard, places: Places) -> dict[int, float]:
    """Where a word is: the whole of it, by itself or in a compound; or half of it, in a word of the same concept."""
    concept = f"={concept_of(word)}" if concepts_of([word]) else ""
    found = dict.fromkeys(places.get(concept, ()), _BY_CONCEPT)
    return found | dict.fromkeys((at for part in heard.parts(word.stem) for at in places.get(part, ())), 1.0)
