"""Amounts in kroner: read as people write them, and said with the language's signs."""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from dialogs.card import Language
from dialogs.saying_dates import LOCALES

#: "1,2 mill", "250 000 kr", "-3 millioner kroner", "400'": the number, and what it is to be multiplied with.
_AMOUNT = re.compile(
    r"(?P<sign>[-−–]?)\s*(?P<number>\d[\d .,\u00a0\u202f]*?)(?:,-)?\s*(?P<unit>[^\W\d_]+\.?)?"
    r"(?:\s*(?:kr|kroner|nok)\.?)?",
    re.I,
)
_UNITS = {
    "": 1, "kr": 1, "kroner": 1, "nok": 1,
    "tusen": 1_000, "t": 1_000, "k": 1_000, "thousand": 1_000,
    "mill": 1_000_000, "million": 1_000_000, "millioner": 1_000_000, "millionar": 1_000_000, "millions": 1_000_000,
    "m": 1_000_000, "mnok": 1_000_000, "mrd": 1_000_000_000,
}  # fmt: skip
_GROUPED = re.compile(r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+")


class NoAmount(ValueError):  # noqa: N818 - said of a text, as Refused is
    """What was written is no amount of kroner."""


def read(text: str) -> int | None:
    """Whole kroner; None for nothing. Raises NoAmount for what is no amount."""
    trimmed = text.strip()
    if not trimmed:
        return None
    found = _AMOUNT.fullmatch(trimmed)
    unit = (found["unit"] or "").lower().rstrip(".") if found else ""
    if found is None or unit not in _UNITS:
        raise NoAmount(text)
    whole = _number(found["number"].strip()) * _UNITS[unit]
    if whole != whole.to_integral_value():
        raise NoAmount(text)
    return -int(whole) if found["sign"] else int(whole)


def said(language: Language, amount: int) -> str:
    """ "1 200 000"."""
    return str(format_decimal(amount, locale=LOCALES[language]))


def _number(text: str) -> Decimal:
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    try:
        return parse_decimal(text.replace(" ", ""), locale="nb_NO", strict=True)
    except NumberFormatError as wrong:
        raise NoAmount(text) from wrong
