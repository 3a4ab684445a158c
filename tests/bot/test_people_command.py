"""python -m bot people: all or nothing, told in the operator's language."""

import logging
import uuid
from pathlib import Path

import pytest
from sqlmodel import select

from bot import people_command
from storage import broadcasts, email_addresses, outbox
from storage.database import Database
from storage.employees import Employee
from storage.outbox import Kind, OutboxRow
from storage.people import Address
from tests.conftest import make_person

GOOD = "e-post;navn;enhet\nkari@b.no;Kari;Lønn\nola@b.no;Ola;HR\n"
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


def run(database: Database, folder: Path, content: str, programme: str = "osu2020", dry: bool = False) -> int:
    path = folder / "people.csv"
    path.write_text(content, "utf-8")
    return people_command.run(database, path, programme, "nb", is_dry_run=dry)


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.exec(select(Employee.name).where(Employee.left_on == None)))  # noqa: E711


def test_what_changes_is_told_and_saved_once(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(database, tmp_path, GOOD) == 0
    said = capsys.readouterr().out
    assert "Nye: 2\n  Kari\n  Ola\n" in said
    assert "er lagret" in said
    assert run(database, tmp_path, GOOD) == 0
    said = capsys.readouterr().out
    assert "Uendret: 2" in said
    assert "ingenting å endre" in said
    assert names(database) == ["Kari", "Ola"]


def test_who_has_no_chat_is_written_to_by_email_when_that_is_asked_for(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    directory_id = uuid.uuid4()
    path.write_text(f"objekt-id;e-post;navn\n;kari@b.no;Kari\n{directory_id};ola@b.no;Ola\n", "utf-8")
    for is_by_email, reached in ((False, []), (True, ["kari@b.no"]), (True, ["kari@b.no"])):
        done = people_command.run(database, path, "osu2020", "nb", is_dry_run=False, is_by_email=is_by_email)
        assert done == 0
        with database.reading() as session:
            accounts = select(Address.account).where(Address.channel == email_addresses.CHANNEL)
            assert list(session.exec(accounts)) == reached


def test_a_dry_run_tells_the_same_and_saves_nothing(
    sqlite: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sqlite, tmp_path, GOOD, dry=True) == 0
    assert "Nye: 2\n  Kari\n  Ola\n" in capsys.readouterr().out
    assert names(sqlite) == []


def test_one_mistake_and_nothing_is_saved(sqlite: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(sqlite, tmp_path, GOOD)
    assert run(sqlite, tmp_path, "e-post;navn\neva@b.no;Eva\nper;Per\n") == 1
    said = capsys.readouterr().err
    assert "people.csv:3: «e-post» er ikke en e-postadresse. Skriv én adresse" in said
    assert "1 feil. Ingenting er endret." in said
    assert names(sqlite) == ["Kari", "Ola"]


def test_an_unknown_programme_and_a_missing_file_are_told(
    sqlite: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sqlite, tmp_path, GOOD, programme="nothing") == 1
    assert people_command.run(sqlite, tmp_path / "none.csv", "osu2020", "en", is_dry_run=False) == 1
    said = capsys.readouterr().err
    assert "nothing" in said
    assert "none.csv does not exist" in said


def test_of_very_many_mistakes_the_first_are_told_and_all_counted(
    sqlite: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(sqlite, tmp_path, "e-post;navn\n" + "kari;Kari\n" * 70)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 52
    assert "20 feil til" in said[-2]
    assert "70 feil" in said[-1]


def test_thirty_thousand_people_are_taken_in(database: Database, tmp_path: Path) -> None:
    rows = [f"{uuid.UUID(int=number)};p{number}@b.no;Person {number};Enhet {number % 50}" for number in range(30_000)]
    assert run(database, tmp_path, "\n".join(["id;e-post;navn;enhet", *rows])) == 0
    assert (
        run(database, tmp_path, "\n".join(["id;e-post;navn;enhet", *rows[1:], rows[0].replace("Enhet 0", "HR")])) == 0
    )
    with database.reading() as session:
        assert session.exec(select(Employee.name).where(Employee.unit == "HR")).all() == ["Person 0"]


def test_what_was_decided_before_the_file_came_has_its_rows_first(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.writing() as session:
        make_person(session, "kari")
        message = outbox.write(session, "osu2020", Kind.NOTICE, CARDS)
        broadcasts.owe_everyone(session, "osu2020", message, "once")
    run(sqlite, tmp_path, GOOD)
    with sqlite.reading() as session:
        assert len(session.exec(select(OutboxRow)).all()) == 1


def test_nothing_of_the_file_is_logged(sqlite: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    run(sqlite, tmp_path, GOOD)
    run(sqlite, tmp_path, "e-post;navn\nkari;Kari\n")
    assert [word for word in ("Kari", "kari@", "Lønn") if word in caplog.text] == []
