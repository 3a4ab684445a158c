"""The try-it page: one conversation in a browser, as an employee or as a leader."""

import asyncio
import re
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.clock import Clock
from bot.turns import WELCOME, Answer, Incoming, Turns
from bot.web import pages
from bot.web.pages import POLICY_WITH_SCRIPT, language_of, page
from bot.web.reading import must_be_same_origin, read_form, read_json
from bot.web.render import render
from bot.web.visitors import MOST, Kind, Numbers, Visitor, find, known, remember
from bot.wire import clean
from dialogs import saying_dates
from dialogs.card import BUTTON_VERSION, Card, Language
from dialogs.guide import WAYS_ON
from dialogs.offers import offers
from dialogs.words import say
from storage import programmes, web_posts
from storage.database import Database

#: Same-origin, so that the browser says where a form came from; the link to the anonymous form sends nothing.
PAGE_HEADERS = {"Content-Security-Policy": POLICY_WITH_SCRIPT, "Referrer-Policy": "same-origin"}
#: Posts that one look fetches.
MOST_POSTS = 50
#: The page makes up an id for each act, so that a resent one is known.
ACTIVITY = re.compile(r"[0-9A-Za-z-]{8,64}")


class Chat:
    """The routes of the try-it page."""

    def __init__(self, turns: Turns, database: Database, clock: Clock, programme_key: str) -> None:
        self._turns = turns
        self._database = database
        self._clock = clock
        self._programme_key = programme_key
        self._numbers = Numbers(database)

    async def front(self, _: web.Request) -> web.Response:
        # The page is below /chat because its cookie is: what is at / would be sent to the anonymous form too.
        raise web.HTTPFound("/chat")

    async def show(self, request: web.Request) -> web.Response:
        """The page as one of the browser's people; a browser that is new becomes an employee."""
        visitors = known(request)
        is_new = not visitors
        if is_new:
            account = await asyncio.to_thread(self._numbers.new_account, "employee")
            visitors = [Visitor(account, 1)]
        visitor = find(request, request.query.get("person", "1")) or visitors[0]
        response = await asyncio.to_thread(self._page, visitor, visitors)
        if is_new:
            remember(response, visitors)
        return response

    async def become(self, request: web.Request) -> web.Response:
        """Adds a new employee or a leader to the browser's people, and shows the page as them."""
        must_be_same_origin(request)
        fields = await read_form(request)
        visitors = known(request)
        if len(visitors) >= MOST:
            raise web.HTTPSeeOther("/chat?person=1")
        kind: Kind = "leader" if fields.get("kind") == "leader" else "employee"
        account = await asyncio.to_thread(self._numbers.new_account, kind)
        visitors.append(Visitor(account, len(visitors) + 1))
        response = web.Response(status=303, headers={"Location": f"/chat?person={len(visitors)}"})
        remember(response, visitors)
        return response

    async def act(self, request: web.Request) -> web.Response:
        """What was typed or pressed, answered with the bot's cards."""
        must_be_same_origin(request)
        sent = await read_json(request)
        visitor = _visitor(request, sent.get("person"))
        incoming = incoming_of(sent, visitor)
        answer = await self._turns.take(incoming)
        self._turns.replied(incoming)
        cards = answer.cards or (_nothing_new(language_of(incoming.locale), incoming.event),)
        body = {"html": [render(card) for card in cards], "is_language_set": _is_language_set(answer)}
        return web.json_response(body)

    async def news(self, request: web.Request) -> web.Response:
        """What has come by itself after that post, what was changed of the posts before, and what time it is in the
        demo."""
        visitor = _visitor(request, request.query.get("person"))
        after = request.query.get("after", "0")
        last = int(after) if re.fullmatch(r"\d{1,15}", after) else 0
        revision = request.query.get("revision", "0")
        seen = int(revision) if re.fullmatch(r"\d{1,9}", revision) else 0
        language = language_of(request.query.get("language"))
        body = await asyncio.to_thread(self._news, visitor, last, seen, language)
        return web.json_response(body)

    def _news(self, visitor: Visitor, last: int, revision: int, language: Language) -> dict[str, Any]:
        with self._database.reading() as session:
            posts = web_posts.after(session, visitor.account, last, MOST_POSTS)
            changed = web_posts.changed(session, visitor.account, last, revision, MOST_POSTS)
            clock = self._moment(language, programmes.get(session, self._programme_key).timezone)
        return {
            "posts": [_post(row.id or 0, Card.model_validate(row.card)) for row in posts],
            "changed": [_post(row.id or 0, Card.model_validate(row.card)) for row in changed],
            "revision": max((row.revision or 0 for row in changed), default=revision),
            "clock": clock,
        }

    def _page(self, visitor: Visitor, visitors: list[Visitor]) -> web.Response:
        with self._database.reading() as session:
            language = language_of(web_posts.language_of(session, visitor.account))
            programme = programmes.get(session, self._programme_key)
        return page(
            "chat.html",
            headers=PAGE_HEADERS,
            language=language,
            programme=programme.name,
            clock=self._moment(language, programme.timezone),
            is_demo=self._clock.is_demo,
            visitor=visitor,
            visitors=visitors,
            has_room=len(visitors) < MOST,
            button_version=BUTTON_VERSION,
        )

    def _moment(self, language: Language, timezone: str) -> str:
        return saying_dates.moment(language, self._clock.now(), ZoneInfo(timezone))


def setup(app: web.Application, turns: Turns, database: Database, clock: Clock, programme_key: str) -> None:
    chat = Chat(turns, database, clock, programme_key)
    pages.setup(app)
    app.router.add_get("/", chat.front)
    app.router.add_get("/chat", chat.show)
    app.router.add_post("/chat", chat.act)
    app.router.add_post("/chat/person", chat.become)
    app.router.add_get("/chat/news", chat.news)


def incoming_of(sent: dict[str, Any], visitor: Visitor) -> Incoming:
    """The turn in what the page sent. Raises 400 for what no page of ours sends."""
    activity, pressed = sent.get("activity"), sent.get("payload")
    if not isinstance(activity, str) or not ACTIVITY.fullmatch(activity):
        raise web.HTTPBadRequest(text="activity")
    if not isinstance(sent.get("text", ""), str) or not isinstance(pressed or {}, dict):
        raise web.HTTPBadRequest(text="text or payload")
    whereabouts = visitor.whereabouts()
    pressed = pressed or {}
    action = _text(pressed.get("action"))
    is_opening = action == WELCOME
    return Incoming(
        where=whereabouts,
        conversation=whereabouts.conversation,
        activity=activity,
        text=clean(sent.get("text", "")),
        action="" if is_opening else action,
        event=WELCOME if is_opening else "",
        values=_object(pressed.get("values")) | _inputs(sent.get("inputs")),
        version=pressed.get("v", BUTTON_VERSION),
        # The answer is in the language of the card that the button was on.
        locale=_text(pressed.get("lang")) or _text(sent.get("language")),
    )


def _visitor(request: web.Request, place: object) -> Visitor:
    visitor = find(request, place)
    if visitor is None:
        # The cookie is gone or from elsewhere: the page loads itself anew.
        raise web.HTTPUnauthorized(text="unknown person")
    return visitor


def _nothing_new(language: Language, event: str) -> Card:
    """Welcomed before, or acted on before: never an empty page."""
    key = "web.chat.back" if event == WELCOME else "web.chat.already"
    return Card(title=say(language, key), buttons=offers(language, *WAYS_ON), language=language)


def _post(number: int, card: Card) -> dict[str, Any]:
    return {"id": number, "html": render(card, marker=say(card.language, "web.marker.message"), post=number)}


def _is_language_set(answer: Answer) -> bool:
    return any(card.did == "set_language" and card.outcome == "done" for card in answer.cards)


def _text(found: object) -> str:
    return clean(found) if isinstance(found, str) else ""


def _object(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _inputs(found: object) -> dict[str, str]:
    return {clean(str(name)): _text(value) for name, value in _object(found).items()}
