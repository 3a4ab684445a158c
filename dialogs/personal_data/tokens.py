"""The words of a text, each with what tells how it stands there."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from dialogs.personal_data.lexicon import words

#: "Nils-Petter" and "may-britt" are one word, "Kari-saken" is two.
_WORD = re.compile(r"(?<![\w@])[^\W\d_]+(?:['’][^\W\d_]+|-[^\W\d_]+)*(?![\w@])")
_TAIL = re.compile(r"-[^\W\d_A-ZÆØÅ][^\W\d_]*$")
_COMBINING = re.compile("[\u0300-\u036f]")
#: Letters of their own in Norwegian, or without a mark that could be taken off.
_KEPT = frozenset("æøåäö")
_WITHOUT_STROKE = str.maketrans("łđŧŋıð", "ldtnid")
_NEW_SENTENCE = re.compile(r"[.!?:;•\n«\"“]\s*$")


@dataclass
class Word:
    text: str
    start: int
    end: int
    begins_sentence: bool
    #: What stands between it and the word before.
    gap: str
    low: str = field(init=False)
    #: The word itself, without its genitive, and the first part of a double name.
    parts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.low = self.text.casefold().replace("’", "'")
        self.parts = tuple(_parts(self.low))
        if not self.low.isascii() and (plain := _unaccented(self.low)) != self.low:
            self.parts += tuple(_parts(plain))

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()


def words_of(text: str) -> list[Word]:
    found: list[Word] = []
    last = 0
    for match in _WORD.finditer(text):
        gap = text[last : match.start()]
        begins = not found or (bool(_NEW_SENTENCE.search(gap)) and not _is_abbreviation(found[-1], gap))
        tail = _TAIL.search(match[0]) if match[0][0].isupper() else None
        end = match.start() + tail.start() if tail else match.end()
        found.append(Word(text[match.start() : end], match.start(), end, begins, gap))
        if tail:
            found.append(Word(tail[0][1:], end + 1, match.end(), False, "-"))
        last = match.end()
    return found


def _is_abbreviation(word: Word, gap: str) -> bool:
    return gap == ". " and (word.text.casefold() in ("st", "mr", "mrs", "ms", "dr", "hr", "frk") or len(word.text) == 1)


def _unaccented(low: str) -> str:
    """As it is written by whoever has no such keys: «josé» is jose, «phương» phuong, but «åse» stays."""
    plain = "".join(
        one if one in _KEPT else _COMBINING.sub("", unicodedata.normalize("NFD", one))
        for one in unicodedata.normalize("NFC", low)
    )
    return plain.translate(_WITHOUT_STROKE)


def _parts(low: str) -> Iterator[str]:
    yield low
    first = low.partition("-")[0]
    for one in (low,) if first == low else (low, first):
        if one != low:
            yield one
        if one.endswith("'s"):
            yield one[:-2]
        elif one.endswith("'") or (one.endswith("s") and len(one) > 4 and one not in words("no_genitives")):
            yield one[:-1]
