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
_ONE = rf"(?:{NUMBER_WORD}|\d{{1,4}})"
#: Bounded: an identity number is the longest that is looked for, one digit a word.
_RUN = re.compile(rf"(?<!\w){_ONE}(?:[ ,.\-–]{{1,2}}{_ONE}){{2,15}}(?!\w)", re.IGNORECASE)
_WORD = re.compile(rf"(?<!\w){_ONE}(?!\w)", re.IGNORECASE)
#: "Tre eller fire" counts things: a number that somebody is called by has so many words.
_FEWEST_WORDS = 3


def find(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        said = [word[0].casefold() for word in _WORD.finditer(run[0])]
        if sum(not one.isdigit() for one in said) < _FEWEST_WORDS:
            continue
        digits = "".join(_SAID.get(one, one) for one in said)
        if len(digits) == 11:
            yield Span(*run.span(), "national_id")
        elif (len(digits) == 8 and digits[0] in "23456789") or (len(digits) == 10 and digits.startswith("47")):
            yield Span(*run.span(), "phone")
