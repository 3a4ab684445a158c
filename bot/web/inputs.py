"""The login-free pages: writing an anonymous input, looking it over, sending it, and reading its answer with the
receipt. No cookie, no script."""

import asyncio
import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import HttpVersion11, web

from bot.clock import Clock
from bot.web import pages
from bot.web.limits import CHECKING, LOOKING, SENDING, WRONG_CODES, Rate
from bot.web.pages import drawn, language_of, page, reached_at
from bot.web.reading import LARGEST, USUALLY_WITHIN, must_be_own_form, read_form
from bot.web.sources import Door
from bot.wire import readable
from dialogs import anonymous_input, input_replies, outcome_lines, saying_dates
from dialogs import input_units as choosing_units
from dialogs.anonymous_input import ANSWERS, FORM, Asked
from dialogs.card import Card, Facts, Language, Question
from dialogs.input_units import Units
from dialogs.whistleblowing import topic_of
from dialogs.words import say
from storage import input_outcomes, input_release, input_standing, input_units, programmes, whistleblowing
from storage.anonymous_input import InputStore
from storage.database import Database
from storage.input_conversation import Said
from storage.input_standing import Followed
from storage.refusals import Refused
from storage.whistleblowing import Channel

PAGE_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
_AS_PAGE: Mapping[str, Any] = {"content_type": "text/html", "headers": PAGE_HEADERS}
#: Where a reply goes; who opens it is asked for the code.
REPLIES = f"{ANSWERS}/melding"
#: Only the week of it is kept, so the organisation's zone is near enough for every programme.
ZONE = ZoneInfo("Europe/Oslo")


#: Seconds for which the units that the form lists are not counted anew: a large people file takes a while.
LISTED_FOR = 60.0


@dataclass(frozen=True)
class Found:
    """What the page tells of an input."""

    facts: tuple[tuple[str, str], ...]
    text: str
    answer: str | None
    #: Headings and reasons: why it was not taken up, or is held back.
    reasons: tuple[tuple[str, str], ...]
    #: Who wrote, and what, in the conversation after it.
    said: tuple[tuple[str, str], ...]
    can_reply: bool
    #: Who reads what is written more.
    who_reads: str
    #: What was published of it: said and done.
    outcomes: tuple[tuple[str, str], ...]
    #: What is told where there is no answer yet.
    later: str


#: How many forms are remembered as having shown their receipt.
MOST_SHOWN = 10_000
#: Seconds within which a second press of one form is beside the first: no request is read for longer.
BESIDE = 60.0


class InputPages:
    """The routes of the login-free pages. Nothing of who asks is kept: no cookie, no header; of the address only how
    often somebody came from that network, in memory and by a hash (bot/web/limits.py).

    ``public_url`` is where browsers reach the bot; empty in a demo."""

    def __init__(
        self,
        inputs: InputStore,
        clock: Clock,
        programme_key: str,
        database: Database,
        door: Door | None = None,
        public_url: str = "",
    ) -> None:
        self._inputs = inputs
        #: Read for what was published and where notifications go, and never written.
        self._database = database
        self._clock = clock
        self._programme_key = programme_key
        self.door = door or Door()
        self._public_url = public_url
        self._listed: tuple[float, date | None, tuple[str, ...]] = (0.0, None, ())
        #: The forms whose receipt was shown: a page that is loaded again, by whoever is there then, shows none. Under a
        #: key that ends with the process, in no order; with the moment only for as long as a second press may have come
        #: beside the first one, which gets the same.
        self._key = secrets.token_bytes(32)
        self._shown: set[bytes] = set()
        self._just_shown: dict[bytes, float] = {}
        # Each hash takes 19 MiB: many at once wait for each other.
        self._hashing = asyncio.Semaphore(2)

    async def show(self, request: web.Request) -> web.Response:
        language = _language(request)
        self._must_be_let_in(request, LOOKING)
        units = Units(await self._offered(self._today()))
        return _form_page(language, anonymous_input.form(language, units=units), secrets.token_hex(8))

    async def again(self, request: web.Request) -> web.Response:
        """Whoever opens the address of a page that only an answer to a form has."""
        raise web.HTTPSeeOther(f"{FORM}?lang={_language(request)}")

    async def look_over(self, request: web.Request) -> web.Response:
        """Shows what in the text may give somebody away. It has no store: nothing is kept, whatever was written."""
        language = _language(request)
        asked = await self._asked(request, language, CHECKING)
        card = await asyncio.to_thread(anonymous_input.look_over, asked)
        return _form_or_warning(language, card, asked) or _page("review.html", language, card=card)

    async def send(self, request: web.Request) -> web.Response:
        """Stores the input and shows its receipt; what breaks a rule, or may give somebody away, comes back as it was
        filled in."""
        language = _language(request)
        came = time.monotonic()
        asked = await self._asked(request, language, SENDING)
        form = self._known_as(str(asked.values.get("form", "")))
        try:
            async with self._hashing:
                if form in self._shown or self._just_shown.get(form, came) < came:
                    raise Refused("refused.input.twice")
                card = await asyncio.to_thread(anonymous_input.send, self._inputs, asked)
        except Refused as refused:
            return _told(language, say(language, refused.key, **refused.values), 409)
        found = _form_or_warning(language, card, asked)
        if found is not None:
            return found
        self._note_shown(form)
        receipt = next(value for block in card.blocks if isinstance(block, Facts) for _, value in block.facts)
        where = anonymous_input.answers_at(language, reached_at(request, self._public_url))
        # It was chosen for this text, or the card that asks would be here instead.
        handed_over = asked.values.get("way") == "hand_over"
        return _page("receipt.html", language, receipt=receipt, where=where, handed_over=handed_over)

    def _known_as(self, form: str) -> bytes:
        return hmac.digest(self._key, form.encode(), hashlib.sha256) if form else b""

    def _note_shown(self, form: bytes) -> None:
        now = time.monotonic()
        over = [one for one, moment in self._just_shown.items() if now - moment > BESIDE]
        for one in over:
            del self._just_shown[one]
        self._shown.update(over)
        while len(self._shown) > MOST_SHOWN:
            self._shown.pop()
        if form:
            self._just_shown.setdefault(form, now)

    async def ask(self, request: web.Request) -> web.Response:
        self._must_be_let_in(request, LOOKING)
        return _page("answer.html", _language(request), found=None, question=_code(_language(request)))

    async def answer(self, request: web.Request) -> web.Response:
        """The input of that code with its answer, or kindly that there is none."""
        language = _language(request)
        self._must_be_let_in(request, LOOKING)
        code = (await self._fields(request)).get("code", "")[:100]
        followed = await self._follow(request, language, code)
        if followed is None:
            return _not_found(language, code)
        return await self._answer_page(language, code, followed)

    async def reply(self, request: web.Request) -> web.Response:
        """Stores what the holder of the code writes; what may give somebody away comes back first."""
        language = _language(request)
        self._must_be_let_in(request, LOOKING)
        fields = await self._fields(request)
        code, form = fields.get("code", "")[:100], fields.get("form", "")
        followed = await self._follow(request, language, code, fields)
        if followed is None:
            return _not_found(language, code)
        if self.door.wait(request, SENDING) > 0:
            question = input_replies.question(language, fields.get("text", ""), say(language, "web.limited.text"))
            return await self._answer_page(language, code, followed, question, form, status=429)
        try:
            channel, _ = await asyncio.to_thread(self._read, self._today())
            send = partial(input_replies.send, is_to_recipients=followed.is_notification)
            async with self._hashing:
                card = await asyncio.to_thread(send, self._inputs, language, fields, channel)
        except Refused as refused:
            return _told(language, say(language, refused.key, **refused.values), 409)
        if card.did == "ask_whistleblowing":
            # A reply is short; handed over, it is an input of its own, with a code of its own.
            return _page("reply_whistleblowing.html", language, card=card, code=code, to=REPLIES)
        if card.did == "warn_personal_data":
            return _page("reply_warning.html", language, card=card, code=code, to=REPLIES)
        if card.outcome != "done":
            return await self._answer_page(language, code, followed, card.questions[0], form, status=422)
        followed = await self._follow(request, language, code)
        assert followed is not None, "the code was good a moment ago"
        return await self._answer_page(language, code, followed, sent=card.title)

    async def _answer_page(
        self,
        language: Language,
        code: str,
        followed: Followed,
        question: Question | None = None,
        form: str = "",
        *,
        sent: str = "",
        status: int = 200,
    ) -> web.Response:
        """The input as it stands, with the field for a reply: as it was filled in, where ``question`` and ``form`` are
        given. ``sent`` says that one was stored."""
        outcomes = await asyncio.to_thread(self._outcomes, language, followed.standing.outcomes)
        return _page(
            "answer.html",
            language,
            status,
            found=_found(language, followed, outcomes, self._clock.now()),
            question=question or input_replies.question(language),
            code=code,
            form=form or secrets.token_hex(8),
            sent=sent,
        )

    def _outcomes(self, language: Language, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        if not keys:
            return ()
        with self._database.reading() as session:
            rows = input_outcomes.of_keys(session, keys)
            return tuple(outcome_lines.line(session, row, language) for row in rows)

    async def _follow(
        self, request: web.Request, language: Language, code: str, fields: Mapping[str, str] | None = None
    ) -> Followed | None:
        """The input of that code. A wrong one is counted, and waited for. ``fields``: a reply that was filled in, which
        is given back where too many were wrong."""
        source, limits = self.door.source(request), self.door.limits
        async with self._hashing:
            seconds = limits.due(source, WRONG_CODES)
            if seconds > 0:
                raise _limited(language, seconds) if fields is None else _limited_reply(language, seconds, code, fields)
            followed = await asyncio.to_thread(input_standing.find, self._inputs, code)
            if followed is None:
                limits.count(source, WRONG_CODES)
        if followed is None:
            await asyncio.sleep(limits.slowed(source))
        return followed

    async def _asked(self, request: web.Request, language: Language, rate: Rate) -> Asked:
        """What was filled in. Where too much came from there, it is given back with that: nobody's text is lost."""
        self._must_be_let_in(request, LOOKING)
        fields = await self._fields(request)
        seconds = self.door.wait(request, rate)
        if seconds > 0:
            raise _limited(language, seconds, fields)
        today = self._today()
        channel, units = await asyncio.to_thread(self._read, today)
        return Asked(self._programme_key, language, today, fields, channel=channel, units=units)

    async def _offered(self, today: date) -> tuple[str, ...]:
        """The units that the form lists: not counted anew for whoever opens it within a minute of somebody else. What
        is sent is held to those that may be named at that moment."""
        counted_at, day, units = self._listed
        if day != today or time.monotonic() - counted_at > LISTED_FOR:
            _, units = await asyncio.to_thread(self._read, today)
            self._listed = (time.monotonic(), today, units)
        return units

    def _today(self) -> date:
        return self._clock.now().astimezone(ZONE).date()

    def _read(self, today: date) -> tuple[Channel, tuple[str, ...]]:
        """Where the programme's notifications go, and the units that may be named: read for every text, so that it says
        nothing of any."""
        with self._database.reading() as session:
            programme = programmes.get(session, self._programme_key)
            return whistleblowing.channel(session, programme), input_units.offered(session, programme, today)

    async def _fields(self, request: web.Request) -> dict[str, str]:
        """What was filled in. Raises what tells in the page's own language why it cannot be read."""
        language = _language(request)
        must_be_own_form(request)
        with self.door.limits.reading(self.door.source(request)) as has_room:
            if not has_room:
                raise _limited(language, USUALLY_WITHIN)
            try:
                return {name: readable(value) for name, value in (await read_form(request)).items()}
            except web.HTTPRequestEntityTooLarge as error:
                text = drawn("told.html", language=language, said=say(language, "web.inputs.too_large"))
                raise web.HTTPRequestEntityTooLarge(LARGEST, 0, text=text, **_AS_PAGE) from error
            except web.HTTPRequestTimeout as error:
                text = drawn("told.html", language=language, said=say(language, "web.inputs.too_slow"))
                raise web.HTTPRequestTimeout(text=text, **_AS_PAGE) from error

    def _must_be_let_in(self, request: web.Request, rate: Rate) -> None:
        seconds = self.door.wait(request, rate)
        if seconds > 0:
            raise _limited(_language(request), seconds)


def setup(
    app: web.Application,
    inputs: InputStore,
    clock: Clock,
    programme_key: str,
    database: Database,
    door: Door | None = None,
    public_url: str = "",
) -> None:
    those = InputPages(inputs, clock, programme_key, database, door, public_url)
    pages.setup(app)
    app.cleanup_ctx.append(those.door.tidying)
    for path, opened, sent in (
        (FORM, those.show, those.send),
        (f"{FORM}/sjekk", those.again, those.look_over),
        (ANSWERS, those.ask, those.answer),
        (REPLIES, those.ask, those.reply),
    ):
        app.router.add_get(path, opened, expect_handler=_expected)
        app.router.add_post(path, sent, expect_handler=_expected)


async def _expected(request: web.Request) -> None:
    """What a request waits for before its body. aiohttp's own repeats what it does not know."""
    if request.headers["Expect"].lower() != "100-continue":
        raise web.HTTPExpectationFailed(text="100-continue")
    if request.version < HttpVersion11:
        return
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    # That was no part of the answer (aiohttp counts what was sent to tell whether it may still answer).
    request.writer.output_size = 0


def _form_or_warning(language: Language, card: Card, asked: Asked) -> web.Response | None:
    """The page to go on writing on, where the card is that; None where the text is through."""
    if card.did == "ask_whistleblowing":
        return _page("whistleblowing.html", language, 409 if card.outcome == "refused" else 200, card=card)
    if card.did == "warn_personal_data":
        return _page("warning.html", language, card=card)
    if card.did != "start_input" or card.outcome == "done":
        return None
    form = str(asked.values.get("form") or secrets.token_hex(8))
    return _form_page(language, card, form, status=422 if card.outcome == "refused" else 200)


def _form_page(language: Language, card: Card, form: str, status: int = 200) -> web.Response:
    return _page("inputs.html", language, status, questions=card.questions, form=form, limited=False)


def _limited(language: Language, seconds: float, fields: Mapping[str, str] | None = None) -> web.HTTPTooManyRequests:
    """Too much came from that network: what to do, and what was filled in with it."""
    if fields is None:
        text = drawn("told.html", language=language, said=say(language, "web.limited.text"))
    else:
        # The unit that was chosen is the only one to choose: which there are is not read for those who are kept out.
        unit = choosing_units.chosen(fields)
        units = Units((unit,), unit) if unit else Units()
        card = anonymous_input.form(language, fields.get("text", ""), topic_of(fields), units=units)
        form = fields.get("form") or secrets.token_hex(8)
        text = drawn("inputs.html", language=language, questions=card.questions, form=form, limited=True)
    headers = {**PAGE_HEADERS, "Retry-After": str(math.ceil(seconds))}
    return web.HTTPTooManyRequests(text=text, content_type="text/html", headers=headers)


def _limited_reply(language: Language, seconds: float, code: str, fields: Mapping[str, str]) -> web.HTTPTooManyRequests:
    """The same for whoever writes more: what was written with it, and nothing of the input, which was not looked up."""
    question = input_replies.question(language, fields.get("text", ""))
    form = fields.get("form") or secrets.token_hex(8)
    text = drawn("reply_limited.html", language=language, question=question, code=code, form=form, to=REPLIES)
    headers = {**PAGE_HEADERS, "Retry-After": str(math.ceil(seconds))}
    return web.HTTPTooManyRequests(text=text, content_type="text/html", headers=headers)


def _told(language: Language, said: str, status: int) -> web.Response:
    return _page("told.html", language, status, said=said)


def _page(name: str, language: Language, status: int = 200, **values: object) -> web.Response:
    return page(name, status=status, headers=PAGE_HEADERS, language=language, **values)


def _language(request: web.Request) -> Language:
    return language_of(request.query.get("lang"))


def _code(language: Language, code: str = "", error: str = "") -> Question:
    return Question(
        name="code", label=say(language, "web.answer.code"), value=code, required=True, longest=100, error=error
    )


def _not_found(language: Language, code: str) -> web.Response:
    error = say(language, "web.answer.not_found" if code.strip() else "web.answer.empty")
    return _page("answer.html", language, 422, found=None, question=_code(language, code, error))


def _later(language: Language, followed: Followed, now: datetime) -> str:
    """When somebody reads it, where nobody has yet, and where an answer will be."""
    if followed.standing.held is not None:
        return say(language, "input_replies.held_what")
    later = [say(language, "web.answer.later")]
    if followed.input.is_waiting:
        moment = saying_dates.moment(language, input_release.next_set(now, ZONE), ZONE)
        later.insert(0, say(language, "web.answer.read_by", moment=moment))
    return " ".join(later)


def _whose(said: Said, followed: Followed) -> str:
    if said.is_writers:
        return "writers_waiting" if said.is_waiting else "writers"
    return "recipients" if followed.is_notification else "handlers"


def _status(followed: Followed) -> str:
    if followed.input.is_waiting:
        return "web.answer.unread"
    return f"input_statuses.{'held' if followed.standing.held is not None else followed.standing.status}"


def _found(language: Language, followed: Followed, outcomes: tuple[tuple[str, str], ...], now: datetime) -> Found:
    read, standing = followed.input, followed.standing
    year, _, week = read.week.partition("-W")
    facts = (
        (say(language, "web.answer.status"), say(language, _status(followed))),
        (say(language, "web.answer.topic"), say(language, f"inputs.topic.{read.topic}")),
        *(((say(language, "inputs.unit"), read.unit),) if read.unit else ()),
        (say(language, "web.answer.sent"), say(language, "web.answer.week", week=int(week), year=year)),
    )
    reasons = (("not_taken_up", standing.reason), ("held", standing.held or ""))
    return Found(
        facts,
        read.text,
        standing.answer,
        tuple((say(language, f"input_replies.{name}"), reason) for name, reason in reasons if reason),
        tuple((say(language, f"input_replies.{_whose(one, followed)}"), one.text) for one in followed.said),
        followed.can_reply,
        say(language, f"input_replies.{'can_recipients' if followed.is_notification else 'can'}"),
        outcomes,
        _later(language, followed, now),
    )
