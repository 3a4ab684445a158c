"""A text becomes calendar tokens: months ``M12``, week days ``W0``, days from today ``T1``, dates ``D1.12``, digits."""

import re
from dataclasses import dataclass

from dialogs.understanding.dates.calendar_words import LONGEST, ONLY_BESIDE_NUMBERS, ORDINALS, TABLE

_PIECE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?!\d)|\d+(?:st|nd|rd|th)?|[^\W\d_]+|[–-]"
)
_UNITS = ("uke", "dag", "mnd", "year", "next", "last")


@dataclass(frozen=True)
class Token:
    """One calendar word, and the characters of the text it stands on."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of a case-folded text; "x" for every word that is none of the calendar's."""
    pieces = [(found.group(), found.start(), found.end()) for found in _PIECE.finditer(text)]
    found, at = [], 0
    while at < len(pieces):
        for length in range(min(LONGEST, len(pieces) - at), 0, -1):
            token = TABLE.get(tuple(piece[0] for piece in pieces[at : at + length]))
            if token or length == 1:
                token = token or _other(pieces, at)
                found.append(Token(token.replace(" ", "_"), pieces[at][1], pieces[at + length - 1][2]))
                at += length
                break
    return found


def _other(pieces: list[tuple[str, int, int]], at: int) -> str:
    word = pieces[at][0]
    if word == "to":  # two in Norwegian, unless it stands where English has it
        return "2" if at + 1 < len(pieces) and TABLE.get((pieces[at + 1][0],)) in _UNITS else "til"
    if word in ORDINALS:
        following = [TABLE.get((piece[0],), piece[0]) for piece in pieces[at + 1 : at + 3]]
        dated = any(re.fullmatch(r"M\d+", name) for name in following) or following[:1] == ["uke"]
        return ORDINALS[word] if dated else "x"
    if word in ONLY_BESIDE_NUMBERS:
        beside = [pieces[near][0] for near in (at - 1, at + 1) if 0 <= near < len(pieces)]
        named = any(near[0].isdecimal() or near in ("in", "by", "before") for near in beside)
        return ONLY_BESIDE_NUMBERS[word] if named else "x"
    if word.isdecimal():
        return str(int(word)) if len(word) < 5 else "x"
    if re.fullmatch(r"\d+(st|nd|rd|th)", word):
        return word[:-2]
    if word[0].isdecimal():
        return "D" + word.replace("/", ".")
    return "-" if word in "–-" else "x"
