"""Numbers in words: a telephone or identity number that somebody spelled out, "ni null null, tjueto"."""

import re
from collections.abc import Iterator

from dialogs.personal_data.spans import Span

_ONES = {
    "0": "null zero oh",
    "1": "en én ein éin ett eitt one",
    "2": "to two",
    "3": "tre three",
    "4": "fire four",
    "5": "fem five",
    "6": "seks six",
    "7": "sju syv seven",
    "8": "åtte åtta otte eight",
    "9": "ni nine",
}
_TEENS = {
    "10": "ti ten",
    "11": "elleve ellev eleven",
    "12": "tolv twelve",
    "13": "tretten thirteen",
    "14": "fjorten fourteen",
    "15": "femten fifteen",
    "16": "seksten sixteen",
    "17": "sytten seventeen",
    "18": "atten eighteen",
    "19": "nitten nineteen",
}
_TENS = {
    "2": "tjue tyve twenty",
    "3": "tretti tredve thirty",
    "4": "førti forty",
    "5": "femti fifty",
    "6": "seksti sixty",
    "7": "sytti seventy",
    "8": "åtti eighty",
    "9": "nitti ninety",
}


def _digits() -> dict[str, str]:
    """Each word and what it stands for in digits: also "tjueto", "tjue-to", "twenty-two"."""
    ones = {word: digit for digit, those in _ONES.items() for word in those.split()}
    found = ones | {word: number for number, those in _TEENS.items() for word in those.split()}
    for ten, those in _TENS.items():
        for word in those.split():
            found[word] = ten + "0"
            for one, digit in ones.items():
                if digit != "0":
                    found |= {word + one: ten + digit, f"{word}-{one}": ten + digit}
    return found


_SAID = _digits()
#: Longer words first, so that "nitti" is not read as "ni".
NUMBER_WORD = "(?:" + "|".join(sorted(_SAID, key=len, reverse=True)) + ")"
_WORD = re.compile(r"[^\W_]+(?:-[^\W\d_]+)?")
#: What may stand between two numbers of a run.
_GAPS = frozenset({" ", ", ", ",", ". ", ".", "-", " - ", "–", "\u00a0"})
#: "Tre eller fire" counts things: a number that somebody is called by has so many words.
_FEWEST_WORDS = 3


def find(text: str) -> Iterator[Span]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()] not in _GAPS:
            yield from _in_run(run)
            run = []
        for part in _parts(word):
            if _said(part[0]) is None:
                yield from _in_run(run)
                run = []
            else:
                run.append(part)
    yield from _in_run(run)


def _parts(word: re.Match[str]) -> list[re.Match[str]]:
    """«fire-null» is two numbers, «tjue-to» one."""
    if "-" not in word[0] or _said(word[0]) is not None:
        return [word]
    return list(_PART.finditer(word.string, word.start(), word.end()))


_PART = re.compile(r"[^\W_]+")


def _said(word: str) -> str | None:
    return word if word.isdigit() and word.isascii() and len(word) <= 4 else _SAID.get(word.casefold())


def _in_run(run: list[re.Match[str]]) -> Iterator[Span]:
    """A run is one number, if need be without its first or last word: «den ene ni null ...», «... seks, to ganger»."""
    for part in (run, run[1:], run[:-1]):
        kind = _kind("".join(_said(one[0]) or "" for one in part))
        if kind and sum(not one[0].isdigit() for one in part) >= _FEWEST_WORDS:
            yield Span(part[0].start(), part[-1].end(), kind)
            return


def _kind(digits: str) -> str | None:
    if len(digits) == 11:
        return "national_id"
    is_phone = (len(digits) == 8 and digits[0] in "23456789") or (len(digits) == 10 and digits.startswith("47"))
    return "phone" if is_phone else None
