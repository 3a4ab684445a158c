"""Pages about the bot that its app package points to: what it is, privacy, and terms. No cookie, no script."""

from aiohttp import web

from bot.web import pages
from bot.web.pages import language_of, page
from dialogs.words import say
from storage import programmes
from storage.database import Database

PAGE_HEADERS = {"Referrer-Policy": "no-referrer"}
#: Each page's path and name, and its paragraphs in the order they are read; the texts are about.NAME.PARAGRAPH.
PAGES = {
    "/om": ("what", ("does", "knows", "sends", "inputs")),
    "/personvern": ("privacy", ("kept", "not_kept", "platform", "inputs", "leaders", "rights")),
    "/vilkar": ("terms", ("use", "answers", "urgent", "misuse")),
}


def setup(app: web.Application, database: Database, programme_key: str) -> None:
    pages.setup(app)

    async def front(_: web.Request) -> web.Response:
        raise web.HTTPFound("/om")

    async def show(request: web.Request) -> web.Response:
        name, paragraphs = PAGES[request.path]
        language = language_of(request.query.get("lang"))
        with database.reading() as session:
            programme = programmes.get(session, programme_key)
        values = {"programme": programme.name, "organisation": programme.organisation or programme.name}
        contact = programme.contact_email
        said = [say(language, f"about.{name}.{paragraph}", **values) for paragraph in paragraphs]
        said.append(say(language, "about.contact" if contact else "about.contact_unknown", contact=contact))
        title = say(language, f"about.{name}.title")
        links = [(path, say(language, f"about.{other}.title")) for path, (other, _) in PAGES.items() if other != name]
        return page("about.html", headers=PAGE_HEADERS, language=language, title=title, said=said, links=links)

    if "/" not in {route.resource.canonical for route in app.router.routes() if route.resource}:
        app.router.add_get("/", front)
    for path in PAGES:
        app.router.add_get(path, show)
