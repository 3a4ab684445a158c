"""Pictures of a programme, each with a page that tells the same as text. No cookie, no script, nobody's name.

Chat platforms fetch a picture without a login, so whoever has its address may see it; nobody can make one up.
"""

import asyncio
from datetime import date
from functools import lru_cache

from aiohttp import web

from bot.drawing.every import draw
from bot.drawing.paper import THEMES, WIDTHS, Paper, png
from bot.signed_links import SignedLinks
from bot.web import pages
from bot.web.pages import language_of, page
from dialogs import charts
from dialogs.card import Language
from dialogs.charts import CHARTS, Chart
from storage import programmes
from storage.database import Database

#: Search engines are told not to keep it.
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
#: A picture is shown within the pages of chat platforms. It is of one day and one version of the programme: an hour is
#: how long a mistake in it may live on.
PICTURE = {**HEADERS, "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=3600"}
NAME = r"{which:[a-z]{1,20}}/{programme:[a-z0-9-]{1,60}}/{day:\d{4}-\d{2}-\d{2}}/{version:\d{1,9}}"
ADDRESS = rf"/bilde/{{signature:[A-Za-z0-9_-]{{22}}}}/{NAME}"
#: How many drawn pictures are kept: some days' of a few programmes, 100 KB each.
KEPT = 48


class Charts:
    """Draws what an address of ours names."""

    def __init__(self, database: Database, links: SignedLinks) -> None:
        self._database, self._links = database, links

    async def show(self, request: web.Request) -> web.Response:
        """The page."""
        chart = await self._chart(request)
        return page(
            "chart.html",
            headers=HEADERS,
            language=chart.language,
            chart=chart,
            alt=charts.alt(chart),
            facts=charts.facts(chart),
            path=request.path,
        )

    async def svg(self, request: web.Request) -> web.Response:
        chart, paper = await self._chart(request), _paper(request)
        text = await asyncio.to_thread(_drawn, chart, paper)
        return web.Response(text=text, content_type="image/svg+xml", charset="utf-8", headers=PICTURE)

    async def png(self, request: web.Request) -> web.Response:
        chart, paper = await self._chart(request), _paper(request)
        body = await asyncio.to_thread(_drawn_as_png, chart, paper)
        return web.Response(body=body, content_type="image/png", headers=PICTURE)

    async def _chart(self, request: web.Request) -> Chart:
        """Raises HTTPNotFound for an address that the bot did not make, and for what is not there any more."""
        told = request.match_info
        try:
            day = date.fromisoformat(told["day"])
        except ValueError:
            raise web.HTTPNotFound from None
        name = told["which"], told["programme"], day, int(told["version"])
        path = request.path.removesuffix(".svg").removesuffix(".png")
        if not self._links.is_of_picture(path, *name):
            raise web.HTTPNotFound
        language = language_of(request.query.get("lang"))
        chart = await asyncio.to_thread(self._read, name[0], name[1], day, language)
        if chart is None or charts.is_empty(chart):
            raise web.HTTPNotFound
        return chart

    def _read(self, which: str, programme_key: str, day: date, language: Language) -> Chart | None:
        with self._database.reading() as session:
            try:
                programme = programmes.get(session, programme_key)
            except KeyError:
                return None
            return CHARTS[which](session, programme.key, programme.name, language, day) if which in CHARTS else None


def _paper(request: web.Request) -> Paper:
    palette = THEMES.get(request.query.get("theme", ""), THEMES["light"])
    return Paper(palette, WIDTHS.get(request.query.get("width", ""), WIDTHS["narrow"]))


@lru_cache(maxsize=KEPT)
def _drawn(chart: Chart, paper: Paper) -> str:
    return draw(chart, paper)


@lru_cache(maxsize=KEPT)
def _drawn_as_png(chart: Chart, paper: Paper) -> bytes:
    return png(_drawn(chart, paper))


def setup(app: web.Application, database: Database, links: SignedLinks) -> None:
    those = Charts(database, links)
    pages.setup(app)
    app.router.add_get(ADDRESS, those.show)
    app.router.add_get(f"{ADDRESS}.svg", those.svg)
    app.router.add_get(f"{ADDRESS}.png", those.png)
