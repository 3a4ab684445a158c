"""Ending the e-mails: looking ends nothing, pressing does, and nobody ends another's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Stores
from bot.web import unsubscribing
from storage import email_addresses
from tests.bot.conftest import LINKS

ACCOUNT = "kari@kommunen.example"


@pytest.fixture
async def pages(stores: Stores) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    unsubscribing.setup(app, stores.database, LINKS)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def address(stores: Stores) -> int:
    with stores.database.writing() as session:
        email_addresses.add(session, "noise@kommunen.example", "Noise", "osu2020")
        person = email_addresses.add(session, ACCOUNT, "Kari", "osu2020")
        return person.address_id or 0


def path(address: int, account: str = ACCOUNT) -> str:
    return LINKS.to_unsubscribe(address, account).removeprefix(LINKS.public_url)


def muted(stores: Stores) -> dict[str, bool]:
    with stores.database.reading() as session:
        found = {}
        for number in (1, 2):
            at, person = email_addresses.find(session, number), email_addresses.person_of(session, number)
            assert at is not None
            assert person is not None
            found[at.account] = person.is_muted
        return found


def only(is_muted: bool) -> dict[str, bool]:
    return {"noise@kommunen.example": False, ACCOUNT: is_muted}


async def test_looking_changes_nothing_and_pressing_ends_it(
    pages: TestClient[Any, Any], stores: Stores, address: int
) -> None:
    shown = await pages.get(path(address))
    text = await shown.text()
    assert shown.status == 200
    assert f'action="{path(address)}?lang=nb"' in text
    assert "<script" not in text
    assert ACCOUNT not in text
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert muted(stores) == only(False)
    await pages.post(path(address))
    await pages.post(path(address))
    assert muted(stores) == only(True)
    undoing = await pages.get(path(address))
    assert f'action="{path(address)}/angre?lang=nb"' in await undoing.text()
    await pages.post(f"{path(address)}/angre")
    assert muted(stores) == only(False)


@pytest.mark.parametrize("as_multipart", [False, True])
async def test_a_mail_program_ends_it_with_one_post(
    pages: TestClient[Any, Any], stores: Stores, address: int, as_multipart: bool
) -> None:
    form = FormData({"List-Unsubscribe": "One-Click"}, default_to_multipart=as_multipart)
    answered = await pages.post(path(address), data=form, allow_redirects=False)
    assert answered.status == 200
    assert muted(stores) == only(True)


@pytest.mark.parametrize("wrong", ["signature", "other", "none", "no number", "never stored"])
async def test_a_link_that_the_bot_did_not_make_does_nothing(
    pages: TestClient[Any, Any], stores: Stores, address: int, wrong: str
) -> None:
    signature = path(address).partition(".")[2]
    there = {
        "signature": path(address)[:-1] + ("A" if path(address)[-1] != "A" else "B"),
        "other": f"/avmelding/{address - 1}.{signature}",
        "none": f"/avmelding/{address}.",
        "no number": f"/avmelding/²{signature}",
        "never stored": path(999),
    }[wrong]
    for ask in (pages.get, pages.post):
        assert (await ask(there)).status == 404
    assert muted(stores) == only(False)


async def test_a_link_of_an_address_that_is_anothers_now_does_nothing(
    pages: TestClient[Any, Any], stores: Stores, address: int
) -> None:
    assert (await pages.post(path(address, "before@kommunen.example"))).status == 404
    assert muted(stores) == only(False)
