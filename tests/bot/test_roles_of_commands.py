"""The table of roles and actions, by the command line: no command has a caller, none does what a role is for, and what
each writes is said here.

Whoever runs a command runs the machine: they hold the settings of its databases, and could as well write there. So none
asks who they are to the bot, none acts for a person of the bot's, and a change of roles keeps which account of the
machine made it.
"""

import argparse
import io
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography.fernet import Fernet
from sqlmodel import select

from bot import settings
from bot.__main__ import _parser, main
from bot.app import Server, Stores, make_app
from bot.clock import DemoClock
from bot.operator import operator
from bot.signed_links import SignedLinks
from dialogs.actions import ACTIONS, INPUT_ACTIONS
from storage import announcements, broadcasts, erasing, own_data, people, status_streams, tables
from storage.outbox import Kind, write
from storage.people import ROLES, Person
from storage.role_changes import RoleChange
from storage.status_streams import WorkStream
from tests.bot.test_roles import KINDS, become
from tests.conftest import NOW, PROGRAMMES, make_person
from tests.talk import CheckedTurns, Talk

STORES = ("DATABASE_URL", "INPUT_DATABASE_URL", "INPUT_KEY")
SERVER = ("MicrosoftAppId", "MicrosoftAppType", "MicrosoftAppTenantId", "PUBLIC_URL", *STORES)
DIRECTORY = "44444444-4444-4444-8444-444444444444"
CARDS = {"nb": {"title": "Nytt", "buttons": [{"title": "Hjelp", "action": "help"}]}}
CSV = "id;e-post;navn\n;ny@kommunen.example;Ny Ansatt\n"


@dataclass(frozen=True)
class Called:
    """How a command is called here, the options it has, and the tables it writes; ``needs`` are the settings without
    which it ends and names them. None of the options says who acts."""

    needs: tuple[str, ...]
    arguments: tuple[str, ...] | None
    options: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()


COMMANDS = {
    "check-text": Called((), ()),
    "demo": Called((), None, frozenset({"--programme", "--port", "--at", "--data"})),
    "explain": Called((), ("når er kickoff?",), frozenset({"--programme", "--at"})),
    "grant": Called(
        STORES,
        ("leader", DIRECTORY, "--programme", "osu2020"),
        frozenset({"--programme", "--group", "--stream", "--take", "--from", "--until", "--for"}),
        frozenset({"role_grant", "role_change"}),
    ),
    "load": Called(
        STORES,
        ("changed.yaml",),
        frozenset({"--dry-run"}),
        frozenset({"programme"}),
    ),
    "manifest": Called((), ("--output", "package.zip"), frozenset({"--version", "--output"})),
    "migrate": Called(STORES, ()),
    "people": Called(
        STORES,
        ("people.csv", "--programme", "osu2020", "--by-email"),
        frozenset({"--programme", "--dry-run", "--by-email"}),
        frozenset({"employee", "person", "address"}),
    ),
    "report": Called(STORES, ("1",), frozenset({"--csv"}), frozenset({"report_look"})),
    "rules": Called((), ("--programme", "os2019"), frozenset({"--programme"})),
    "serve": Called(SERVER, None),
    "told": Called(STORES, ("--on", "2020-11-24"), frozenset({"--on", "--programme"})),
}
RUN = sorted(name for name, called in COMMANDS.items() if called.arguments is not None)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without .env, with the files that commands are given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "Kari"}\n')))
    for name in SERVER:
        monkeypatch.delenv(name, raising=False)
    file = (PROGRAMMES / "osu2020.yaml").read_text("utf-8")
    Path("changed.yaml").write_text(file.replace("  name: OSU 2020\n", "  name: OSU 2020 og videre\n", 1), "utf-8")
    Path("people.csv").write_text(CSV, "utf-8")


@pytest.fixture
def installed(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """An installation with somebody in it, something that was sent, and its settings at hand."""
    with stores.database.writing() as session:
        where = people.Whereabouts(
            channel="msteams", account="29:kari", name="Kari", lane="msteams", conversation="a", directory_id=DIRECTORY
        )
        people.recognise(session, where, "osu2020")
        leader = make_person(session, "leder", "leader")
        announcement = announcements.draft(session, leader, "osu2020", "Nytt", "Vi flytter.", NOW)
        message = write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
        broadcast = broadcasts.owe_everyone(session, "osu2020", message, "announcement:1", NOW)
        announcement.broadcast_id, announcement.sent_at = broadcast.id, NOW
        session.add(announcement)
        session.flush()
        while broadcasts.expand(session, broadcast.id or 0):
            pass
    monkeypatch.setenv("DATABASE_URL", str(stores.database.url))
    monkeypatch.setenv("INPUT_DATABASE_URL", str(stores.inputs.database.url))
    monkeypatch.setenv("INPUT_KEY", Fernet.generate_key().decode())
    # The lanes at an installation's pace, as each command that opens the databases has them.
    assert main(["migrate"]) == 0
    return stores


def everything(stores: Stores) -> dict[str, list[str]]:
    with stores.database.reading() as session:
        return {
            name: sorted(map(repr, session.execute(table.select()).all())) for name, table in tables.MAIN.tables.items()
        }


def changed(before: dict[str, list[str]], stores: Stores) -> set[str]:
    after = everything(stores)
    return {name for name in after if after[name] != before[name]}


def parsers() -> dict[str, argparse.ArgumentParser]:
    known: Any = next(one.choices for one in _parser()._actions if one.choices and "serve" in one.choices)
    return dict(known)


def test_every_command_is_in_the_table_with_its_options() -> None:
    assert set(parsers()) == set(COMMANDS)
    for name, parser in parsers().items():
        options = {option for one in parser._actions for option in one.option_strings} - {"-h", "--help"}
        assert options == COMMANDS[name].options, name


def test_no_command_is_an_action_and_no_action_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    for action in (*ACTIONS, *INPUT_ACTIONS):
        with pytest.raises(SystemExit) as refused:
            main([action])
        assert refused.value.code == 2, action
        assert "invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(name for name, called in COMMANDS.items() if called.needs))
def test_without_the_settings_of_the_databases_a_command_ends_and_names_them(
    stores: Stores, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = everything(stores)
    assert main([name, *(COMMANDS[name].arguments or ())]) == 1
    said = capsys.readouterr()
    assert [one for one in COMMANDS[name].needs if one not in said.err] == []
    assert said.out == ""
    assert changed(before, stores) == set()


@pytest.mark.parametrize("name", RUN)
def test_a_command_writes_what_the_table_says_and_nothing_else(installed: Stores, name: str) -> None:
    before = everything(installed)
    assert main([name, *(COMMANDS[name].arguments or ())]) == 0
    assert changed(before, installed) == COMMANDS[name].writes


def test_the_demo_opens_databases_of_its_own(installed: Stores, tmp_path: Path) -> None:
    chosen = settings.for_demo(tmp_path / "demo")
    assert str(tmp_path / "demo") in chosen.database_url
    assert str(tmp_path / "demo") in chosen.input_database_url
    assert str(installed.database.url) != chosen.database_url


async def test_no_command_is_a_page(stores: Stores) -> None:
    server = Server(None, None, SignedLinks(bytes(32), "https://bot.example.org"))
    async with TestClient(TestServer(make_app(stores, DemoClock(NOW), "osu2020", server))) as browser:
        for command in COMMANDS:
            for method in ("GET", "POST"):
                assert (await browser.request(method, f"/{command}")).status == 404, command


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_runs_a_command_by_chat_whatever_their_role(stores: Stores, kind: str) -> None:
    turns = CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "osu2020")
    talk = Talk(turns, "nysgjerrig", NOW, "msteams")
    talk.act("help")
    with stores.database.writing() as session:
        become(session, people.recognise(session, talk.where, "osu2020"), kind)
    before = everything(stores)
    for name in COMMANDS:
        talk.act(name, role="leader", person=DIRECTORY, programme="osu2020", take=True)
        assert talk.shown[-1].outcome != "done", name
    talk.say(f"python -m bot grant leader {DIRECTORY} --programme osu2020")
    # What any turn leaves: that it was received, and where the conversation is.
    assert changed(before, stores) <= {"received", "conversation", "person", "unanswered_count"}
    with stores.database.reading() as session:
        person = people.recognise(session, talk.where, "osu2020")
        assert people.roles(session, person, "osu2020") == ({kind} & set(ROLES))


def test_which_account_of_the_machine_changed_a_role_is_kept_once(
    installed: Stores, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    grant = ["grant", "leader", DIRECTORY, "--programme", "osu2020"]
    for _ in range(2):
        assert main(grant) == 0
    assert main([*grant, "--until", "2099-12-31"]) == 0
    for _ in range(2):
        assert main([*grant, "--take"]) == 0
    seat = ["grant", "group_leader", DIRECTORY, "--programme", "osu2020", "--group", "osu-omstilling"]
    for more in ([], [], ["--take"]):
        assert main([*seat, *more]) == 0
    with installed.database.reading() as session:
        kept = session.exec(select(RoleChange).order_by(RoleChange.id)).all()  # type: ignore[arg-type]
        assert {row.account for row in kept} == {operator()}
        assert [(row.role, row.workgroup_key, row.is_taken, str(row.ends_on)) for row in kept] == [
            ("leader", "", False, "None"),
            ("leader", "", False, "2099-12-31"),
            ("leader", "", True, "None"),
            ("group_leader", "osu-omstilling", False, "None"),
            ("group_leader", "osu-omstilling", True, "None"),
        ]
    assert "role leader given to person" in caplog.text
    assert "Kari" not in caplog.text


def test_a_part_in_a_work_stream_is_given_taken_and_kept(installed: Stores, capsys: pytest.CaptureFixture[str]) -> None:
    with installed.database.writing() as session:
        session.add(WorkStream(programme_key="osu2020", key="osu-strom", title={"nb": "Ledernivåer"}))
    grant = [DIRECTORY, "--programme", "osu2020", "--stream"]
    assert main(["grant", "stream_owner", *grant, "ingen"]) == 1
    for more in ([], [], ["--take"], ["--take"]):
        assert main(["grant", "stream_owner", *grant, "osu-strom", *more]) == 0
    assert main(["grant", "stream_stand_in", *grant, "osu-strom"]) == 0
    assert "svarer nå for arbeidsstrømmen Ledernivåer" in capsys.readouterr().out
    with installed.database.reading() as session:
        kept = session.exec(select(RoleChange).order_by(RoleChange.id)).all()  # type: ignore[arg-type]
        assert [(row.role, row.workgroup_key, row.is_taken) for row in kept] == [
            ("stream_owner", "osu-strom", False),
            ("stream_owner", "osu-strom", True),
            ("stream_stand_in", "osu-strom", False),
        ]
        assert status_streams.owner(session, "osu2020", "osu-strom") is None
        assert status_streams.owner(session, "osu2020", "osu-strom", stands_in=True) is not None


def test_a_refused_change_of_a_role_is_not_kept(installed: Stores) -> None:
    before = everything(installed)
    assert main(["grant", "leader", "nobody", "--programme", "osu2020"]) == 1
    assert main(["grant", "leader", DIRECTORY, "--programme", "osu2020", "--for", DIRECTORY]) == 1
    assert changed(before, installed) == set()


def test_whoever_got_a_role_sees_that_it_is_kept_and_it_stays_without_a_name(installed: Stores) -> None:
    assert main(["grant", "leader", DIRECTORY, "--programme", "osu2020"]) == 0
    with installed.database.writing() as session:
        person = people.find_by_directory(session, DIRECTORY)
        assert person is not None
        (own,) = own_data.done_in_a_role(session, person)["role_change.person_id"]
        assert (own["role"], own["is_taken"]) == ("leader", False)
        assert "account" not in own
        erasing.erase(session, person, {}, NOW)
        (kept,) = session.exec(select(RoleChange)).all()
        assert session.get_one(Person, kept.person_id).name == ""
