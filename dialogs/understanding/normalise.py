"""First step: a text becomes words as everybody would have typed them, each with its stem and its place in the text."""

import re
import unicodedata
from dataclasses import dataclass
from threading import local

import Stemmer  # type: ignore[import-not-found]

WORD = re.compile(r"[^\W_]+")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
#: "Ka skjer me omorganiseringa": before a noun in the definite form it is "med", else it is "vi" or "meg".
_WITH = re.compile(r"\bme(?= \w{3,}(?:inga|ingen|ingane|ingene|gruppa|gruppene|prosjektet|modellen|planen|planane)\b)")
#: Longer texts are inputs and announcements: what they are shows in their beginning.
LONGEST = 400


class _Snowball(local):
    """One stemmer a thread: a stemmer keeps the word it is at work on, and turns are answered in several threads."""

    def __init__(self) -> None:
        self.stem = Stemmer.Stemmer("norwegian", 0).stemWord


_snowball = _Snowball()


@dataclass(frozen=True)
class Word:
    """A word: as typed but case-folded, its stem, and the characters of the text it stands on."""

    text: str
    stem: str
    start: int
    end: int


def folded(text: str) -> str:
    """Lower case, composed, with plain quotes and no letter repeated for emphasis; only the beginning of long ones."""
    return folded_whole(text[:LONGEST])


def folded_whole(text: str) -> str:
    """The same, however long it is."""
    text = unicodedata.normalize("NFC", text).casefold().replace("’", "'").replace("\u00ad", "")
    return _WITH.sub("med", _REPEATED.sub(r"\1", text))


def words(text: str) -> list[Word]:
    """The words of a folded text."""
    return [Word(found.group(), stem(found.group()), found.start(), found.end()) for found in WORD.finditer(text)]


#: The stems of the lists' and the programmes' words, which nearly every word of a text is one of.
_kept: dict[str, str] = {}


def stem(word: str) -> str:
    """The Norwegian stem (Snowball's); English words fare well enough with it. Nothing is kept of the word: what a
    person wrote may be a name."""
    return _kept.get(word) or _stem(word)


def stem_of_known(word: str) -> str:
    """The same of a word that is in a list or a programme's file: kept, so that it is found sooner."""
    if word not in _kept:
        _kept[word] = _stem(word)
    return _kept[word]


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return str(_snowball.stem(word))
