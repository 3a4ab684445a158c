"""Cells of a file for spreadsheets: what people wrote stays text, whatever it begins with.

https://owasp.org/www-community/attacks/CSV_Injection: a program may take a cell for a formula that begins with one of a
few characters, also in full width, and also where it splits what is in quotes at another separator than was meant.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

#: Excel in Norway splits at semicolons, and knows by the mark at the beginning that it is UTF-8.
SEPARATOR = ";"
MARK = "\ufeff"
#: What is written before a cell that would be one: spreadsheets take it for the sign of a text.
TEXT_SIGN = "'"
_BEGINS_FORMULA = frozenset("=+-@\u2212")
_ANY_SEPARATOR = re.compile(r"[;,|\t]")


def file(rows: Iterable[Sequence[object]]) -> bytes:
    """A whole file: UTF-8 with its mark, semicolons, every cell in quotes."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[cell(value) for value in row] for row in rows])
    return (MARK + written.getvalue()).encode()


def cell(value: object) -> str:
    """As text that nothing takes for a formula: no control characters, and a sign before what would begin one, at the
    cell's beginning and after whatever may separate cells. Numbers are numbers."""
    if isinstance(value, int):
        return str(value)
    said = "" if value is None else str(value)
    text = "".join(" " if unicodedata.category(char) == "Cc" else char for char in said)
    parts = _ANY_SEPARATOR.split(text)
    signs = [*_ANY_SEPARATOR.findall(text), ""]
    return "".join(f"{_as_text(part)}{sign}" for part, sign in zip(parts, signs, strict=True))


def _as_text(part: str) -> str:
    first = next((char for char in unicodedata.normalize("NFKC", part) if _is_seen(char)), "")
    return f"{TEXT_SIGN}{part}" if first in _BEGINS_FORMULA else part


def _is_seen(char: str) -> bool:
    """Neither white space nor a quote, nor one of those that show nothing."""
    return not char.isspace() and char != '"' and unicodedata.category(char) not in ("Cf", "Cc", "Mn")
