"""python -m bot told prints what everyone was told on a day, as it was sent."""

import shutil
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import update

from bot.__main__ import main
from dialogs.card import Card, Text, in_each
from storage import broadcasts, outbox
from storage.database import Database
from storage.outbox import Kind, OutboxRow, Status
from tests.conftest import NOW, make_person

TITLES = {"nb": "Kickoff er \x1b[31mflyttet", "nn": "Kickoff er flytta", "en": "The kickoff was moved"}


@pytest.fixture
def told_on_the_24th(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database, named in the environment, in which everyone got a message."""
    address = f"sqlite:///{tmp_path / 'told.db'}"
    shutil.copy(sqlite_template, tmp_path / "told.db")
    for name, value in {
        "DATABASE_URL": address,
        "INPUT_DATABASE_URL": f"sqlite:///{tmp_path / 'inputs.db'}",
        "INPUT_KEY": Fernet.generate_key().decode(),
    }.items():
        monkeypatch.setenv(name, value)
    database = Database(address)
    with database.writing() as session:
        make_person(session, "employee-1")
        cards = in_each(
            lambda language: Card(title=TITLES[language], blocks=(Text(text="Hei.\nHa det."),), language=language)
        )
        message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, cards)
        row = broadcasts.owe_everyone(session, "osu2020", message, "one", NOW)
        broadcasts.expand(session, row.id or 0)
        session.execute(update(OutboxRow).values(status=Status.SENT.value))
    database.close()


def test_it_is_printed_in_the_language_that_is_chosen(
    told_on_the_24th: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--language", "nn", "told", "--on", "2020-11-24", "--programme", "osu2020"]) == 0
    assert capsys.readouterr().out == (
        "OSU 2020: dette fekk alle tysdag 24. november 2020\n== 09:00 melding\nKickoff er flytta\nHei.\nHa det.\n\n"
    )


def test_no_sign_that_a_terminal_acts_on_is_printed(told_on_the_24th: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["told", "--on", "2020-11-24"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "Kickoff er  [31mflyttet" in out
    assert "ble det ikke sendt noe til alle" in out, "of the other programmes"


@pytest.mark.parametrize(
    ("given", "said"), [(["--on", "i går"], "er ingen dag"), (["--on", "2020-11-24", "--programme", "x"], "x")]
)
def test_what_is_wrong_is_said(
    told_on_the_24th: None, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    assert main(["told", *given]) == 1
    assert said in capsys.readouterr().err
