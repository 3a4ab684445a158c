"""The page of a file that was asked for: for minutes, for whoever asked, and only as long as they may."""

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
from storage import erasing
from storage.downloads import GOOD_FOR, Download
from storage.people import Person
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
