"""The A4 poster for the page where anonymous inputs are sent: its address, and the same as a QR code. No tracking: all
posters lead to one address, and nothing in it says which of them was read."""

import asyncio

from aiohttp import web

from bot.web import pages
from bot.web.announcement_pages import qr_code
from bot.web.pages import language_of, page, reached_at
from dialogs.anonymous_input import FORM
from dialogs.input_poster import POSTER
from storage import programmes
from storage.database import Database

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class PosterPage:
    """``public_url`` is where browsers reach the bot; empty in a demo."""

    def __init__(self, database: Database, programme_key: str, public_url: str) -> None:
        self._database = database
        self._programme_key = programme_key
        self._public_url = public_url

    async def show(self, request: web.Request) -> web.Response:
        found = reached_at(request, self._public_url)
        return page(
            "poster.html",
            headers=HEADERS,
            language=language_of(request.query.get("lang")),
            programme=await asyncio.to_thread(self._name),
            host=found.partition("://")[2],
            path=FORM,
            code=qr_code(f"{found}{FORM}"),
        )

    def _name(self) -> str:
        with self._database.reading() as session:
            return programmes.get(session, self._programme_key).name


def setup(app: web.Application, database: Database, programme_key: str, public_url: str) -> None:
    pages.setup(app)
    app.router.add_get(POSTER, PosterPage(database, programme_key, public_url).show)
