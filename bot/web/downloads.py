"""Files that somebody asked for in the chat: a page that works without script and without logging in, for minutes."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.clock import Clock
from bot.signed_links import SignedLinks, address_of
from bot.web import pages, proposal_files
from bot.web.pages import language_of, page
from bot.web.unsubscribing import HEADERS
from dialogs import decision_document, export_files, own_file, proposal_document, status_document
from dialogs.card import Language
from storage import downloads, programmes, terms
from storage.database import Database, Session
from storage.downloads import Download, Kind
from storage.people import Person
from storage.refusals import NotAllowed, Refused


@dataclass(frozen=True)
class File:
    """What is fetched: its name, its type and what is in it."""

    name: str
    content_type: str
    body: bytes


def _own(session: Session, found: Download, person: Person, language: Language) -> File:
    return File("mine-opplysninger.json", "application/json", own_file.written(session, person, language))


def _proposals_pdf(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = proposal_document.pages(session, person, found.programme_key, found.about, language, found.asked_at)
    return File("forslag.pdf", "application/pdf", proposal_files.pdf(*whole, language))


def _proposals_html(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = proposal_document.pages(session, person, found.programme_key, found.about, language, found.asked_at)
    return File("forslag.html", "text/html", proposal_files.page(*whole, language))


def _status_pdf(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = status_document.pages(session, person, found.programme_key, found.about, language)
    body = proposal_files.pdf(*whole, language, is_of_one=True)
    return File("statusrapport.pdf", "application/pdf", body)


def _status_html(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = status_document.pages(session, person, found.programme_key, found.about, language)
    return File("statusrapport.html", "text/html", proposal_files.page(*whole, language))


def _volunteers(session: Session, found: Download, person: Person, language: Language) -> File:
    zone = ZoneInfo(programmes.get(session, found.programme_key).timezone)
    body = export_files.volunteers(session, found, person, language, zone)
    return File("frivillige.csv", "text/csv", body)


def _promises(session: Session, found: Download, person: Person, language: Language) -> File:
    programme = programmes.get(session, found.programme_key)
    return File("lofter.csv", "text/csv", export_files.figures(session, person, programme, found, language))


def _decisions(session: Session, found: Download, person: Person, language: Language) -> File:
    return File("beslutninger.csv", "text/csv", decision_document.table(session, found, person, language))


def _decisions_pdf(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = decision_document.pages(session, person, found.programme_key, language, found.asked_at)
    return File("beslutninger.pdf", "application/pdf", proposal_files.pdf(*whole, language))


def _decisions_html(session: Session, found: Download, person: Person, language: Language) -> File:
    whole = decision_document.pages(session, person, found.programme_key, language, found.asked_at)
    return File("beslutninger.html", "text/html", proposal_files.page(*whole, language))


#: What makes each kind of file. Raises Refused where the person may not have it any more.
FILES: dict[Kind, Callable[[Session, Download, Person, Language], File]] = {
    Kind.OWN: _own,
    Kind.VOLUNTEERS: _volunteers,
    Kind.PROMISES: _promises,
    Kind.PROPOSALS_PDF: _proposals_pdf,
    Kind.PROPOSALS_HTML: _proposals_html,
    Kind.STATUS_PDF: _status_pdf,
    Kind.STATUS_HTML: _status_html,
    Kind.DECISIONS: _decisions,
    Kind.DECISIONS_PDF: _decisions_pdf,
    Kind.DECISIONS_HTML: _decisions_html,
}


class DownloadPages:
    """Looking fetches nothing: programs that follow every link must not take the file. Pressing does, and that is
    noted. Each time it is asked anew whether the person is still here, and still has the role that it takes."""

    def __init__(self, database: Database, links: SignedLinks, clock: Clock) -> None:
        self._database = database
        self._links = links
        self._clock = clock

    async def show(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._show, request)

    async def fetch(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._fetch, request)

    def _show(self, request: web.Request) -> web.Response:
        with self._database.reading() as session:
            terms.tell_now(session, self._clock.now())
            found = self._found(session, request)
            return _page(request, found[1] if found else None)

    def _fetch(self, request: web.Request) -> web.Response:
        """Made by one who only reads: a long document keeps nobody waiting who writes. That it was fetched is noted
        before it is sent, and only a few times are."""
        with self._database.reading() as session:
            terms.tell_now(session, self._clock.now())
            found = self._found(session, request)
            if found is None:
                return _page(request, None)
            asked, person = found
            try:
                file = FILES[Kind(asked.kind)](session, asked, person, _language(person))
            except Refused:
                return _page(request, None)
        with self._database.writing() as session:
            terms.tell_now(session, self._clock.now())
            found = self._found(session, request)
            if found is None or not downloads.note_fetched(session, found[0], self._clock.now()):
                return _page(request, None)
        headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{file.name}"'}
        return web.Response(body=file.body, content_type=file.content_type, charset="utf-8", headers=headers)

    def _found(self, session: Session, request: web.Request) -> tuple[Download, Person] | None:
        """The download that the link was made for, while it is good and theirs."""
        token = request.match_info["token"]
        try:
            found = downloads.find(session, address_of(token))
        except NotAllowed:
            return None
        if found is None:
            return None
        asked, person = found
        is_right = self._links.is_download(token, asked.identity, asked.person_id, asked.good_until)
        return found if is_right and person.id == asked.person_id else None


def _language(person: Person) -> Language:
    return language_of(person.language or person.spoken)


def _page(request: web.Request, person: Person | None) -> web.Response:
    return page(
        "download.html",
        status=404 if person is None else 200,
        headers=HEADERS,
        language=_language(person) if person else language_of(request.query.get("lang")),
        is_good=person is not None,
        address=f"/nedlasting/{request.match_info['token']}",
    )


def setup(app: web.Application, database: Database, links: SignedLinks, clock: Clock) -> None:
    those = DownloadPages(database, links, clock)
    pages.setup(app)
    app.router.add_get(r"/nedlasting/{token:[0-9A-Za-z._-]{1,80}}", those.show)
    app.router.add_post(r"/nedlasting/{token:[0-9A-Za-z._-]{1,80}}", those.fetch)
