"""Ending the messages by e-mail: a page that works without script and without logging in (RFC 8058)."""

import asyncio

from aiohttp import web

from bot.signed_links import SignedLinks, address_of
from bot.web import pages
from bot.web.pages import language_of, page
from dialogs.card import Language
from storage import email_addresses
from storage.database import Database, Session

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


class UnsubscribePages:
    """Looking changes nothing: programs that follow the links of every e-mail must end nobody's messages. Pressing
    does, and so does the post that a mail program sends; its body is not needed, whatever it is."""

    def __init__(self, database: Database, links: SignedLinks) -> None:
        self._database = database
        self._links = links

    async def show(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._show, request)

    async def end(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._set, request, False)

    async def begin(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._set, request, True)

    def _show(self, request: web.Request) -> web.Response:
        with self._database.reading() as session:
            return self._page(session, request)

    def _set(self, request: web.Request, again: bool) -> web.Response:
        with self._database.writing() as session:
            found = self._found(session, request)
            if found:
                email_addresses.unsubscribe(session, found, again=again)
            return self._page(session, request)

    def _found(self, session: Session, request: web.Request) -> int:
        """The id of the address that the link was made for; 0 where the bot did not make it."""
        token = request.match_info["token"]
        address = email_addresses.find(session, address_of(token))
        if address is None or address.id is None or not self._links.is_of(token, address.id, address.account):
            return 0
        return address.id

    def _page(self, session: Session, request: web.Request) -> web.Response:
        found = self._found(session, request)
        person = email_addresses.person_of(session, found) if found else None
        spoken = (person.language or person.spoken) if person else None
        language: Language = language_of(request.query.get("lang") or spoken)
        state = "unknown" if person is None else "ended" if person.is_muted else "asked"
        return page(
            "unsubscribe.html",
            status=404 if person is None else 200,
            headers=HEADERS,
            language=language,
            state=state,
            address=f"/avmelding/{request.match_info['token']}",
        )


def setup(app: web.Application, database: Database, links: SignedLinks) -> None:
    those = UnsubscribePages(database, links)
    pages.setup(app)
    app.router.add_get(r"/avmelding/{token:[0-9A-Za-z._-]{1,80}}", those.show)
    app.router.add_post(r"/avmelding/{token:[0-9A-Za-z._-]{1,80}}", those.end)
    app.router.add_post(r"/avmelding/{token:[0-9A-Za-z._-]{1,80}}/angre", those.begin)
