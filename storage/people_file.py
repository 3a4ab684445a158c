"""Reads a people file (docs/people-file.md): all that is wrong with it, each with its line, or who it lists."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from storage.employees import Listed
from storage.programme_file import BrokenFile, Problem

DOMAIN = "people_file"
#: What a column may be called, in any of the three languages; the first is the one that messages use.
COLUMNS = {
    "directory_id": ("id", "objekt-id", "object id", "entra-id"),
    "email": ("e-post", "epost", "e-mail", "email"),
    "name": ("navn", "namn", "name"),
    "unit": ("enhet", "eining", "unit"),
    "site": ("sted", "arbeidssted", "stad", "arbeidsstad", "site"),
    "employment": ("ansettelse", "ansettelsesform", "tilsetjing", "tilsetjingsform", "employment"),
    "language": ("språk", "language"),
    "starts_on": ("fra", "frå", "from"),
    "ends_on": ("til", "until"),
    "leader_email": ("leder", "nærmeste leder", "leiar", "nærmaste leiar", "leader", "line manager"),
}
FIELDS = {title: field for field, titles in COLUMNS.items() for title in titles}
LANGUAGES = ("nb", "nn", "en")
#: Longest text in a cell, in characters.
LONGEST = 200
#: The columns that hold an e-mail.
_EMAILS = ("email", "leader_email")
#: Longest address, in characters: RFC 3696, erratum 1690.
LONGEST_EMAIL = 254
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_NORWEGIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
#: A spreadsheet takes what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@")


def read(path: Path | str) -> list[Listed]:
    """Who the file lists. Raises BrokenFile with all its problems, FileNotFoundError where there is none."""
    path = Path(path)
    problems: list[Problem] = []
    rows = _rows(path.read_bytes(), problems)
    header = next(rows, None)
    if header is None:
        raise BrokenFile(path, problems or [_found(1, "empty")])
    columns = list(_columns(header[0], header[1], problems))
    if problems:
        # Without knowing the columns, every line would be wrong.
        raise BrokenFile(path, problems)
    reader = _Reader(columns, problems)
    listed = [one for line, cells in rows if (one := reader.listed(line, cells)) is not None]
    if not listed and not problems:
        # Most likely the wrong file, and taking it at its word would remove everybody.
        problems.append(_found(header[0], "nobody"))
    if problems:
        raise BrokenFile(path, problems)
    return listed


def _rows(raw: bytes, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line it begins on; ends at the first that cannot be read."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(_found(raw[: error.start].count(b"\n") + 1, "not_utf8"))
        return
    if "\0" in text:
        problems.append(_found(text[: text.index("\0")].count("\n") + 1, "unreadable"))
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        problems.append(_found(line, "unreadable"))


def _delimiter(text: str) -> str:
    """What Excel writes in Norway is a semicolon, elsewhere a comma: the one the header has more of."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if header.count(";") >= header.count(",") else ","


def _columns(line: int, titles: list[str], problems: list[Problem]) -> Iterator[str | None]:
    seen: set[str] = set()
    for title in titles:
        field = FIELDS.get(" ".join(title.lower().split()))
        if field is None and title.strip():
            nearest = next(iter(get_close_matches(title.strip().lower(), FIELDS, n=1, cutoff=0.6)), "")
            problems.append(_found(line, "unknown_column", column=_shown(title), nearest=nearest))
        elif field in seen:
            problems.append(_found(line, "repeated_column", column=_shown(title)))
        seen |= {field} if field else set()
        yield field
    if "name" not in seen:
        problems.append(_found(line, "missing_column", column=COLUMNS["name"][0]))
    if not seen & {"directory_id", "email"}:
        problems.append(_found(line, "missing_identity"))


class _Reader:
    """Reads rows, and notes what is wrong with them."""

    def __init__(self, columns: list[str | None], problems: list[Problem]) -> None:
        self._columns = columns
        self._problems = problems
        self._lines: dict[tuple[str, str], int] = {}

    def listed(self, line: int, cells: list[str]) -> Listed | None:
        """Who the row lists, or None where something is wrong with it."""
        before = len(self._problems)
        if len(cells) != len(self._columns):
            counts = {"cells": str(len(cells)), "columns": str(len(self._columns))}
            self._wrong(line, "wrong_width", **counts)
            return None
        values = {
            field: self._cell(line, field, cell.strip())
            for field, cell in zip(self._columns, cells, strict=True)
            if field is not None
        }
        if len(self._problems) > before:
            return None
        if not values["name"]:
            self._wrong(line, "no_name")
        if not values.get("directory_id") and not values.get("email"):
            self._wrong(line, "no_identity")
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self._wrong(line, "ends_before")
        for field in ("directory_id", "email"):
            self._note(line, field, values.get(field))
        return Listed(**{"directory_id": None, "email": None, **values}) if len(self._problems) == before else None

    def _cell(self, line: int, field: str, cell: str) -> Any:
        column = COLUMNS[field][0]
        if any(not char.isprintable() for char in cell):
            self._wrong(line, "control", column=column)
        elif cell.startswith(_FORMULA):
            self._wrong(line, "formula", column=column)
        elif len(cell) > LONGEST_EMAIL or (field not in _EMAILS and len(cell) > LONGEST):
            self._wrong(line, "too_long", column=column, limit=str(LONGEST))
        elif field in _READERS:
            read, key = _READERS[field]
            value = read(cell) if cell else None
            if cell and value is None:
                self._wrong(line, key, column=column)
            return value
        return " ".join(cell.split())

    def _note(self, line: int, field: str, value: str | None) -> None:
        """Two lines that are the same person cannot both be right."""
        if not value:
            return
        first = self._lines.setdefault((field, value), line)
        if first != line:
            self._wrong(line, f"repeated_{field}", first=str(first))

    def _wrong(self, line: int, key: str, **values: str) -> None:
        self._problems.append(_found(line, key, **values))


def _day(cell: str) -> date | None:
    iso, norwegian = _ISO.fullmatch(cell), _NORWEGIAN.fullmatch(cell)
    numbers = iso.groups() if iso else norwegian.groups()[::-1] if norwegian else None
    try:
        return date(*map(int, numbers)) if numbers else None
    except ValueError:
        return None


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda cell: cell.lower() if pattern.fullmatch(cell.lower()) else None


_READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "directory_id": (_matching(_ID), "bad_id"),
    "email": (_matching(_EMAIL), "bad_email"),
    "leader_email": (_matching(_EMAIL), "bad_email"),
    "language": (lambda cell: cell.lower() if cell.lower() in LANGUAGES else None, "bad_language"),
    "starts_on": (_day, "bad_day"),
    "ends_on": (_day, "bad_day"),
}


def _shown(title: str) -> str:
    """A column's title as the file has it, short enough to show."""
    return "".join(char for char in title.strip() if char.isprintable())[:40]


def _found(line: int, key: str, **values: str) -> Problem:
    return Problem(line, f"{DOMAIN}.{key}", values)
