"""What the app package links to: who the bot is, what it stores, what it can be used for. No cookie, no script."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.web import pages
from bot.web.pages import language_of, page

#: The pages by their address, with how many paragraphs each has; their texts are in about.po.
PAGES = {"/om": ("bot", 3), "/personvern": ("privacy", 6), "/vilkar": ("terms", 4)}


async def front(_: web.Request) -> web.Response:
    """Whoever opens the bare address of a bot that has no try-it page there."""
    raise web.HTTPFound("/om")


def setup(app: web.Application) -> None:
    pages.setup(app)
    for address, (name, paragraphs) in PAGES.items():
        app.router.add_get(address, _shown(name, paragraphs))


def _shown(name: str, paragraphs: int) -> Callable[[web.Request], Awaitable[web.Response]]:
    keys = [f"about.{name}.{number}" for number in range(1, paragraphs + 1)]
    others = [(address, f"about.{other}.title") for address, (other, _) in PAGES.items() if other != name]

    async def show(request: web.Request) -> web.Response:
        return page(
            "about.html",
            headers={"Referrer-Policy": "no-referrer"},
            language=language_of(request.query.get("lang")),
            title=f"about.{name}.title",
            keys=keys,
            others=others,
        )

    return show
