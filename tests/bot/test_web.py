"""The web channel: what is drawn, what is taken in, and what is refused."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.web.reading import LARGEST
from bot.web.render import render
from bot.web.send import WebTransport
from dialogs.card import Button, Card, Choice, Facts, Items, Picture, Question, Text
from dialogs.examples import examples
from storage import anonymous_input, web_posts
from storage.anonymous_input import About, WaitingInput
from storage.people import Address
from tests.releasing import release

NASTY = "<script>alert('x')</script>\" onload=\"x' & {{ 7*7 }} '; DROP TABLE person; --"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Browser = TestClient[Any, Any]


@pytest.fixture
async def browser(stores: Stores) -> AsyncIterator[Browser]:
    app = make_app(stores, DemoClock(datetime(2020, 11, 24, 8, tzinfo=UTC)), "osu2020")
    async with TestClient(TestServer(app)) as client:
        yield client


async def act(browser: Browser, **what: Any) -> list[str]:
    """Opens the page if need be, does that, and returns the cards."""
    await browser.get("/chat")
    answer = await browser.post("/chat", json={"person": "1", "activity": str(uuid4()), "language": "nb", **what})
    assert answer.status == 200, await answer.text()
    found: list[str] = (await answer.json())["html"]
    return found


def pressed(html: str, title: str) -> dict[str, Any]:
    """The payload of the button with that title."""
    found = re.search(rf'value="([^"]*)">{re.escape(title)}</button>', html)
    assert found, html
    payload: dict[str, Any] = json.loads(found[1].replace("&#34;", '"').replace("&#39;", "'"))
    return payload


def everything() -> Card:
    """A card with every part there is, and hostile text in each."""
    return Card(
        title=NASTY,
        blocks=(
            Text(text=NASTY, style="warning"),
            Facts(facts=((NASTY, NASTY),)),
            Items(items=((NASTY, NASTY), (NASTY, "")), numbered=True),
            Picture(address="https://example.org/chart.png", alt=NASTY),
            Picture(address="javascript:alert(1)", alt=NASTY),
            Picture(address="/static/chart.png", alt=NASTY),
        ),
        questions=(
            Question(name="one", label=NASTY, value=NASTY, required=True, longest=9, error=NASTY),
            Question(name="two", label=NASTY, value="\n" + NASTY, lines=4, longest=9),
            Question(name="three", label=NASTY, value="b", choices=(Choice(title=NASTY, value="b"),)),
        ),
        buttons=(
            Button(title=NASTY, action="x.y", values={"text": NASTY}, style="primary"),
            Button(title="other", action="z"),
        ),
    )


def test_nothing_is_drawn_unescaped() -> None:
    html = render(everything(), marker=NASTY)
    assert "<script>" not in html
    assert ' onload="' not in html
    assert "javascript:" not in html
    assert html.count("&lt;script&gt;") > 15


def test_a_picture_from_elsewhere_is_linked_to_and_not_loaded() -> None:
    html = render(everything())
    assert '<img src="/static/chart.png"' in html
    assert "https://example.org/chart.png" not in re.findall(r'src="([^"]*)"', html)
    assert 'href="https://example.org/chart.png" rel="noreferrer noopener"' in html


def test_every_field_has_its_label_limit_and_error() -> None:
    html = render(everything())
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", html):
        identity = re.search(r' id="([^"]*)"', tag)
        assert identity
        assert f'<label for="{identity[1]}">' in html
    wrong = re.search(r'<input[^>]*required aria-invalid="true" aria-describedby="([^"]*)"', html)
    assert wrong
    assert f'id="{wrong[1]}"' in html
    assert 'maxlength="9"' in html


def test_two_drawings_of_a_card_share_no_id() -> None:
    drawn = [set(re.findall(r' id="([^"]*)"', render(everything()))) for _ in range(2)]
    assert drawn[0].isdisjoint(drawn[1])


def test_only_what_sends_the_form_is_inside_it() -> None:
    inside, _, outside = render(everything()).partition("</form>")
    assert '"submit"' in inside
    assert "other" not in inside
    assert 'type="button"' in outside


def test_a_leading_line_break_in_a_text_area_is_kept() -> None:
    assert re.search(r"<textarea[^>]*>\n\n&lt;script", render(everything()))


async def test_the_page_has_no_inline_script_and_its_cookie_is_for_the_chat_only(browser: Browser) -> None:
    answer = await browser.get("/")
    html = await answer.text()
    assert answer.status == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/chat.js" defer>']
    assert not re.search(r"\son\w+=|style=|https?://", html)
    cookie = answer.cookies["people"] if "people" in answer.cookies else answer.history[-1].cookies.get("people")
    assert cookie is not None
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/chat"


async def test_every_answer_has_the_security_headers(browser: Browser) -> None:
    for path in ("/", "/innspill", "/innspill/svar", "/static/page.css", "/chat/news", "/nowhere", "/health/ready"):
        answer = await browser.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    refused = await browser.get("/", headers={"Host": "evil.example"})
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


async def test_style_and_script_are_served_and_nothing_beside_them(browser: Browser) -> None:
    assert (await browser.get("/static/chat.js")).status == 200
    assert (await browser.get("/static/page.css")).status == 200
    assert (await browser.get("/static/../pages.py")).status == 404
    assert (await browser.get("/static/..%2fpages.py")).status == 404


async def test_a_person_is_welcomed_once_and_never_meets_an_empty_page(browser: Browser) -> None:
    welcome = {"action": "welcome", "values": {}, "v": 1}
    first, second = [await act(browser, payload=welcome) for _ in range(2)]
    assert "OSU 2020" in first[0]
    assert "Velkommen tilbake" in second[0]
    assert pressed(second[0], "Neste milepæl")["action"] == "milestone.next"


async def test_the_same_activity_twice_acts_once(browser: Browser, stores: Stores) -> None:
    activity = str(uuid4())
    first = await act(browser, text="Når er neste milepæl?", activity=activity)
    second = await act(browser, text="Når er neste milepæl?", activity=activity)
    assert "allerede" not in first[0]
    assert "allerede" in second[0]


async def test_a_button_of_another_version_says_so(browser: Browser) -> None:
    cards = await act(browser, payload={"action": "milestone.next", "values": {}, "v": 0})
    assert "gammelt kort" in cards[0]


async def test_a_form_comes_back_as_filled_in_and_is_stored_once(browser: Browser, stores: Stores) -> None:
    form = await act(browser, payload={"action": "input.submit", "values": {}, "v": 1})
    payload = pressed(form[0], "Send innspillet")
    empty = await act(browser, payload=payload, inputs={"topic": "risk", "text": " "})
    assert 'aria-invalid="true"' in empty[0]
    assert '<option value="risk" selected>' in empty[0]
    payload = pressed(empty[0], "Send innspillet")
    sent = await act(browser, payload=payload, inputs={"topic": "risk", "text": "For få folk"})
    receipt = re.search(r"\d{4} \d{4} \d{4} \d{4}", sent[0])
    assert receipt
    again = await act(browser, payload=payload, inputs={"topic": "risk", "text": "For få folk"})
    assert receipt[0] in again[0]
    with stores.inputs.database.reading() as session:
        assert len(session.execute(select(WaitingInput)).all()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😀😀",
        "مرحبا، متى المرحلة التالية؟",
        NASTY,
        "å" * 20_000,
        "\x00\ud800 neste milepæl",
        "'; DROP TABLE person;--",
    ],
    ids=["empty", "blank", "emoji", "rtl", "html", "long", "nul", "sql"],
)
async def test_any_text_gets_a_sensible_card(browser: Browser, text: str) -> None:
    cards = await act(browser, text=text)
    assert "<h2" in cards[0]
    assert "<script>" not in cards[0]
    assert "feilkoden" not in cards[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/chat", "/chat/person"])
async def test_another_sites_page_cannot_act(browser: Browser, headers: dict[str, str], path: str) -> None:
    await browser.get("/chat")
    assert (await browser.post(path, json={"person": "1"}, headers=headers)).status == 403


async def test_bad_bodies_are_refused(browser: Browser) -> None:
    await browser.get("/chat")
    good = {"person": "1", "activity": str(uuid4())}
    kind = {"Content-Type": "application/json"}
    assert (await browser.post("/chat", data=b"{", headers=kind)).status == 400
    assert (await browser.post("/chat", data=b"[]", headers=kind)).status == 400
    assert (await browser.post("/chat", data=b'{"a":' + b"[" * 100_000, headers=kind)).status == 400
    assert (await browser.post("/chat", data=b" " * (LARGEST + 1), headers=kind)).status == 413
    assert (await browser.post("/chat", data=b"text=x", headers=FORM)).status == 415
    assert (await browser.post("/chat", json=good | {"activity": "../x"})).status == 400
    assert (await browser.post("/chat", json=good | {"payload": []})).status in (200, 400)
    assert (await browser.post("/chat", json=good | {"text": 7})).status == 400
    assert (await browser.post("/chat", json=good | {"person": "9"})).status == 401
    assert (await browser.get("/chat/news?person=9")).status == 401
    assert (await browser.get("/chat/news?person=1&after=x")).status == 200


@pytest.mark.parametrize("values", [{"group": 7}, {"group": []}, {"group": "no-such"}, [], "x", None])
async def test_odd_values_of_a_button_are_answered(browser: Browser, values: Any) -> None:
    cards = await act(browser, payload={"action": "workgroup.about", "values": values, "v": 1})
    assert "<h2" in cards[0]
    assert "feilkoden" not in cards[0]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:3978", "", "localhost@evil"])
async def test_the_demo_answers_to_no_other_name(browser: Browser, host: str) -> None:
    for path in ("/", "/chat", "/innspill", "/health/live", "/nowhere"):
        assert (await browser.get(path, headers={"Host": host})).status == 403


@pytest.mark.parametrize("host", ["127.0.0.1:3978", "localhost", "LOCALHOST:80", "[::1]:3978"])
async def test_the_demo_answers_to_loopback(browser: Browser, host: str) -> None:
    assert (await browser.get("/health/live", headers={"Host": host})).status == 200


async def test_one_browser_plays_several_people(browser: Browser) -> None:
    await browser.get("/chat")
    leader = await browser.post("/chat/person", data={"kind": "leader"})
    assert leader.url.query["person"] == "2"
    assert "Spol klokka fram" in await leader.text()
    another = await browser.post("/chat/person", data={"kind": "employee"})
    assert another.url.query["person"] == "3"
    html = await another.text()
    assert re.search(r'aria-current="page">Ansatt 2<', html)
    assert "Ansatt 1" in html
    assert "+ Leder" in html, "what one leader asks for, another one approves"
    second = await browser.post("/chat/person", data={"kind": "leader"})
    assert {"Leder 1", "Leder 2"} <= set(re.findall(r">(Leder \d)<", await second.text()))


async def test_only_a_leader_writes_announcements(browser: Browser) -> None:
    await browser.get("/chat")
    await browser.post("/chat/person", data={"kind": "leader"})
    payload = {"action": "announcement.post", "values": {}, "v": 1}
    assert "<form" not in (await act(browser, payload=payload))[0]
    assert "<form" in (await act(browser, payload=payload, person="2"))[0]


async def test_the_chosen_language_is_the_pages_too(browser: Browser) -> None:
    await act(browser, payload={"action": "language.set", "values": {"language": "nn"}, "v": 1})
    html = await (await browser.get("/chat")).text()
    assert '<html lang="nn">' in html
    assert "Tilsett 1" in html


async def test_what_is_sent_by_itself_waits_for_the_page(browser: Browser, stores: Stores) -> None:
    await act(browser, text="hei")
    with stores.database.reading() as session:
        addresses = [row for (row,) in session.execute(select(Address))]
    number = await WebTransport(stores.database).send(addresses[0], Card(title="Nytt <b>"), "1")
    await WebTransport(stores.database).send(Address(account="other", channel="web"), Card(title="not for me"), "2")
    news = await (await browser.get("/chat/news?person=1&after=0")).json()
    assert [post["id"] for post in news["posts"]] == [int(number)]
    assert "Nytt &lt;b&gt;" in news["posts"][0]["html"]
    assert "Melding" in news["posts"][0]["html"]
    assert (await (await browser.get(f"/chat/news?person=1&after={number}")).json())["posts"] == []


def test_a_page_older_than_the_database_gets_its_posts(stores: Stores) -> None:
    with stores.database.writing() as session:
        number = web_posts.put(session, "employee-1", {"title": "x"})
        assert [row.id for row in web_posts.after(session, "employee-1", 4711, 9)] == [number]


async def test_the_input_form_is_without_script_cookie_referrer_and_store(browser: Browser) -> None:
    await browser.get("/chat")
    for path in ("/innspill", "/innspill/svar", "/innspill?lang=nn", "/innspill?lang=xx"):
        answer = await browser.get(path)
        assert answer.status == 200
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert "<script" not in await answer.text()
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.request_info.headers


async def test_an_input_gets_its_receipt_and_its_answer_is_read_with_it(browser: Browser, stores: Stores) -> None:
    answer = await browser.post("/innspill", data={"topic": "risk", "text": NASTY, "form": "a1"})
    html = await answer.text()
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", html)
    assert code
    found = await (await browser.post("/innspill/svar", data={"code": code[0].replace(" ", "-")})).text()
    assert "&lt;script&gt;" in found
    assert "<script" not in found
    assert "ikke lest ennå" in found
    assert "uke 48, 2020" in found


async def test_the_same_form_is_stored_once(browser: Browser, stores: Stores) -> None:
    answers = [await browser.post("/innspill", data={"topic": "risk", "text": "En", "form": "f1"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 409]
    with stores.inputs.database.reading() as session:
        assert len(session.execute(select(WaitingInput)).all()) == 1


async def test_an_input_that_names_somebody_comes_back_before_it_is_stored(browser: Browser, stores: Stores) -> None:
    fields = {"topic": "risk", "text": "Kari <b> på lønn, ring 900 00 001", "form": "p1"}
    answer = await browser.post("/innspill?lang=nn", data=fields)
    html = await answer.text()
    assert answer.status == 200
    assert "«900 00 001»" in html
    assert "<b>" not in html
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert choices(html) == ["without", "edited", "as_is", "notification"]
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen
    assert kept_inputs(stores) == []
    unchanged = await browser.post("/innspill?lang=nn", data={**fields, "seen": seen[1], "choice": "edited"})
    assert 'name="choice"' in await unchanged.text()
    assert kept_inputs(stores) == []
    sent = await browser.post("/innspill?lang=nn", data={**fields, "seen": seen[1], "choice": "without"})
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", await sent.text())
    assert kept_inputs(stores) == ["[namn fjerna] <b> på lønn, ring [telefonnummer fjerna]"]
    twice = await browser.post("/innspill?lang=nn", data={**fields, "seen": seen[1], "choice": "as_is"})
    assert twice.status == 409


async def test_on_the_page_too_a_changed_text_is_checked_anew(browser: Browser, stores: Stores) -> None:
    fields = {"topic": "risk", "text": "Sjefen min leser alt", "form": "p2"}
    html = await (await browser.post("/innspill", data=fields)).text()
    assert choices(html) == ["as_is", "edited", "notification"]
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen
    changed = {**fields, "text": "Jostein leser alt", "seen": seen[1], "choice": "as_is"}
    assert "«Jostein»" in await (await browser.post("/innspill", data=changed)).text()
    assert kept_inputs(stores) == []
    assert (await browser.post("/innspill", data={**fields, "seen": seen[1], "choice": "as_is"})).status == 200
    assert kept_inputs(stores) == ["Sjefen min leser alt"]


def test_buttons_of_the_sending_action_are_inside_the_form() -> None:
    inside, _, outside = render(dict(examples())["warning-nb"]).partition("</form>")
    assert inside.count('"submit"') == 4
    assert outside.count('"button"') == 1


def choices(html: str) -> list[str]:
    """What can be done with the text, without what only changes the language of the page."""
    return [found for found in re.findall(r'name="choice" value="([^"]*)"', html) if found != "change"]


def kept_inputs(stores: Stores) -> list[str]:
    with stores.inputs.database.reading() as session:
        return [stores.inputs.opened(row.sealed_text) for (row,) in session.execute(select(WaitingInput))]


@pytest.mark.parametrize(
    ("text", "topic"),
    [("", "risk"), ("   ", "risk"), ("Kort", "nothing"), ("ø" * 4001, "model"), ("😀" * 20_000, "model")],
    ids=["empty", "blank", "topic", "long", "emoji"],
)
async def test_a_broken_form_comes_back_with_all_that_was_written(browser: Browser, text: str, topic: str) -> None:
    answer = await browser.post("/innspill", data={"topic": topic, "text": text, "form": "f1"})
    html = await answer.text()
    assert answer.status == 422
    assert 'aria-invalid="true"' in html
    assert text.strip() in html
    assert "Feil:" in html
    good = await browser.post("/innspill", data={"topic": "risk", "text": "Bra", "form": "f1"})
    assert good.status == 200


async def test_odd_bodies_never_break_the_form(browser: Browser) -> None:
    for path in ("/innspill", "/innspill/svar"):
        assert (await browser.post(path, json={})).status == 415
        assert (await browser.post(path, data=b"\xff%ff%00&&=&text", headers=FORM)).status == 422
        assert (await browser.post(path, data=b"a=1&" * 1000, headers=FORM)).status == 400
    assert (await browser.post("/innspill", data=b"x" * (LARGEST + 1), headers=FORM)).status == 413


async def test_a_wrong_code_is_not_found_and_is_kept_in_the_field(browser: Browser) -> None:
    answer = await browser.post("/innspill/svar", data={"code": "1234 5678 9012 3456"})
    html = await answer.text()
    assert answer.status == 422
    assert "1234 5678 9012 3456" in html
    assert "finner ikke" in html


def test_an_answer_is_shown_to_whoever_holds_the_receipt(stores: Stores) -> None:
    digits = anonymous_input.submit(stores.inputs, About("osu2020", "goals", date(2020, 11, 24)), "Hei")
    opened = anonymous_input.find(stores.inputs, digits)
    assert opened
    assert opened.answer is None


async def test_the_receipt_is_of_use_before_anybody_reads_the_input(browser: Browser, stores: Stores) -> None:
    digits = anonymous_input.submit(stores.inputs, About("osu2020", "goals", date(2020, 11, 24)), "Hei på deg")
    page = await (await browser.post("/innspill/svar", data={"code": digits})).text()
    assert "Hei på deg" in page
    assert "senest mandag 30. november 2020 kl. 07:00" in page
    release(stores.inputs)
    page = await (await browser.post("/innspill/svar", data={"code": digits})).text()
    assert "Mottatt, ikke besvart ennå" in page
    assert "senest mandag" not in page


async def test_it_is_ready_when_the_programme_is_loaded(browser: Browser) -> None:
    assert (await browser.get("/health/live")).status == 200
    assert (await browser.get("/health/ready")).status == 200


async def test_it_is_not_ready_without_its_database(browser: Browser, stores: Stores) -> None:
    with stores.database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE alembic_version")
    assert (await browser.get("/health/ready")).status == 503


async def test_a_defect_is_apologised_for_and_nobodys_address_is_logged(
    client: TestClient[Any, Any], stores: Stores, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores.inputs.database, "writing", None)
    response = await client.post("/innspill?lang=nn", data={"topic": "risk", "text": "Det går for fort"})
    assert response.status == 500
    assert "feilkoden" in await response.text()
    assert "127.0.0.1" not in caplog.text
    assert "Det går" not in caplog.text
