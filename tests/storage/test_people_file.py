"""A people file is read whole or not at all, and every mistake has its line."""

from datetime import date
from pathlib import Path

import pytest

from dialogs.words import say
from storage import people_file
from storage.employees import Listed
from storage.programme_file import BrokenFile

KARI = "11111111-1111-4111-8111-111111111111"
OLA = "22222222-2222-4222-8222-222222222222"


def read(folder: Path, content: str | bytes) -> list[Listed]:
    path = folder / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return people_file.read(path)


def mistakes(folder: Path, content: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(BrokenFile) as broken:
        read(folder, content)
    for problem in broken.value.problems:
        for language in ("nb", "nn", "en"):
            assert say(language, problem.key, **problem.values)
            assert say(language, problem.remedy, **problem.values)
    return [(problem.line, problem.key.partition(".")[2]) for problem in broken.value.problems]


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [";", ","])
def test_it_is_read_as_spreadsheets_write_it(tmp_path: Path, start: str, end: str, separator: str) -> None:
    lines = [
        ["Id", "E-post", "Navn", "Enhet", "Sted", "Ansettelse", "Språk", "Fra", "Til"],
        [KARI.upper(), "Kari@Kommunen.example", "Kari Nordmann", '"Lønn; og, HR"', "Bergen", "vikar", "NN"],
    ]
    lines[1] += ["2026-08-01", "31.12.2026"]
    (one,) = read(tmp_path, start + "".join(separator.join(line) + end for line in lines))
    assert one == Listed(
        KARI, "kari@kommunen.example", "Kari Nordmann", "Lønn; og, HR", "Bergen", "vikar", "nn",
        date(2026, 8, 1), date(2026, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize("header", ["id;navn;enhet;frå", "object id;name;unit;from", "Entra-ID; Namn ;Eining;FRA"])
def test_columns_are_known_in_each_language(tmp_path: Path, header: str) -> None:
    assert read(tmp_path, f"{header}\n{KARI};Kari;Lønn;\n") == [Listed(KARI, None, "Kari", "Lønn")]


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"\nid;navn\n\n;\n{KARI};Kari\n\n")) == 1


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", [(1, "empty")]),
        ("id;navn\n", [(1, "nobody")]),
        (f"{KARI};Kari\n", [(1, "missing_column"), (1, "missing_identity"), *[(1, "unknown_column")] * 2]),
        ("id;navn;nvan\n", [(1, "unknown_column")]),
        ("id;navn;name\n", [(1, "repeated_column")]),
        ("navn;enhet\nKari;Lønn\n", [(1, "missing_identity")]),
        (f"id;navn\n{KARI}\n", [(2, "wrong_width")]),
        (f"id;navn\n{KARI};\n", [(2, "no_name")]),
        ("id;navn\n;Kari\n", [(2, "no_identity")]),
        ("id;navn\n29:kari;Kari\n", [(2, "bad_id")]),
        ("e-post;navn\nkari;Kari\n", [(2, "bad_email")]),
        ("e-post;navn;språk\nk@b.no;Kari;sami\n", [(2, "bad_language")]),
        ("e-post;navn;fra\nk@b.no;Kari;2026-02-30\n", [(2, "bad_day")]),
        ("e-post;navn;fra\nk@b.no;Kari;08/01/2026\n", [(2, "bad_day")]),
        ("e-post;navn;fra;til\nk@b.no;Kari;2026-02-02;2026-02-01\n", [(2, "ends_before")]),
        ("e-post;navn\nk@b.no;=HYPERLINK(1)\n", [(2, "formula")]),
        ("e-post;navn\n@b.no;-Kari\n", [(2, "formula"), (2, "formula")]),
        ('e-post;navn\nk@b.no;"Ka\nri"\no@b.no;+Ola\n', [(2, "control"), (4, "formula")]),
        (f"e-post;navn\nk@b.no;{'x' * 201}\n", [(2, "too_long")]),
        (f"id;navn\n{KARI};Kari\n{OLA};Ola\n{KARI.upper()};Kari\n", [(4, "repeated_directory_id")]),
        ("e-post;navn\nk@b.no;Kari\nK@b.no;Kari\n", [(3, "repeated_email")]),
        ('e-post;navn\nk@b.no;Kari\no@b.no;"Ola\n', [(3, "unreadable")]),
        (b"e-post;navn\nk@b.no;Kari\nb@b.no;Bj\xf8rn\n", [(3, "not_utf8")]),
        (b"e-post;navn\nk@b.no;Ka\0ri\n", [(2, "unreadable")]),
        ("e-post;navn\nk@b.no;=1\nkari;Kari\n;Ola\n", [(2, "formula"), (3, "bad_email"), (4, "no_identity")]),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_line(
    tmp_path: Path, content: str | bytes, found: list[tuple[int, str]]
) -> None:
    assert sorted(mistakes(tmp_path, content)) == found
