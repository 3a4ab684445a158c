"""First step: a text becomes words as everybody would have typed them, each with its stem and its place in the text."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer  # type: ignore[import-untyped]
from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W_]+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_stemmer = snowballstemmer.stemmer("norwegian")
#: Longer texts are inputs and announcements: what they are shows in their beginning.
LONGEST = 400
#: The heads that Norwegian compounds are spoken with ("kulturgruppa" is "kultur" and "gruppa").
_HEAD = re.compile(
    r"(?P<first>.{3,}?)s?(?P<head>grupp[ae]\w{0,2}|møte\w?|modell\w{0,2}|sjef\w{0,2}|leder\w{0,2}|leiar\w{0,2}|prosjekt\w{0,2})"
)


@dataclass(frozen=True)
class Word:
    """A word: as typed but case-folded, its stem, and the characters of the text it stands on."""

    text: str
    stem: str
    start: int
    end: int


def folded(text: str) -> str:
    """Lower case, composed, with plain quotes and no letter repeated for emphasis."""
    text = unicodedata.normalize("NFC", text[:LONGEST]).casefold().replace("’", "'").replace("\u00ad", "")
    return _REPEATED.sub(r"\1", text)


def words(text: str) -> list[Word]:
    """The words of a folded text."""
    return [Word(found.group(), stem(found.group()), found.start(), found.end()) for found in _WORD.finditer(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Norwegian stem; English words fare well enough with it."""
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return str(_stemmer.stemWord(word))


class Spelling:
    """Mends typing errors towards the words that are known, and takes compounds apart."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._stems = frozenset(map(stem, known))
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in sorted(known):
            if len(word) > 3 and not word.isdigit():
                self._by_letter[word[0]].append(word)
        self._mended: dict[str, tuple[str, ...]] = {}

    def knows(self, word: Word) -> bool:
        return word.text in self._known or word.stem in self._stems

    def mend(self, text: str) -> str:
        """The folded text with its unknown words replaced by the nearest known ones, where one is near enough."""
        return _WORD.sub(lambda found: " ".join(self._parts(found.group())), text)

    def _parts(self, word: str) -> tuple[str, ...]:
        if len(word) < 4 or word in self._known or stem(word) in self._stems or word.isdigit():
            return (word,)
        if word not in self._mended:
            if len(self._mended) > 20_000:
                self._mended.clear()
            self._mended[word] = self._compound(word) or (self._nearest(word) or word,)
        return self._mended[word]

    def _compound(self, word: str) -> tuple[str, ...] | None:
        found = _HEAD.fullmatch(word)
        if found and (found["first"] in self._known or stem(found["first"]) in self._stems):
            return found["first"], found["head"]
        return None

    def _nearest(self, word: str) -> str | None:
        """One error in five letters, with the same first letter: that one people seldom get wrong."""
        near = [other for other in self._by_letter.get(word[0], ()) if abs(len(other) - len(word)) <= 2]
        found = process.extractOne(word, near, scorer=OSA.normalized_similarity, score_cutoff=0.8)
        return found[0] if found else None
