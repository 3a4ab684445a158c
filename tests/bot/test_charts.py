"""A programme's pictures and their pages: for whoever was told the address, and as text for who does not see them."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as Tree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from bot.app import Server, Stores, make_app
from bot.clock import Clock
from bot.drawing.paper import WIDTHS
from bot.signed_links import SignedLinks
from bot.web import charts as pages
from dialogs.charts import CHARTS, STATUSES
from tests.bot.conftest import LINKS
from tests.bot.workspace import Front, Slack, command, said
from tests.chromium import CHROMIUM, QUIET, WCAG

DAY = date(2020, 11, 24)


@pytest.fixture
async def site(stores: Stores) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    pages.setup(app, stores.database, LINKS)
    async with TestClient(TestServer(app)) as opened:
        yield opened


def path(which: str = "tidslinje", programme: str = "osu2020", day: date = DAY, version: int = 1) -> str:
    return LINKS.to_picture(which, programme, day, version).removeprefix(LINKS.public_url)


#: What there is to draw of a programme's file alone.
OF_THE_FILE = [which for which in CHARTS if which != STATUSES]


@pytest.mark.parametrize("which", OF_THE_FILE)
async def test_the_page_tells_what_the_picture_shows(site: TestClient[Any, Any], which: str) -> None:
    response = await site.get(path(which), params={"lang": "nn"})
    html = await response.text()
    assert response.status == 200
    assert 'lang="nn"' in html
    assert f"{path(which)}.svg?lang=nn&amp;theme=dark&amp;width=wide" in html
    assert "Det same står som tekst" in html
    assert html.count("<li") >= 3
    assert response.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("which", OF_THE_FILE)
async def test_a_picture_is_drawn_in_each_look(site: TestClient[Any, Any], which: str) -> None:
    looks = set()
    for theme in ("light", "dark", "none"):
        for width in ("narrow", "wide"):
            response = await site.get(f"{path(which)}.svg", params={"lang": "en", "theme": theme, "width": width})
            assert response.content_type == "image/svg+xml"
            looks.add(await response.text())
    assert len(looks) == 4
    assert all(Tree.fromstring(one).tag.endswith("svg") for one in looks)
    response = await site.get(f"{path(which)}.png")
    assert (response.status, response.content_type) == (200, "image/png")
    assert (await response.read()).startswith(b"\x89PNG")
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


FORGED = SignedLinks.of("another key", LINKS.public_url).to_picture("tidslinje", "osu2020", DAY, 1)
WRONG = {
    "another key": FORGED.removeprefix(LINKS.public_url),
    "another programme": path().replace("osu2020", "os2019"),
    "another day": path().replace("2020-11-24", "2020-11-25"),
    "no day": path().replace("2020-11-24", "2020-13-45"),
    "another picture": path().replace("tidslinje", "faseplan"),
    "another version": f"{path()}0",
    "no picture of ours": path("noe"),
    "no programme of ours": path(programme="ingen"),
    "nothing to draw": path("faseplan", "os2019"),
    "no report was sent": path("statuser", "ou2021"),
    "no signature": "/bilde/tidslinje/osu2020/2020-11-24/1",
    "two endings": f"{path()}.png.svg",
}


async def test_what_nobody_was_told_the_address_of_is_not_there(site: TestClient[Any, Any]) -> None:
    for wrong, address in WRONG.items():
        for ending in ("", ".png", ".svg"):
            assert (await site.get(f"{address}{ending}")).status == 404, (wrong, ending)


async def test_the_page_can_be_used_by_everybody_and_fits_a_telephone(site: TestClient[Any, Any]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for scheme, width in (("light", 320), ("dark", 320), ("dark", 1000)):
            page = await browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)  # type: ignore[arg-type]
            await page.goto(str(site.make_url(path())))
            seen = "[document.querySelector('img').naturalWidth, document.documentElement.scrollWidth]"
            shown = await page.evaluate(seen)
            assert shown == [WIDTHS["wide" if width == 1000 else "narrow"], width]
            results = await Axe().run(page, options=WCAG)
            assert results.violations_count == 0, results.generate_report()
            await page.close()
        await browser.close()


async def test_in_a_demo_the_chat_shows_what_is_at_its_own_address(client: TestClient[Any, Any]) -> None:
    await client.get("/chat")
    asked = {"person": "1", "activity": str(uuid4()), "language": "nb", "text": "vis tidslinja"}
    answer = await client.post("/chat", json=asked)
    html = "".join((await answer.json())["html"])
    (shown,) = re.findall(r'<img src="([^"]+)" alt="Tidslinje for OSU 2020[^"]+">', html)
    assert (await client.get(shown.replace("&amp;", "&"))).content_type == "image/png"
    (large,) = re.findall(r'href="(/bilde/[^"]+)"', html)
    assert "Beslutning av ny organisasjonsmodell" in await (await client.get(large)).text()


async def test_where_slack_cannot_fetch_a_picture_the_answer_arrives_with_a_link(stores: Stores, slack: Slack) -> None:
    app = make_app(stores, Clock(), "osu2020", Server(None, None, LINKS), slack.settings())
    async with TestClient(TestServer(app)) as client:
        front = Front(client)
        slack.instead["chat.postMessage"] = [{"ok": False, "error": "invalid_blocks"}]
        assert (await front.event(said("UKARI0001", "vis tidslinja"))).status == 200
        first, second = slack.sent("chat.postMessage")
        assert [one["type"] for one in first["blocks"]].count("image") == 1
        assert "image" not in [one["type"] for one in second["blocks"]]
        assert first["blocks"][1]["image_url"] in repr(second["blocks"])
        assert (await front.command(command("UKARI0001", "vis tidslinja", slack.url))).status == 200
        assert "image" not in [one["type"] for one in slack.responded[0]["blocks"]]
