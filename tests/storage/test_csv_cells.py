"""Cells for spreadsheets: nothing that somebody wrote is a formula, and nothing of it is lost."""

import csv
import io

import pytest

from storage import csv_cells

ATTACKS = (
    "=1+1",
    "+47 900 00 000",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "\u22121",
    '"=1+1"',
    'Kari";=HYPERLINK("http://example.org";"her")',
    "Kari,=1+1",
    "Kari|=1+1",
    "Kari\t@SUM(1)",
    "Kari; \u200b=1+1",
)


def read(body: bytes, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=separator))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("separator", [";", ",", "|", "\t"])
def test_no_cell_begins_like_a_formula_whatever_a_program_splits_at(attack: str, separator: str) -> None:
    for cells in read(csv_cells.file([["Navn", attack, "til slutt"], [attack]]), separator):
        for cell in cells:
            seen = cell.lstrip(" \"\u00a0\u200b\ufeff'")
            told = cell.lstrip(' "\u00a0\u200b\ufeff')
            assert not seen.startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20\u2212")) or told.startswith("'"), cell


@pytest.mark.parametrize(
    "text", ["Åse Bøe-Hansen", "Tjenestedesign, 20 %", 'han sa "nei"', "a;b", "", "'77", "linje 1 = 2", "en - to"]
)
def test_what_is_no_formula_is_as_it_was_written(text: str) -> None:
    assert read(csv_cells.file([[text, 3, None]]), ";") == [[text, "3", ""]]


def test_lines_and_tabs_within_a_cell_become_spaces() -> None:
    assert read(csv_cells.file([["en\r\nto\ttre\0"]]), ";") == [["en  to tre "]]


def test_excel_in_norway_reads_it_as_it_is() -> None:
    body = csv_cells.file([["Navn", "Gruppe"], ["Åse", "Økonomi"]])
    assert body == '\ufeff"Navn";"Gruppe"\r\n"Åse";"Økonomi"\r\n'.encode()
