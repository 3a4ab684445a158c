"""The page of a file that was asked for: for minutes, for whoever asked, and only as long as they may."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Server, Stores, make_app
from bot.clock import DemoClock
from bot.signed_links import SignedLinks
from bot.turns import Turns
from dialogs.card import Text, Written
from storage import acting, erasing, people
from storage.downloads import GOOD_FOR, Download
from storage.people import Person
from storage.terms import Term
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

LINKS = SignedLinks(bytes(32), "https://bot.example.org")
Browser = TestClient[Any, Any]


@pytest.fixture
async def browser(stores: Stores) -> AsyncIterator[Browser]:
    server = Server(None, None, LINKS)
    async with TestClient(TestServer(make_app(stores, DemoClock(NOW), "osu2020", server))) as client:
        yield client


@pytest.fixture
def somebody(stores: Stores) -> Talk:
    turns: Turns = CheckedTurns(
        stores.database, stores.inputs, DemoClock(NOW), "osu2020", sign_download=LINKS.download_path
    )
    talk = Talk(turns, "employee-1", NOW)
    talk.act("workgroup.join", group="osu-omstilling")
    return talk


def link(talk: Talk) -> str:
    card = talk.act("own.take")
    return next(block.path for block in card.blocks if isinstance(block, Text) and block.path)


async def test_it_is_fetched_by_pressing_and_not_by_looking(browser: Browser, somebody: Talk, stores: Stores) -> None:
    path = link(somebody)
    looked = await browser.get(path)
    assert looked.status == 200
    assert "Last ned" in await looked.text()
    assert "employee-1" not in await looked.text()
    fetched = await browser.post(path)
    assert fetched.headers["Content-Disposition"] == 'attachment; filename="mine-opplysninger.json"'
    assert fetched.headers["Cache-Control"] == "no-store"
    assert fetched.headers["Referrer-Policy"] == "no-referrer"
    whole = json.loads(await fetched.text())
    tables = {name: rows for area in whole["areas"] for name, rows in area["tables"].items()}
    assert tables["sign_up"][0]["workgroup_key"] == "osu-omstilling"
    with stores.database.reading() as session:
        assert session.exec(select(Download.times_fetched)).one() == 1


async def test_it_is_fetched_a_few_times_and_no_more(browser: Browser, somebody: Talk, stores: Stores) -> None:
    path = link(somebody)
    assert [(await browser.post(path)).status for _ in range(4)] == [200, 200, 200, 404]
    assert (await browser.get(path)).status == 404
    with stores.database.reading() as session:
        assert session.exec(select(Download.times_fetched)).one() == 3


async def test_a_link_that_the_bot_did_not_make_fetches_nothing(browser: Browser, somebody: Talk) -> None:
    path = link(somebody)
    number, signature = path.rpartition("/")[2].split(".")
    other = LINKS.download_token(2, 1, 0.0).split(".")[1]
    for wrong in (f"{number}.{signature[:-1]}", f"{int(number) + 1}.{signature}", f"{number}.{other}", number, "0.x"):
        for answered in (await browser.get(f"/nedlasting/{wrong}"), await browser.post(f"/nedlasting/{wrong}")):
            assert answered.status == 404
            assert "employee" not in await answered.text()


async def test_a_link_is_good_for_minutes_and_until_its_person_is_erased(
    browser: Browser, somebody: Talk, stores: Stores
) -> None:
    late, erased = link(somebody), link(somebody)
    with stores.database.writing() as session:
        first = session.exec(select(Download).order_by(Download.id)).first()  # type: ignore[arg-type]
        assert first is not None
        first.good_until -= GOOD_FOR + 1
        session.add(first)
    assert (await browser.post(late)).status == 404
    assert (await browser.post(erased)).status == 200
    with stores.database.writing() as session:
        erasing.erase(session, session.exec(select(Person)).one(), {}, NOW)
    assert (await browser.post(erased)).status == 404


def test_each_link_is_of_one_download_one_person_and_one_time() -> None:
    assert LINKS.download_path(7, 1, 5.0).startswith("/nedlasting/7.")
    assert LINKS.download_path(7, 1, 5.0) != LINKS.download_path(7, 2, 5.0)
    assert LINKS.download_path(7, 1, 5.0) != LINKS.download_path(7, 1, 6.0)


def test_where_browsers_reach_the_bot_every_channel_gets_the_whole_address(stores: Stores) -> None:
    turns = CheckedTurns(
        stores.database,
        stores.inputs,
        DemoClock(NOW),
        "osu2020",
        public_url=LINKS.public_url,
        sign_download=LINKS.download_path,
    )
    for channel in ("msteams", "slack", "web"):
        card = Talk(turns, f"employee-{channel}", NOW, channel).act("own.take")
        spans = [span for block in card.blocks if isinstance(block, Written) for line in block.lines for span in line]
        assert [span.address.startswith(f"{LINKS.public_url}/nedlasting/") for span in spans] == [True]


@pytest.fixture
def coordinator(stores: Stores, somebody: Talk) -> Talk:
    talk = Talk(somebody.turns, "koordinator", NOW)
    talk.act("help")
    with stores.database.writing() as session:
        people.grant(session, people.recognise(session, talk.where, "osu2020"), "osu2020", "coordinator")
    return talk


async def rows_of(browser: Browser, talk: Talk, **values: str) -> list[list[str]]:
    talk.act("signup.exported", **values)
    path = next(block.path for block in talk.shown[-1].blocks if isinstance(block, Text) and block.path)
    fetched = await browser.post(path)
    assert fetched.content_type == "text/csv"
    assert fetched.headers["Content-Disposition"].startswith("attachment; ")
    return list(csv.reader(io.StringIO((await fetched.read()).decode("utf-8-sig"), newline=""), delimiter=";"))


async def test_a_coordinator_takes_out_the_volunteers_of_a_group(
    browser: Browser, coordinator: Talk, somebody: Talk
) -> None:
    somebody.act("signup.told", group="osu-omstilling", motivation="@SUM(A1)", competences="=cmd", hours="4")
    for group in ("all", "osu-omstilling"):
        head, *rows = await rows_of(browser, coordinator, kind="volunteers", group=group)
        assert head[0] == "Navn"
        assert rows == [
            ["Employee-1", "Arbeidsgruppe omstilling", "venter på svar", "2020-11-24", "", "4", "'=cmd", "'@SUM(A1)"]
        ]


async def test_promises_are_told_in_numbers(browser: Browser, coordinator: Talk) -> None:
    rows = await rows_of(browser, coordinator, kind="promises")
    assert ["Svar som er lovet senest 2020-12-08", "1"] in rows
    assert not any("Employee" in cell for row in rows for cell in row)
    assert "Færre enn 6" in rows[1][0]


async def test_who_took_out_what_is_told_to_the_coordinators(browser: Browser, coordinator: Talk) -> None:
    await rows_of(browser, coordinator, kind="volunteers", group="osu-omstilling")
    told = coordinator.act("signup.export").as_text()
    assert "Koordinator: tok ut «Frivillige», Arbeidsgruppe omstilling, 24. november 2020. Hentet 1 gang." in told
    coordinator.act("own.erase")
    coordinator.press("own.erased", alone="yes")
    with coordinator.turns.database.writing() as session:
        again = people.recognise(session, Talk(coordinator.turns, "ny", NOW).where, "osu2020")
        people.grant(session, again, "osu2020", "coordinator")
    assert "en tidligere bruker: tok ut" in Talk(coordinator.turns, "ny", NOW).act("signup.export").as_text()


def test_nobody_else_takes_out_a_list(somebody: Talk) -> None:
    for action in ("signup.export", "signup.exported"):
        for kind in ("volunteers", "promises", "own", "", None):
            assert somebody.act(action, kind=kind, group="osu-omstilling").outcome == "refused"


def test_what_is_no_list_is_refused(coordinator: Talk) -> None:
    for values in ({"kind": "own"}, {"kind": ""}, {"kind": "volunteers", "group": "ukjent"}, {}):
        assert coordinator.act("signup.exported", **values).outcome == "refused"
    with coordinator.turns.database.reading() as session:
        assert session.exec(select(Download)).all() == []


async def test_a_link_ends_with_the_role(browser: Browser, coordinator: Talk, stores: Stores) -> None:
    coordinator.act("signup.exported", kind="volunteers")
    path = next(block.path for block in coordinator.shown[-1].blocks if isinstance(block, Text) and block.path)
    with stores.database.writing() as session:
        people.revoke(session, people.recognise(session, coordinator.where, "osu2020"), "osu2020", "coordinator")
    for answered in (await browser.get(path), await browser.post(path)):
        assert answered.status == 404
        assert "Employee-1" not in await answered.text()


async def test_a_role_for_a_term_fetches_what_it_asked_for(browser: Browser, somebody: Talk, stores: Stores) -> None:
    talk = Talk(somebody.turns, "vikar", NOW)
    talk.act("help")
    with stores.database.writing() as session:
        term = Term(NOW.date(), NOW.date())
        acting.give(session, people.recognise(session, talk.where, "osu2020"), "osu2020", "coordinator", term)
    assert len(await rows_of(browser, talk, kind="volunteers", group="all")) == 2
