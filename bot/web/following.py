"""Choosing by e-mail which topics one follows: a page that works without script and without logging in (RFC 8058)."""

import asyncio
from collections.abc import Collection

from aiohttp import web
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.signed_links import ENDING, SignedLinks, address_of
from bot.web import pages
from bot.web.pages import language_of, page
from bot.web.unsubscribing import HEADERS
from dialogs.card import Language
from dialogs.topic_offers import label
from dialogs.words import say
from storage import email_addresses, topics
from storage.database import Database, Session
from storage.people import Person
from storage.refusals import Refused

#: The hidden field of the page's own form: what a mail program posts has none.
SAVING = "saving"
#: How many other saves of the same page one may meet, each in the unique constraint on what is followed.
MOST_MEETINGS = 5


class FollowingPages:
    """Looking changes nothing. What the page's form posts sets what is followed; what a mail program posts ends the
    topics that its link names, and no others."""

    def __init__(self, database: Database, links: SignedLinks, clock: Clock) -> None:
        self._database = database
        self._links = links
        self._clock = clock

    async def show(self, request: web.Request) -> web.Response:
        return await asyncio.to_thread(self._show, request)

    async def save(self, request: web.Request) -> web.Response:
        form = await request.post()
        chosen = {str(name) for name in form.getall("topic", [])} if SAVING in form else None
        return await asyncio.to_thread(self._save, request, chosen)

    def _show(self, request: web.Request) -> web.Response:
        with self._database.reading() as session:
            person = self._person(session, request)
            followed = topics.followed(session, person, person.current_programme) if person else []
            ending = request.query.getall(ENDING, [])
            return _page(session, request, person, [name for name in followed if name not in ending], "asked")

    def _save(self, request: web.Request, chosen: Collection[str] | None) -> web.Response:
        """Saved twice at once, the later one sees what the first one stored when it runs again."""
        for _ in range(MOST_MEETINGS):
            try:
                return self._save_once(request, chosen)
            except IntegrityError:
                continue
        return self._save_once(request, chosen)

    def _save_once(self, request: web.Request, chosen: Collection[str] | None) -> web.Response:
        with self._database.writing() as session:
            person = self._person(session, request)
            if person is None:
                return _page(session, request, None, [], "unknown")
            programme, now = person.current_programme, self._clock.now()
            followed = topics.followed(session, person, programme)
            if chosen is None:
                topics.unfollow(session, person, programme, request.query.getall(ENDING, []), now)
            else:
                ended = [name for name in followed if name not in chosen]
                # In one order: two saves that each waited for what the other has stored would wait for ever.
                new = sorted(name for name in chosen if name not in followed)
                try:
                    with session.begin_nested():
                        topics.unfollow(session, person, programme, ended, now)
                        for name in new:
                            topics.follow(session, person, programme, name, now)
                except Refused as refused:
                    return _page(session, request, person, chosen, "refused", refused)
            return _page(session, request, person, topics.followed(session, person, programme), "saved")

    def _person(self, session: Session, request: web.Request) -> Person | None:
        """Whom the link was made for; None where the bot did not make it."""
        token = request.match_info["token"]
        address = email_addresses.find(session, address_of(token))
        if address is None or address.id is None or not self._links.is_of(token, address.id, address.account):
            return None
        return email_addresses.person_of(session, address.id)


def _page(
    session: Session,
    request: web.Request,
    person: Person | None,
    chosen: Collection[str],
    state: str,
    refused: Refused | None = None,
) -> web.Response:
    spoken = (person.language or person.spoken) if person else None
    language: Language = language_of(request.query.get("lang") or spoken)
    every = topics.every(session, person.current_programme) if person else []
    kinds = [(say(language, f"topics.kind.{kind}"), [one for one in every if one.kind == kind]) for kind in topics.Kind]
    return page(
        "following.html",
        status=404 if person is None else 400 if refused else 200,
        headers=HEADERS,
        language=language,
        state="unknown" if person is None else state,
        error=say(language, refused.key, **refused.values) if refused else "",
        kinds=[(name, [(one.name, label(one, language)) for one in those]) for name, those in kinds if those],
        chosen=frozenset(chosen),
        saving=SAVING,
        address=f"/avmelding/{request.match_info['token']}/tema",
    )


def setup(app: web.Application, database: Database, links: SignedLinks, clock: Clock) -> None:
    those = FollowingPages(database, links, clock)
    pages.setup(app)
    app.router.add_get(r"/avmelding/{token:[0-9A-Za-z._-]{1,80}}/tema", those.show)
    app.router.add_post(r"/avmelding/{token:[0-9A-Za-z._-]{1,80}}/tema", those.save)
