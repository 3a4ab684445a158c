"""The pages that the app package links to are there, in each language, and load nothing from elsewhere."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestClient
from babel.messages.pofile import read_po

from bot.teams import app_package
from bot.web.about import PAGES
from dialogs.card import LANGUAGES, Language
from dialogs.words import LOCALES, say

Client = TestClient[Any, Any]


async def test_the_links_of_the_app_package_lead_somewhere(client: Client) -> None:
    identity = app_package.identity_of({})
    addresses = [identity.website, identity.privacy, identity.terms]
    assert [urlsplit(address).path for address in addresses] == list(PAGES)
    for address in addresses:
        assert (await client.get(urlsplit(address).path)).status == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
async def test_a_page_is_in_the_language_asked_for_and_leads_on(
    client: Client, address: str, language: Language
) -> None:
    answer = await client.get(f"{address}?lang={language}")
    html = await answer.text()
    name, paragraphs = PAGES[address]
    assert f'<html lang="{language}">' in html
    assert f"<h1>{say(language, f'about.{name}.title')}</h1>" in html
    assert html.count("<p>") == paragraphs
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in html
    links = set(re.findall(r'href="(/[^"]*)"', html)) | set(re.findall(r'src="([^"]*)"', html))
    assert {urlsplit(link).path for link in links} >= {*PAGES.keys() - {address}, "/innspill"}
    for link in links:
        assert (await client.get(link)).status == 200, link


def test_every_paragraph_that_is_written_is_shown() -> None:
    with (LOCALES / "nb" / "LC_MESSAGES" / "about.po").open("rb") as file:
        written = {str(message.id) for message in read_po(file) if message.id}
    shown = {f"about.{name}.{number}" for name, count in PAGES.values() for number in range(1, count + 1)}
    assert written == shown | {f"about.{name}.title" for name, _ in PAGES.values()}
