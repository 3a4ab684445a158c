"""An announcement's page, and its notice to print on A4. No cookie, no script, nothing of who reads."""

import asyncio
import re

import segno
from aiohttp import web
from markupsafe import Markup

from bot.web import pages
from bot.web.pages import language_of, page
from dialogs import announcement_pages
from dialogs.announcement_pages import Page
from dialogs.card import Language
from storage.database import Database

#: Whoever has the address may read it; search engines are told not to keep it.
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
KEY = r"{key:[A-Za-z0-9_-]{16}}"


class AnnouncementPages:
    """Reads what was sent to everyone. ``public_url`` is empty where nobody told where browsers reach the bot."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._public_url = public_url

    async def show(self, request: web.Request) -> web.Response:
        return await self._page(request, "announcement.html")

    async def notice(self, request: web.Request) -> web.Response:
        return await self._page(request, "notice.html")

    async def _page(self, request: web.Request, template: str) -> web.Response:
        key, language = request.match_info["key"], language_of(request.query.get("lang"))
        found = await asyncio.to_thread(self._read, key, language)
        if found is None:
            return page("no_announcement.html", status=404, headers=HEADERS, language=language)
        address = f"{self._public_url}/melding/{key}" if self._public_url else ""
        return page(
            template,
            headers=HEADERS,
            language=language,
            found=found,
            path=f"/melding/{key}",
            address=address,
            code=qr_code(address) if address else "",
        )

    def _read(self, key: str, language: Language) -> Page | None:
        with self._database.reading() as session:
            return announcement_pages.shown(session, key, language)


def qr_code(address: str) -> Markup:
    """The address as SVG for the page itself: no style, no script, its size is the style sheet's. Level Q can still be
    read with a quarter of it torn or covered, as happens on walls."""
    drawn = segno.make_qr(address, error="q").svg_inline(border=4, omitsize=True, svgclass="qr", lineclass=None)
    # It is read aloud as what stands beside it, so it says nothing itself.
    return Markup(re.sub(r"^<svg ", '<svg aria-hidden="true" focusable="false" ', drawn))  # noqa: S704 - segno's own


def setup(app: web.Application, database: Database, public_url: str) -> None:
    those = AnnouncementPages(database, public_url)
    pages.setup(app)
    app.router.add_get(f"/melding/{KEY}", those.show)
    app.router.add_get(f"/melding/{KEY}/oppslag", those.notice)
