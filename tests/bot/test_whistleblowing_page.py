"""The page asks whether a text is a notification before anything is stored, and hands it over where that is chosen."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from storage import people, whistleblowing
from storage.anonymous_input import WaitingInput
from tests.conftest import NOW, make_person
from tests.storage.test_whistleblowing import name_recipients

HEARD = "Sjefen gir oppdragene til firmaet til broren sin uten anbud."
NOT_HEARD = "Noe jeg ikke vil si for mange"
Browser = TestClient[Any, Any]


@pytest.fixture
async def browser(stores: Stores) -> AsyncIterator[Browser]:
    async with TestClient(TestServer(make_app(stores, DemoClock(NOW), "osu2020"))) as client:
        yield client


@pytest.fixture
def named(stores: Stores) -> None:
    with stores.database.writing() as session:
        name_recipients(session)
        people.grant(session, make_person(session, "mottaker-1"), "osu2020", whistleblowing.ROLE)


async def post(browser: Browser, path: str, **fields: str) -> tuple[int, str]:
    answer = await browser.post(path, data=fields)
    return answer.status, await answer.text()


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def waiting(stores: Stores) -> list[tuple[str, bool]]:
    with stores.inputs.database.reading() as session:
        opened = [stores.inputs.opened_waiting(row) for row in session.exec(select(WaitingInput))]
    return [(one.text, one.is_notification) for one in opened]


async def test_it_is_asked_and_handed_over(browser: Browser, stores: Stores, named: None) -> None:
    form = {"form": "abc", "topic": "other", "text": HEARD}
    status, page = await post(browser, "/innspill/sjekk?lang=nb", **form)
    assert status == 200
    assert "Dette kan være et varsel" in page
    assert "Mottaker-1" in page
    assert waiting(stores) == []
    status, page = await post(browser, "/innspill?lang=nb", **{**form, **hidden(page)}, way="hand_over")
    assert status == 200
    assert "overlatt til varslingsmottaket" in page
    assert waiting(stores) == [(HEARD, True)]


async def test_sent_as_an_input_it_is_looked_over_first(browser: Browser, stores: Stores, named: None) -> None:
    text = "Kari Hansen stjeler penger fra kassa."
    form = {"form": "abc", "topic": "risk", "text": text}
    _, page = await post(browser, "/innspill/sjekk?lang=nb", **form)
    _, page = await post(browser, "/innspill/sjekk?lang=nb", **{**form, **hidden(page)}, way="as_input")
    assert "Kari Hansen" in page
    assert {"seen", "heard", "way"} <= hidden(page).keys()
    status, page = await post(browser, "/innspill?lang=nb", **{**form, **hidden(page)}, choice="as_is")
    assert status == 200
    assert waiting(stores) == [(text, False)]
    assert "overlatt til" not in page


async def test_a_text_that_was_not_heard_can_be_called_one_before_it_is_sent(
    browser: Browser, stores: Stores, named: None
) -> None:
    form = {"form": "abc", "topic": "risk", "text": NOT_HEARD}
    _, page = await post(browser, "/innspill/sjekk?lang=nb", **form)
    assert "Dette er et varsel" in page
    _, page = await post(browser, "/innspill/sjekk?lang=nb", **{**form, **hidden(page)}, choice="notification")
    assert "Dette kan være et varsel" in page
    assert waiting(stores) == []
    await post(browser, "/innspill?lang=nb", **{**form, **hidden(page)}, way="hand_over")
    assert waiting(stores) == [(NOT_HEARD, True)]


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_where_nobody_is_named_nothing_can_be_handed_over(browser: Browser, stores: Stores, lang: str) -> None:
    form = {"form": "abc", "topic": "notification", "text": NOT_HEARD}
    _, page = await post(browser, f"/innspill/sjekk?lang={lang}", **form)
    assert 'value="hand_over"' not in page
    assert "73\u00a019\u00a097\u00a000" in page
    status, page = await post(browser, f"/innspill?lang={lang}", **{**form, **hidden(page)}, way="hand_over")
    assert status == 409
    assert NOT_HEARD in page
    assert waiting(stores) == []


async def test_a_choice_made_up_is_asked_about(browser: Browser, stores: Stores, named: None) -> None:
    form = {"form": "abc", "topic": "other", "text": HEARD, "heard": f"{'0' * 16}.{'0' * 32}"}
    for way in ("hand_over", "as_input", "", "æ"):
        _, page = await post(browser, "/innspill?lang=nb", **form, way=way)
        assert "Dette kan være et varsel" in page
    assert waiting(stores) == []
