"""The poster for the login-free page: one address for everyone, in words and as a code."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import Stores
from bot.web import input_poster
from bot.web.announcement_pages import qr_code
from dialogs.card import LANGUAGES, Language
from dialogs.words import say

PUBLIC_URL = "https://bot.kommunen.example"


@pytest.fixture
def app(stores: Stores) -> web.Application:
    made = web.Application()
    input_poster.setup(made, stores.database, "osu2020", PUBLIC_URL)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_poster_leads_to_the_one_address_and_tells_nothing_else(
    app: web.Application, language: Language
) -> None:
    async with TestClient(TestServer(app)) as client:
        shown = await client.get(f"/innspill/plakat?lang={language}")
        html = await shown.text()
    assert shown.status == 200
    assert str(qr_code(f"{PUBLIC_URL}/innspill")) in html
    assert "bot.kommunen.example<wbr>/innspill<" in html
    assert "OSU 2020" in html
    assert say(language, "input_poster.heading") in html
    assert "<script" not in html
    assert "Set-Cookie" not in shown.headers
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


async def test_no_header_of_who_asks_gets_on_the_wall(app: web.Application) -> None:
    async with TestClient(TestServer(app)) as client:
        html = await (await client.get("/innspill/plakat", headers={"Host": "evil.example"})).text()
    assert "evil.example" not in html
    assert html.count("<svg ") == 1
