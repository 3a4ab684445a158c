"""A text becomes calendar tokens: months ``M12``, week days ``W0``, days from today ``T1``, dates ``D1.12``, digits,
days of a month not said ``N14``, days that have a name ``F12.24`` and ``E-3``, and days known beforehand ``Y0``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dialogs.understanding.dates.calendar_words import (
    AFTER_A_DAY,
    ARTICLES,
    FEW,
    LONGEST_FROM,
    ONLY_BESIDE_NUMBERS,
    ORDINALS,
    TABLE,
)

_PIECE = re.compile(
    r"\d{1,2}[.,]\d(?=\s+(?:uk|vek|week|wk|mån|mnd|month|år\b|year|dag|day))|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?!\d)|\d+(?:st|nd|rd|th)?|[^\W\d_]+|[–-]"
)
#: What time is counted in.
UNITS = ("uke", "dag", "mnd", "year", "helg", "kvartal", "halvår", "fortnight")
_UNIT = rf"(?:{'|'.join(UNITS)})"
_COUNTED = (*UNITS, "next", "last")
#: Parts of a year that an ordinal stands before: "andre halvår" is another thing than two half years.
_PARTS = ("kvartal", "halvår", "halvdel", "halv")


@dataclass(frozen=True)
class Token:
    """One calendar word, and the characters of the text it stands on."""

    text: str
    start: int
    end: int


class _Piece(NamedTuple):
    word: str
    start: int
    end: int
    #: The characters between this piece and the next.
    gap: str


def tokens(text: str, known: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """The tokens of a case-folded text; "x" for every word that is none of the calendar's. ``known`` are stretches of
    the text whose days are known beforehand: each becomes one token."""
    pieces = _pieces(text)
    found, at = [], 0
    while at < len(pieces):
        place = next((place for place, span in enumerate(known) if span[0] <= pieces[at].start < span[1]), None)
        token, length = _at(pieces, at)
        if place is not None:
            token, length = f"Y{place}", sum(piece.start < known[place][1] for piece in pieces[at:])
        found.append(Token(token.replace(" ", "_"), pieces[at].start, pieces[at + length - 1].end))
        at += length
    return _rewritten(found)


def _pieces(text: str) -> list[_Piece]:
    found = list(_PIECE.finditer(text))
    ends = [piece.start() for piece in found][1:] + [len(text)] * bool(found)
    return [
        _Piece(piece.group(), piece.start(), piece.end(), text[piece.end() : end])
        for piece, end in zip(found, ends, strict=True)
    ]


def _at(pieces: list[_Piece], at: int) -> tuple[str, int]:
    """The token that begins at this piece, and how many pieces it takes."""
    for length in range(min(LONGEST_FROM.get(pieces[at].word, 1), len(pieces) - at), 1, -1):
        token = TABLE.get(tuple(piece.word for piece in pieces[at : at + length]))
        if token:
            return token, length
    return TABLE.get((pieces[at].word,)) or _other(pieces, at), 1


def _other(pieces: list[_Piece], at: int) -> str:
    """What a word is by what stands beside it: most of these words mean something else elsewhere."""
    word = pieces[at].word
    following = [TABLE.get((piece.word,), piece.word) for piece in pieces[at + 1 : at + 3]]
    if word[0].isdecimal():
        return _digits(pieces, at, following)
    if word == "to":  # two in Norwegian, unless it stands where English has it
        return "2" if _is_before(following, (*_COUNTED, "whole", "og")) else "til"
    if word in ARTICLES:
        return "1" if _is_before(following, (*UNITS, "halv", "whole")) else "x"
    if word in FEW:
        return "few" if any(name in UNITS for name in following) else "x"
    if word in ORDINALS:
        return _ordinal(ORDINALS[word], following)
    if word in ONLY_BESIDE_NUMBERS:
        beside = [pieces[near].word for near in (at - 1, at + 1) if 0 <= near < len(pieces)]
        named = any(near[0].isdecimal() or near in ("in", "by", "before", "mid", "early", "late") for near in beside)
        return ONLY_BESIDE_NUMBERS[word] if named else "x"
    return "-" if word in "–-" else "x"


def _is_before(following: list[str], names: Sequence[str]) -> bool:
    return bool(following) and following[0] in names


def _ordinal(number: str, following: list[str]) -> str:
    if _is_before(following, _PARTS):
        return f"O{number}"
    is_dated = any(re.fullmatch(r"M\d+", name) for name in following) or _is_before(following, ("uke",))
    return number if is_dated else "x"


def _digits(pieces: list[_Piece], at: int, following: list[str]) -> str:
    word = pieces[at].word
    if re.fullmatch(r"\d+[.,]\d", word) and _is_before(following, UNITS):
        return word.replace(",", ".")
    if not re.fullmatch(r"\d+(?:st|nd|rd|th)?", word):
        return "D" + word.replace("/", ".").replace(",", ".")
    number = re.sub(r"\D", "", word)
    if _is_day_alone(pieces, at, int(number)):
        return f"N{int(number)}"
    if pieces[at].gap.startswith(".") and _is_before(following, _PARTS):
        return f"O{int(number)}"
    return str(int(number)) if len(number) < 5 else "x"


def _is_day_alone(pieces: list[_Piece], at: int, number: int) -> bool:
    """ "den 14.", "torsdag 14.", "the 14th": a day whose month is not said, and no "den 2. fasen"."""
    piece = pieces[at]
    before = [TABLE.get((one.word,), "") for one in pieces[max(0, at - 1) : at]]
    if not 1 <= number <= 31 or not before or not before[0].startswith(("the", "W")):
        return False
    if piece.gap.strip(" .") or at + 1 == len(pieces):
        return True
    is_ordinal = not piece.word.isdecimal() or piece.gap.startswith(".")
    return (is_ordinal or before[0] != "the") and pieces[at + 1].word in AFTER_A_DAY


#: Runs of tokens that say together what the grammar reads otherwise: fractions as numbers, "veka som kjem" as "next".
_REWRITTEN: list[tuple["re.Pattern[str]", str]] = [
    (re.compile(rf"(?<!\S){pattern}(?!\S)"), becomes)
    for pattern, becomes in [
        (rf"(?P<n>\d+) (?:og (?:1 )?halv|½)(?= {_UNIT}(?!\S))", "{n}.5"),
        (rf"(?P<n>\d+) (?P<unit>{_UNIT}) og (?:1 |x )?halv(?! \S*(?:år|del|kvartal))", "{n}.5 {unit}"),
        (rf"(?:(?:1 )?halv(?: 1)?|½)(?= {_UNIT}(?!\S))", "0.5"),
        (rf"(?P<unit>{_UNIT}|W\d|M\d+) coming", "next {unit}"),
        (rf"(?P<unit>{_UNIT}) gone", "last {unit}"),
        (r"(?P<unit>uke|mnd|helg|year) etter next(?! (?:uke|mnd|helg|year|W\d|M\d+))", "afternext {unit}"),
    ]
]
#: What each of them has one of; few texts have any.
_MAY_BE_REWRITTEN = re.compile(r"halv|½|coming|gone|etter next")


def _rewritten(found: list[Token]) -> list[Token]:
    line = " ".join([token.text for token in found])
    if not _MAY_BE_REWRITTEN.search(line):
        return found
    for pattern, becomes in _REWRITTEN:
        rewritten = list(pattern.finditer(line))
        for said in reversed(rewritten):
            first, last = line.count(" ", 0, said.start()), line.count(" ", 0, said.end())
            start, end = found[first].start, found[last].end
            found[first : last + 1] = [Token(text, start, end) for text in becomes.format(**said.groupdict()).split()]
        if rewritten:
            line = " ".join(token.text for token in found)
    return found
