"""An announcement's page and notice: for everyone who has the address, of what everyone was told."""

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, async_playwright

from bot.app import Stores
from bot.web import announcement_pages as pages
from dialogs.card import LANGUAGES
from dialogs.examples import HOSTILE
from dialogs.words import say
from storage import announcement_pages, announcements, broadcasts, groups, outbox, people
from storage.announcements import LONGEST_TEXT
from storage.audiences import Audience
from storage.groups import Group
from storage.refusals import Refused
from tests.chromium import CHROMIUM, QUIET, WCAG
from tests.conftest import NOW, make_person

PUBLIC_URL = "https://bot.kommunen.example"
SENTENCE = "Fra nyttår samler vi de administrative fagmiljøene i én organisasjon, og alle får vite hva det betyr. "


@pytest.fixture(params=[PUBLIC_URL, ""])
async def client(stores: Stores, request: pytest.FixtureRequest) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    pages.setup(app, stores.database, request.param)
    async with TestClient(TestServer(app)) as opened:
        yield opened


@pytest.fixture
def path_of(stores: Stores) -> Callable[..., str]:
    """Sends an announcement to everyone and opens its page; returns where it is."""

    def sent(title: str, text: str) -> str:
        with stores.database.writing() as session:
            leader = make_person(session, "leader", "leader")
            leader.name = "Liv Leder"
            draft = announcements.draft(session, leader, "osu2020", title, text, NOW)
            message = outbox.write(session, "osu2020", outbox.Kind.ANNOUNCEMENT, {})
            broadcast = broadcasts.owe_everyone(session, "osu2020", message, f"announcement:{draft.id}")
            announcements.mark_sent(session, leader, draft, 1, broadcast.id or 0, NOW)
            return f"/melding/{announcement_pages.open_page(session, leader, draft)}"

    return sent


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_says_what_everyone_was_told(
    client: TestClient[Any, Any], path_of: Callable[..., str], language: Any
) -> None:
    path = path_of("Kickoff flyttes", "Vi møtes i kantina.\n\nTa med kaffe.")
    shown = await client.get(f"{path}?lang={language}")
    text = await shown.text()
    assert shown.status == 200
    for said in ("Kickoff flyttes", "Vi møtes i kantina.", "Ta med kaffe.", "Liv Leder", 'datetime="2020-11-24"'):
        assert said in text
    assert f'<html lang="{language}">' in text
    assert "<script" not in text
    assert shown.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in shown.headers


async def test_what_was_written_is_no_markup(client: TestClient[Any, Any], path_of: Callable[..., str]) -> None:
    path = path_of(HOSTILE[:100], HOSTILE)
    for there in (path, f"{path}/oppslag"):
        text = await (await client.get(there)).text()
        assert "<script" not in text
        assert "<at>" not in text


async def test_the_notice_has_a_code_only_where_it_is_known_where_it_leads(
    client: TestClient[Any, Any], path_of: Callable[..., str]
) -> None:
    path = path_of("Kickoff flyttes", "Vi møtes i kantina.")
    text = await (await client.get(f"{path}/oppslag")).text()
    if f"{PUBLIC_URL}{path}" in text:
        assert text.count("<svg ") == 1
        assert str(pages.qr_code(f"{PUBLIC_URL}{path}")) in text
    else:
        assert "<svg" not in text
        assert say("nb", "announcement_pages.ask") in text


async def test_an_address_that_was_guessed_shows_nothing(client: TestClient[Any, Any]) -> None:
    for path in ("/melding/AAAAAAAAAAAAAAAA", "/melding/AAAAAAAAAAAAAAAA/oppslag"):
        shown = await client.get(path)
        assert shown.status == 404
        assert say("nb", "announcement_pages.none.title") in await shown.text()
    assert (await client.get("/melding/1")).status == 404


async def test_what_one_channel_was_told_has_no_page(stores: Stores, client: TestClient[Any, Any]) -> None:
    with stores.database.writing() as session:
        leader = make_person(session, "leader", "leader")
        draft = announcements.draft(session, leader, "osu2020", "Til kanalen", "Bare dere.", NOW)
        group = Group(
            channel="emulator", conversation="19:x", service_url="http://127.0.0.1:9", team_id="t", name="Kanal"
        )
        groups.join(session, group, "osu2020")
        session.flush()
        session.add(announcement_pages.AnnouncementPage(announcement_id=draft.id or 0, key="A" * 16))
        session.flush()
        assert announcement_pages.find(session, "A" * 16) is None, "a draft has no page either"
        message = outbox.write(session, "osu2020", outbox.Kind.ANNOUNCEMENT, {})
        broadcast = broadcasts.owe_group(session, "osu2020", message, group, "once")
        announcements.mark_sent(session, leader, draft, 1, broadcast.id or 0, NOW, group.id)
    assert (await client.get(f"/melding/{'A' * 16}")).status == 404


async def test_what_an_audience_was_told_has_no_page(stores: Stores, client: TestClient[Any, Any]) -> None:
    with stores.database.writing() as session:
        leader = make_person(session, "leader-1", "leader")
        draft = announcements.draft(session, leader, "osu2020", "Til noen", "Bare for dem.", NOW)
        assert draft.id is not None
        draft = announcements.address(session, leader, "osu2020", draft.id, Audience(units=("PLO",)))
        message = outbox.write(session, "osu2020", outbox.Kind.ANNOUNCEMENT, {})
        broadcast = broadcasts.owe_everyone(session, "osu2020", message, "once")
        announcements.mark_sent(session, leader, draft, draft.version, broadcast.id or 0, NOW)
        with pytest.raises(Refused, match="no_page"):
            announcement_pages.open_page(session, leader, draft)


async def test_who_sent_it_may_leave_and_the_page_stays_where_it_is(
    stores: Stores, path_of: Callable[..., str]
) -> None:
    path = path_of("Kickoff flyttes", "Vi møtes i kantina.")
    with stores.database.writing() as session:
        leader = make_person(session, "leader")
        draft = announcements.latest(session, "osu2020", 1, NOW)[0]
        assert announcement_pages.open_page(session, leader, draft) == path.rpartition("/")[2]
        people.revoke(session, leader, "osu2020", "leader")
        found = announcement_pages.find(session, path.rpartition("/")[2])
        assert found is not None
        assert found.announcement.id == draft.id


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        await browser.close()


@pytest.mark.parametrize(("paragraphs", "sheets"), [(3, 1), (LONGEST_TEXT // (len(SENTENCE) * 3 + 2), 2)])
async def test_both_can_be_read_by_everyone_and_the_notice_is_a_sheet_or_two(
    client: TestClient[Any, Any], path_of: Callable[..., str], chromium: Browser, paragraphs: int, sheets: int
) -> None:
    path = path_of("Endringer i organisasjonsmodellen fra nyttår", "\n\n".join([SENTENCE * 3] * paragraphs))
    page = await chromium.new_page(viewport={"width": 320, "height": 700})
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    for there in (path, f"{path}/oppslag"):
        await page.goto(str(client.make_url(there)))
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = await Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    printed = await page.pdf(prefer_css_page_size=True)
    assert refused == []
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == sheets
    # A4 in points, as the page asks for.
    boxes = re.findall(rb"/MediaBox\s*\[([^\]]+)\]", printed)
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} == {(0, 0, 595, 842)}
