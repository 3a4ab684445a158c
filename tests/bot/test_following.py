"""Choosing topics by the link of an e-mail: looking changes nothing, saving does, a mail program ends what it names."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Stores
from bot.clock import DemoClock
from bot.web import following
from storage import email_addresses, topics
from storage.database import Database, Session
from tests.bot.conftest import LINKS
from tests.conftest import NOW

ACCOUNT = "kari@kommunen.example"
GOAL, GROUP = "theme:osu-mal-tjenester", "workgroup:osu-omstilling"


@pytest.fixture
async def pages(stores: Stores) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    following.setup(app, stores.database, LINKS, DemoClock(NOW))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def address(stores: Stores) -> int:
    with stores.database.writing() as session:
        email_addresses.add(session, "noise@kommunen.example", "Noise", "osu2020")
        return email_addresses.add(session, ACCOUNT, "Kari", "osu2020").address_id or 0


def path(address: int, *ending: str) -> str:
    return LINKS.to_topics(address, ACCOUNT, ending).removeprefix(LINKS.public_url)


def followed(stores: Stores, address: int) -> list[str]:
    with stores.database.reading() as session:
        person = email_addresses.person_of(session, address)
        assert person is not None
        return topics.followed(session, person, "osu2020")


async def test_who_has_no_chat_chooses_on_the_page(pages: TestClient[Any, Any], stores: Stores, address: int) -> None:
    shown = await (await pages.get(path(address))).text()
    assert "checked" not in shown
    assert "Effektive og smarte administrative tjenester" in shown
    assert "<script" not in shown
    saved = await pages.post(path(address), data=[("saving", "1"), ("topic", GOAL), ("topic", GROUP)])
    assert saved.status == 200
    assert (await saved.text()).count(" checked>") == 2
    assert sorted(followed(stores, address)) == sorted([GOAL, GROUP])
    await pages.post(path(address), data=[("saving", "1"), ("topic", GOAL)])
    assert followed(stores, address) == [GOAL]
    await pages.post(path(address), data=[("saving", "1")])
    assert followed(stores, address) == []


async def test_a_mail_program_ends_what_its_link_names_and_nothing_else(
    pages: TestClient[Any, Any], stores: Stores, address: int
) -> None:
    await pages.post(path(address), data=[("saving", "1"), ("topic", GOAL), ("topic", GROUP)])
    shown = await (await pages.get(path(address, GOAL))).text()
    assert shown.count(" checked>") == 1, "looking only shows what would be ended"
    assert len(followed(stores, address)) == 2
    for _ in range(2):
        ended = await pages.post(path(address, GOAL), data={"List-Unsubscribe": "One-Click"})
        assert ended.status == 200
    assert followed(stores, address) == [GROUP]


@pytest.mark.parametrize("wrong", ["theme:nothing", "theme:os-bg-okonomi"])
async def test_what_is_no_topic_changes_nothing(
    pages: TestClient[Any, Any], stores: Stores, address: int, wrong: str
) -> None:
    await pages.post(path(address), data=[("saving", "1"), ("topic", GROUP)])
    refused = await pages.post(path(address), data=[("saving", "1"), ("topic", GOAL), ("topic", wrong)])
    assert refused.status == 400
    assert 'role="alert"' in await refused.text()
    assert followed(stores, address) == [GROUP]


async def test_too_many_are_refused_and_what_was_ticked_is_kept(
    pages: TestClient[Any, Any], stores: Stores, address: int
) -> None:
    with stores.database.reading() as session:
        names = [topic.name for topic in topics.every(session, "osu2020")][: topics.MOST + 1]
    refused = await pages.post(path(address), data=[("saving", "1"), *(("topic", name) for name in names)])
    text = await refused.text()
    assert refused.status == 400
    assert text.count(" checked>") == len(names)
    assert followed(stores, address) == []


async def test_a_link_that_the_bot_did_not_make_shows_and_changes_nothing(
    pages: TestClient[Any, Any], stores: Stores, address: int
) -> None:
    other = path(address).replace(f"/{address}.", f"/{address - 1}.")
    for answer in (await pages.get(other), await pages.post(other, data=[("saving", "1"), ("topic", GOAL)])):
        assert answer.status == 404
        assert "Effektive" not in await answer.text()
    assert followed(stores, address - 1) == []


async def somebody_waits(session: Session) -> None:
    """Until another transaction waits for what this one has stored."""
    async with asyncio.timeout(10):
        while not session.connection().exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar():
            await asyncio.sleep(0.02)


async def test_two_saves_at_once_are_one(database: Database) -> None:
    app = web.Application()
    following.setup(app, database, LINKS, DemoClock(NOW))
    with database.writing() as session:
        address = email_addresses.add(session, ACCOUNT, "Kari", "osu2020").address_id or 0
    async with TestClient(TestServer(app)) as client:
        with database.writing() as first:
            person = email_addresses.person_of(first, address)
            assert person is not None
            topics.follow(first, person, "osu2020", GOAL, NOW)
            form = [("saving", "1"), ("topic", GROUP), ("topic", GOAL)]
            second = asyncio.create_task(client.post(path(address), data=form))
            # Of SQLite there is one writer: the second save only begins when this one is over.
            await (asyncio.sleep(0.1) if database.is_sqlite else somebody_waits(first))
        saved = await second
    assert saved.status == 200
    with database.reading() as session:
        person = email_addresses.person_of(session, address)
        assert person is not None
        assert sorted(topics.followed(session, person, "osu2020")) == sorted([GOAL, GROUP])
