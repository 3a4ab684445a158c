"""python -m bot report: everybody by name, at the machine only, and that somebody looked is kept."""

import csv
import io
import logging
import os
import pwd
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from bot import report_command
from bot.operator import operator
from storage import broadcasts, claims, employees, lanes, people
from storage.announcements import Announcement
from storage.claims import Outcome
from storage.database import Database
from storage.employees import Listed
from storage.outbox import Kind, OutboxRow, Status, write
from storage.people import Address, Person
from storage.recipients import CHUNK, ReportLook
from tests.conftest import NOW, make_person

ROOT = Path(__file__).parents[2]
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


def announce(database: Database) -> int:
    """An announcement to everyone, all of whose rows are written; its number."""
    with database.writing() as session:
        author = session.exec(select(Person)).first() or make_person(session, "author")
        message = write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
        broadcast = broadcasts.owe_everyone(session, "osu2020", message, "announcement:1", NOW)
        made = Announcement(
            programme_key="osu2020",
            author_id=author.identity,
            title="Kickoff",
            text="Hei",
            created_at=NOW,
            sent_at=NOW,
            broadcast_id=broadcast.id,
        )
        session.add(made)
        session.flush()
        while broadcasts.expand(session, broadcast.id or 0):
            pass
        return made.id or 0


@pytest.fixture
def sent(database: Database) -> tuple[Database, int]:
    with database.writing() as session:
        for lane in ("emulator", "msteams"):
            lanes.open_lane(session, lane, 0.0)
        make_person(session, "kari", channel="msteams")
        muted = make_person(session, "ola")
        muted.is_muted, muted.name = True, '=HYPERLINK("https://evil.example";"Ola")'
        session.add(muted)
        employees.save(session, "osu2020", [Listed("eva", None, "Eva\x1b[2J Li")], date(2020, 11, 24))
    key = announce(database)
    with database.writing() as session:
        kari = session.exec(select(OutboxRow).join(Address).where(Address.account == "kari")).one()
        claims.settle(session, Outcome(kari.id or 0, kari.next_at or 0.0, Status.SENT, None, "1606204805000"))
    return database, key


def test_each_is_told_with_what_became_of_it(sent: tuple[Database, int], capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command.run(*sent, "nb", as_csv=False) == 0
    lines = capsys.readouterr().out.splitlines()
    by_name = {line.split()[0]: line for line in lines}
    assert by_name["Navn"].split() == ["Navn", "Kanal", "Status", "Grunn", "Tid", "Plattformens", "id"]
    assert by_name["Kari"].split()[1:] == ["msteams", "levert", "2020-11-24", "09:00:05", "1606204805000"]
    assert "Har slått av meldinger" in by_name['=HYPERLINK("https://evil.example";"Ola")']
    assert "Har ikke boten" in by_name["Eva"]
    assert "\x1b" not in "".join(lines), "a name does nothing to the terminal"
    assert lines[-1] == "Summen er 3 av 3."


def test_as_csv_no_cell_is_a_formula(sent: tuple[Database, int], capsys: pytest.CaptureFixture[str]) -> None:
    assert report_command.run(*sent, "nb", as_csv=True) == 0
    said = capsys.readouterr()
    rows = list(csv.reader(io.StringIO(said.out), delimiter=";"))
    assert {len(row) for row in rows} == {6}
    assert {row[0] for row in rows[1:]} == {"Kari", "Eva [2J Li", '\'=HYPERLINK("https://evil.example";"Ola")'}
    assert said.err.strip() == "Summen er 3 av 3."


@pytest.mark.parametrize("begins", ["=1+1", "+47 900", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_what_a_spreadsheet_would_calculate_is_text(begins: str) -> None:
    assert report_command.as_text(begins) == f"'{begins}"
    assert report_command.as_text(f"a{begins}") == f"a{begins}"


def test_that_somebody_looked_is_kept_without_a_name(
    sent: tuple[Database, int], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    database, key = sent
    caplog.set_level(logging.INFO)
    for as_csv in (False, True):
        report_command.run(database, key, "nb", as_csv=as_csv)
    capsys.readouterr()
    with database.reading() as session:
        looks = session.exec(select(ReportLook)).all()
    assert [(look.announcement_id, look.account) for look in looks] == [(key, operator())] * 2
    assert caplog.text.count(f"report of announcement {key} looked at by") == 2
    assert not [name for name in ("Kari", "HYPERLINK", "Eva") if name in caplog.text]


OWN = pwd.getpwuid(os.getuid()).pw_name
ANOTHER = next(one for one in pwd.getpwall() if one.pw_uid != os.getuid())


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("4294967295", OWN),
        (str(os.getuid()), OWN),
        (str(ANOTHER.pw_uid), f"{OWN} ({ANOTHER.pw_name})"),
        ("3999999999", f"{OWN} (3999999999)"),
        ("", OWN),
        (None, OWN),
    ],
)
def test_who_looked_is_who_runs_it_and_who_logged_in(tmp_path: Path, login: str | None, expected: str) -> None:
    kept = tmp_path / "loginuid"
    if login is not None:
        kept.write_text(login, "ascii")
    assert operator(kept) == expected


def test_what_the_environment_says_is_not_believed(
    sent: tuple[Database, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("SUDO_USER", "SUDO_UID", "USER", "LOGNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert report_command.run(*sent, "nb", as_csv=False) == 0
    capsys.readouterr()
    with sent[0].reading() as session:
        assert "somebody-else" not in session.exec(select(ReportLook.account)).one()


@pytest.mark.parametrize("number", [0, 99, -1])
def test_what_is_none_or_was_not_sent_is_refused_and_nobody_looked(
    sent: tuple[Database, int], capsys: pytest.CaptureFixture[str], number: int
) -> None:
    database, _ = sent
    assert report_command.run(database, number, "nb", as_csv=False) == 1
    with database.writing() as session:
        author = session.exec(select(Person)).first()
        assert author is not None
        draft = Announcement(
            programme_key="osu2020", author_id=author.identity, title="Utkast", text="Hei", created_at=NOW
        )
        session.add(draft)
        session.flush()
        unsent = draft.id
    assert report_command.run(database, unsent, "nb", as_csv=False) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 2
    with database.reading() as session:
        assert session.exec(select(ReportLook)).all() == []


def test_the_numbers_are_listed(sent: tuple[Database, int], capsys: pytest.CaptureFixture[str]) -> None:
    database, key = sent
    assert report_command.run(database, None, "nb", as_csv=False) == 0
    assert f"{key}  2020-11-24 09:00  Kickoff" in capsys.readouterr().out


def test_very_many_are_all_told_once(sqlite: Database, capsys: pytest.CaptureFixture[str]) -> None:
    many = CHUNK * 2 + 1
    with sqlite.writing() as session:
        lanes.open_lane(session, "emulator", 0.0)
        for number in range(many):
            make_person(session, f"person-{number}")
    assert report_command.run(sqlite, announce(sqlite), "nb", as_csv=True) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out), delimiter=";"))[1:]
    assert len({row[0] for row in rows}) == len(rows) == many


def test_it_runs_from_the_command_line(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.writing() as session:
        lanes.open_lane(session, "emulator", 0.0)
        people.grant(session, make_person(session, "kari"), "osu2020", "leader")
    key = announce(sqlite)
    environment = {
        "DATABASE_URL": str(sqlite.url),
        "INPUT_DATABASE_URL": f"sqlite:///{tmp_path / 'inputs.db'}",
        "INPUT_KEY": "mRrQ7b3l0Z5c1x6nYvXkq0r2o3wT9u8i7p6a5s4d3f0=",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bot", "report", str(key)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Kari" in done.stdout
    assert "Kari" not in done.stderr
