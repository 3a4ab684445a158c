"""Mends how words are typed: keyboards without æøå, slips of the thumb, words run together or torn apart."""

import re
from collections.abc import Mapping
from copy import copy
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.understanding.normalise import WORD, stem, stem_of_known

#: How letters are written on keyboards that lack them, and in Swedish: all ways in one.
_WITHOUT = str.maketrans({"æ": "e", "ä": "e", "ø": "o", "ö": "o", "å": "a"})
_DIGRAPHS = (("ae", "e"), ("oe", "o"), ("aa", "a"))
#: The heads that compounds are spoken with, whatever stands before: "kantinegruppa" is some group.
_HEAD = re.compile(
    r"(?P<first>.{2,}?)s?(?P<head>grupp[ae]\w{0,2}|møte\w?|modell\w{0,2}|sjef\w{0,2}|leder\w{0,2}|leiar\w{0,2}|prosjekt\w{0,2})"
)
_SHORTEST_PART, _SHORTEST_JOINED, _SHORTEST_MENDED = 4, 7, 4
#: One error in five letters; one in four is mended only where a letter is missing or two changed places.
_NEAR, _NEAR_SHORT = 0.8, 0.75
#: From so many letters on, a name with one slip in it is hardly another word.
_LONG = 9


class Spelling:
    """Mends unknown words towards those that are known. ``known`` counts how often each is used, the commonest first:
    of two that are equally near it wins.

    ``asking`` are the words that questions begin with; ``empty`` those that say nothing by themselves.
    """

    def __init__(self, known: Mapping[str, int], asking: frozenset[str], empty: frozenset[str]) -> None:
        self._common = known
        self._known: dict[str, int] = {}
        self._stems: frozenset[str] = frozenset()
        self._asking = asking
        self._empty = empty
        self._by_letter: dict[str, list[str]] = {}
        self._own: list[str] = []
        self._plain: dict[str, str] = {}
        self._learn(known)

    def with_words(self, own: Mapping[str, int]) -> "Spelling":
        """This spelling and the words of one programme."""
        more = copy(self)
        more._known, more._plain = dict(self._known), dict(self._plain)
        more._by_letter = {letter: list(found) for letter, found in self._by_letter.items()}
        new = {word: count for word, count in own.items() if word not in self._known}
        more._own = [word for word in own if len(word) >= _LONG]
        more._learn(dict(sorted(new.items(), key=lambda item: (-item[1], item[0]))))
        return more

    def _learn(self, known: Mapping[str, int]) -> None:
        self._known |= known
        self._stems |= frozenset(map(stem_of_known, known))
        for word in known:
            if not word.isascii():
                self._plain.setdefault(plain(word), word)
            if len(word) >= _SHORTEST_MENDED and not word.isdigit():
                self._by_letter.setdefault(word[0], []).append(word)

    def knows(self, word: str) -> bool:
        return word in self._known or stem(word) in self._stems

    def times(self, word: str) -> int:
        """In how many phrases a word is, of whatever programme."""
        return self._common.get(word, 0)

    def mend(self, text: str) -> str:
        """The folded text with its unknown words replaced by the nearest known ones, where one is near enough."""
        return WORD.sub(self._mended, self._joined(text))

    def _mended(self, found: "re.Match[str]") -> str:
        return " ".join(self._parts(found.group()))

    def _joined(self, text: str) -> str:
        """The text with compounds that were torn apart ("arbeids gruppe") in one word again."""
        said = [found.group() for found in WORD.finditer(text)]
        if all(first + second not in self._known for first, second in pairwise(said)):
            return text
        found = list(WORD.finditer(text))
        for before, after in reversed(list(pairwise(found))):
            first, second = before.group(), after.group()
            whole = first + second
            if len(whole) < _SHORTEST_JOINED or whole not in self._known or first in self._empty:
                continue
            is_torn = self._known[whole] > min(self._known.get(first, 0), self._known.get(second, 0))
            if is_torn and text[before.end() : after.start()] == " " and second not in self._empty:
                text = text[: before.end()] + text[after.start() :]
        return text

    def _parts(self, word: str) -> tuple[str, ...]:
        if word.isdigit() or self.knows(word):
            return (word,)
        return self._mend(word)

    def _mend(self, word: str) -> tuple[str, ...]:
        meant = self._plain.get(plain(word)) or self._swapped(word)
        if meant:
            return (meant,)
        if len(word) < _SHORTEST_MENDED:
            return (word,)
        named = self._nearly_named(word)
        return named or self._run_together(word) or self._compound(word) or (self._nearest(word) or word,)

    def _nearly_named(self, word: str) -> tuple[str] | None:
        """A long word of the programme's own but for one slip, though its parts be words: "prosjektgrupa"."""
        if len(word) < _LONG:
            return None
        found = process.extractOne(word, self._own, scorer=OSA.distance, score_cutoff=1)
        return (str(found[0]),) if found else None

    def _swapped(self, word: str) -> str | None:
        """ "hav", "wehn": a question word with two neighbours in each other's place."""
        ways = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
        return next((way for way in ways if way in self._asking and len(way) > 2), None)

    def _run_together(self, word: str) -> tuple[str, str] | None:
        """ "hvaskjer", "nårer": a question word and the next."""
        for at in range(len(word) - 2, 2, -1):
            if word[:at] in self._asking and word[at:] in self._known:
                return word[:at], word[at:]
        return None

    def _compound(self, word: str) -> tuple[str, ...] | None:
        """The parts of a compound, the head last: "milepælsplanen" is about a milestone and a plan."""
        for at in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
            rest = word[at:]
            if rest in self._known and rest not in self._empty:
                for first in (word[:at], word[: at - 1] if word[at - 1] in "se" else ""):
                    if len(first) >= _SHORTEST_PART and self.knows(first):
                        return first, rest
        found = _HEAD.fullmatch(word)
        return (*self._parts(found["first"]), found["head"]) if found else None

    def _nearest(self, word: str) -> str | None:
        """The nearest word with the same first letter, which people seldom get wrong; else, of long words, any."""
        near = [other for other in self._by_letter.get(word[0], ()) if abs(len(other) - len(word)) <= 2]
        found = process.extractOne(
            word,
            near,
            scorer=OSA.normalized_similarity,
            score_cutoff=_NEAR if len(word) > _SHORTEST_MENDED else _NEAR_SHORT,
        )
        return str(found[0]) if found and (len(word) > _SHORTEST_MENDED or _is_slip(word, found[0])) else None


def _is_slip(word: str, other: str) -> bool:
    return len(other) > len(word) or sorted(word) == sorted(other)


def plain(word: str) -> str:
    """The word as it comes off a keyboard without its letters."""
    word = word.translate(_WITHOUT)
    for both, one in _DIGRAPHS:
        word = word.replace(both, one)
    return word
