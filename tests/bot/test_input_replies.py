"""The page without a login: how an input stands, and the conversation that goes on with its receipt."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.web.limits import WRONG_CODES
from storage import anonymous_input, input_holds, input_statuses, whistleblowing
from storage.anonymous_input import About, WaitingInput
from storage.database import Session
from storage.input_conversation import LONGEST_MESSAGE, Said
from storage.people import Person
from tests.conftest import make_person
from tests.handling import followed, handler, key_of, released, sent
from tests.storage.test_whistleblowing import name_recipients

Browser = TestClient[Any, Any]
REPLY = "/innspill/svar/melding"


@pytest.fixture
async def browser(stores: Stores) -> AsyncIterator[Browser]:
    app = make_app(stores, DemoClock(datetime(2020, 11, 24, 8, tzinfo=UTC)), "osu2020")
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def receipt(stores: Stores) -> str:
    return sent(stores.inputs, "Det går for fort")


@pytest.fixture
def answered(stores: Stores, receipt: str) -> str:
    with stores.database.writing() as session:
        key = key_of(stores.inputs, receipt)
        anonymous_input.answer(stores.inputs, session, handler(session), "osu2020", key, "Hva går <b>fort</b>?")
    return receipt


async def shown(browser: Browser, code: str) -> str:
    return await (await browser.post("/innspill/svar", data={"code": code})).text()


def form_of(html: str) -> str:
    found = re.search(r'name="form" value="([0-9a-f]+)"', html)
    assert found
    return found[1]


async def test_a_second_press_beside_the_first_gets_the_same_receipt_and_a_later_one_none(browser: Browser) -> None:
    form = form_of(await (await browser.get("/innspill")).text())
    fields = {"form": form, "topic": "risk", "text": "Vi er for få på laget."}
    both = await asyncio.gather(*(browser.post("/innspill", data=fields) for _ in range(2)))
    codes = {re.search(r"\d{4} \d{4} \d{4} \d{4}", await answer.text()) for answer in both}
    assert {answer.status for answer in both} == {200}
    assert len({found[0] for found in codes if found}) == 1
    later = await browser.post("/innspill", data=fields)
    assert later.status == 409
    assert not re.search(r"\d{4} \d{4} \d{4} \d{4}", await later.text())


async def test_an_input_without_an_answer_has_no_field_for_more(browser: Browser, receipt: str) -> None:
    assert REPLY not in await shown(browser, receipt)


async def test_the_conversation_goes_on_with_the_receipt(browser: Browser, stores: Stores, answered: str) -> None:
    form = form_of(await shown(browser, answered))
    fields = {"code": answered, "form": form, "text": "Flyttingen <script>"}
    answer = await browser.post(REPLY, data=fields)
    html = await answer.text()
    assert answer.status == 200
    assert "Flyttingen &lt;script&gt;" in html
    assert "<script" not in html
    assert 'role="status"' in html
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    assert (await browser.post(REPLY, data=fields)).status == 409
    assert followed(stores.inputs, answered).said == [Said(True, "Flyttingen <script>", is_waiting=True)]
    assert "leses av andre fra neste morgen" in html
    assert "Flyttingen &lt;script&gt;" in await shown(browser, answered)
    assert form_of(html) != form


async def test_a_reply_that_names_somebody_comes_back_before_it_is_stored(
    browser: Browser, stores: Stores, answered: str
) -> None:
    fields = {"code": answered, "form": "a1", "text": "Ring Kari Nordmann på 900 00 001"}
    html = await (await browser.post(f"{REPLY}?lang=nn", data=fields)).text()
    assert f'action="{REPLY}?lang=nn"' in html
    assert re.findall(r'name="choice" value="([^"]*)"', html) == ["without", "edited", "as_is"]
    assert followed(stores.inputs, answered).said == []
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    code = re.search(r'name="code" value="([^"]*)"', html)
    assert seen
    assert code
    again = {**fields, "code": code[1], "seen": seen[1], "choice": "without"}
    assert (await browser.post(f"{REPLY}?lang=nn", data=again)).status == 200
    (said,) = followed(stores.inputs, answered).said
    assert "900" not in said.text
    assert "Nordmann" not in said.text


@pytest.mark.parametrize("text", ["", "  \n", "ø" * (LONGEST_MESSAGE + 1)], ids=["empty", "blank", "long"])
async def test_a_broken_reply_comes_back_as_it_was_written(
    browser: Browser, stores: Stores, answered: str, text: str
) -> None:
    answer = await browser.post(REPLY, data={"code": answered, "form": "a1", "text": text})
    html = await answer.text()
    assert answer.status == 422
    assert 'aria-invalid="true"' in html
    assert text.strip() in html
    assert form_of(html) == "a1"
    assert followed(stores.inputs, answered).said == []


@pytest.mark.parametrize("code", ["", "1234 5678 9012 3456", "0" * 5000])
async def test_a_reply_with_another_code_is_not_stored_and_not_repeated(browser: Browser, code: str) -> None:
    answer = await browser.post(REPLY, data={"code": code, "form": "a1", "text": "Hemmelig setning"})
    assert answer.status == 422
    assert "Hemmelig" not in await answer.text()


async def test_a_reply_before_anybody_answered_is_refused_with_the_reason(browser: Browser, receipt: str) -> None:
    answer = await browser.post(REPLY, data={"code": receipt, "form": "a1", "text": "Hallo"})
    assert answer.status == 409
    assert "når noen har svart" in await answer.text()


async def test_the_writer_reads_why_it_was_not_taken_up(browser: Browser, stores: Stores, receipt: str) -> None:
    def refuse(session: Session, acting: Person) -> None:
        key = key_of(stores.inputs, receipt)
        input_statuses.set_status(
            stores.inputs, session, acting, "osu2020", [key], "not_taken_up", "Loven <krever> datoen."
        )

    with stores.database.writing() as session:
        refuse(session, handler(session))
    html = await shown(browser, receipt)
    assert "Ikke tatt med videre" in html
    assert "Loven &lt;krever&gt; datoen." in html


async def test_the_writer_reads_that_it_is_held_back_and_why(browser: Browser, stores: Stores, receipt: str) -> None:
    with stores.database.writing() as session:
        key = key_of(stores.inputs, receipt)
        input_holds.hold(stores.inputs, session, handler(session), "osu2020", key, "Det truer en navngitt person.")
    html = await shown(browser, receipt)
    assert "Holdt tilbake" in html
    assert "Det truer en navngitt person." in html


HEARD = "Sjefen gir oppdragene til firmaet til broren sin uten anbud."


def whistleblowing_channel(stores: Stores) -> None:
    with stores.database.writing() as session:
        name_recipients(session)
        make_person(session, "recipient", whistleblowing.ROLE)


@pytest.mark.parametrize("way", ["as_input", "hand_over"])
async def test_a_reply_that_may_be_a_notification_is_asked_about_first(
    browser: Browser, stores: Stores, answered: str, way: str
) -> None:
    whistleblowing_channel(stores)
    fields = {"code": answered, "form": "a1", "text": HEARD}
    html = await (await browser.post(REPLY, data=fields)).text()
    assert re.findall(r'name="way" value="([^"]*)"', html) == ["hand_over", "as_input"]
    assert followed(stores.inputs, answered).said == []
    heard = re.search(r'name="heard" value="([^"]*)"', html)
    assert heard
    chosen = {**fields, "heard": heard[1], "way": way, "topic": "other"}
    answer = await browser.post("/innspill" if way == "hand_over" else REPLY, data=chosen)
    assert answer.status == 200
    said = [one.text for one in followed(stores.inputs, answered).said]
    with stores.inputs.database.reading() as session:
        waiting = [stores.inputs.opened_waiting(row) for row in session.exec(select(WaitingInput)).all()]
    if way == "hand_over":
        assert said == []
        assert [(one.text, one.is_notification) for one in waiting] == [(HEARD, True)]
        assert re.search(r"\d{4} \d{4} \d{4} \d{4}", await answer.text()), "it has a code of its own"
    else:
        assert said == [HEARD]
        assert waiting == []


async def test_what_recipients_ask_is_answered_without_being_asked_about(browser: Browser, stores: Stores) -> None:
    whistleblowing_channel(stores)
    about = About("osu2020", "other", date(2020, 11, 24), form="n1", is_notification=True)
    receipt = anonymous_input.submit(stores.inputs, about, HEARD)
    released(stores.inputs)
    with stores.database.writing() as session:
        recipient = make_person(session, "recipient", whistleblowing.ROLE)
        key = key_of(stores.inputs, receipt)
        whistleblowing.say(stores.inputs, session, recipient, "osu2020", key, "Hvem?", "r1")
    html = await shown(browser, receipt)
    assert "Varslingsmottaket" in html
    text = "Kari Nordmann fikk penger under bordet av firmaet."
    assert (await browser.post(REPLY, data={"code": receipt, "form": "a1", "text": text})).status == 200
    assert [one.text for one in followed(stores.inputs, receipt).said] == ["Hvem?", text]


async def test_a_reply_is_given_back_where_too_many_codes_were_wrong(
    browser: Browser, stores: Stores, answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.limits.FIRST_WAIT", 0.0)
    for _ in range(WRONG_CODES.at_once):
        assert (await browser.post("/innspill/svar", data={"code": "1"})).status == 422
    fields = {"code": answered, "form": "a1", "text": "En lang og viktig tekst <b>"}
    answer = await browser.post(f"{REPLY}?lang=nn", data=fields)
    html = await answer.text()
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "En lang og viktig tekst &lt;b&gt;" in html
    assert form_of(html) == "a1"
    assert f'name="code" value="{answered}"' in html
    assert "Det går for fort" not in html, "nothing of the input, which was not looked up"
    assert followed(stores.inputs, answered).said == []


async def test_the_writer_of_what_is_held_back_is_told_what_can_be_done(
    browser: Browser, stores: Stores, receipt: str
) -> None:
    with stores.database.writing() as session:
        key = key_of(stores.inputs, receipt)
        input_holds.hold(stores.inputs, session, handler(session), "osu2020", key, "Det er en trussel i teksten.")
    html = await shown(browser, receipt)
    assert "Det er en trussel i teksten." in html
    assert "verneombudet" in html
    assert "Kom gjerne tilbake" not in html
