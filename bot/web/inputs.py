"""The login-free pages: sending an anonymous input, and reading its answer with the receipt. No cookie, no script."""

import asyncio
import secrets
import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.clock import Clock
from bot.web import pages
from bot.web.pages import language_of, page
from bot.web.reading import read_form
from dialogs import anonymous_input, input_replies, outcome_lines
from dialogs.anonymous_input import Asked
from dialogs.card import Card, Facts, Language, Question
from dialogs.words import say
from storage import input_conversation, input_outcomes, input_standing
from storage.anonymous_input import InputStore
from storage.database import Database
from storage.input_standing import Followed
from storage.refusals import Refused

PAGE_HEADERS = {"Referrer-Policy": "no-referrer"}
#: Only the week of it is kept, so the organisation's zone is near enough for every programme.
ZONE = ZoneInfo("Europe/Oslo")


class Brake:
    """Slows wrong codes: each one doubles the wait, up to a limit, and a quiet minute halves it. In memory only."""

    FIRST, LONGEST, HALVES_AFTER = 0.2, 5.0, 60.0

    def __init__(self) -> None:
        self._wait = 0.0
        self._at = time.monotonic()

    def press(self) -> float:
        """Seconds that this wrong code must wait."""
        now = time.monotonic()
        eased = self._wait * 0.5 ** ((now - self._at) / self.HALVES_AFTER)
        self._wait, self._at = min(max(eased * 2, self.FIRST), self.LONGEST), now
        return self._wait


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
    #: What was published of it: said and done.
    outcomes: tuple[tuple[str, str], ...]


class InputPages:
    """The routes of the login-free pages. Nothing of who asks is read: no cookie, no address, no header."""

    def __init__(self, inputs: InputStore, database: Database, clock: Clock, programme_key: str) -> None:
        self._inputs = inputs
        #: Read for what was published, and never written.
        self._database = database
        self._clock = clock
        self._programme_key = programme_key
        self._brake = Brake()
        # Each hash takes 19 MiB: many codes at once wait for each other.
        self._hashing = asyncio.Semaphore(2)

    async def show(self, request: web.Request) -> web.Response:
        language = _language(request)
        return _form_page(language, anonymous_input.form(language), secrets.token_hex(8))

    async def send(self, request: web.Request) -> web.Response:
        """Stores the input and shows its receipt; what breaks a rule, or may give somebody away, comes back as it was
        filled in."""
        language = _language(request)
        try:
            fields = await read_form(request)
        except web.HTTPRequestEntityTooLarge:
            return _told(language, "web.inputs.too_large", 413)
        today = self._clock.now().astimezone(ZONE).date()
        asked = Asked(self._programme_key, language, today, fields)
        try:
            card = await asyncio.to_thread(anonymous_input.send, self._inputs, asked)
        except Refused as refused:
            return _told(language, refused.key, 409, **refused.values)
        if card.did == "warn_personal_data":
            return _warning(language, card, "/innspill")
        if card.outcome != "done":
            return _form_page(language, card, fields.get("form") or secrets.token_hex(8), status=422)
        receipt = next(value for block in card.blocks if isinstance(block, Facts) for _, value in block.facts)
        return _page("receipt.html", language, receipt=receipt)

    async def ask(self, request: web.Request) -> web.Response:
        return _page("answer.html", _language(request), found=None, question=_code(_language(request)))

    async def answer(self, request: web.Request) -> web.Response:
        """The input of that code with its answer, or kindly that there is none."""
        language = _language(request)
        try:
            code = (await read_form(request)).get("code", "")
        except web.HTTPRequestEntityTooLarge:
            code = ""
        followed = await self._follow(code)
        if followed is None:
            return await self._not_found(language, code)
        return await self._answer_page(language, code, followed)

    async def reply(self, request: web.Request) -> web.Response:
        """Stores what the holder of the code writes; what may give somebody away comes back first."""
        language = _language(request)
        try:
            fields = await read_form(request)
        except web.HTTPRequestEntityTooLarge:
            return _told(language, "web.inputs.too_large", 413)
        code = fields.get("code", "")
        if await self._follow(code) is None:
            return await self._not_found(language, code)
        try:
            async with self._hashing:
                card = await asyncio.to_thread(input_replies.send, self._inputs, language, fields)
        except Refused as refused:
            return _told(language, refused.key, 409, **refused.values)
        if card.did == "warn_personal_data":
            return _warning(language, card, "/innspill/svar/melding", code)
        followed = await self._follow(code)
        assert followed is not None, "the code was good a moment ago"
        return await self._answer_page(language, code, followed, card, fields.get("form", ""))

    async def _answer_page(
        self, language: Language, code: str, followed: Followed, card: Card | None = None, form: str = ""
    ) -> web.Response:
        """The input as it stands, with the field for a reply; ``card`` is what came of one sent with ``form``."""
        outcomes = await asyncio.to_thread(self._outcomes, language, followed.standing.outcomes)
        is_back = card is not None and card.outcome != "done"
        return _page(
            "answer.html",
            language,
            422 if is_back else 200,
            found=_found(language, followed, outcomes),
            question=card.questions[0] if card and is_back else input_replies.question(language),
            code=code,
            form=(form if is_back else "") or secrets.token_hex(8),
            sent=card.title if card and not is_back else "",
        )

    def _outcomes(self, language: Language, keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        if not keys:
            return ()
        with self._database.reading() as session:
            rows = input_outcomes.of_keys(session, keys)
            return tuple(outcome_lines.line(session, row, language) for row in rows)

    async def _follow(self, code: str) -> Followed | None:
        async with self._hashing:
            return await asyncio.to_thread(input_standing.find, self._inputs, code[:100])

    async def _not_found(self, language: Language, code: str) -> web.Response:
        await asyncio.sleep(self._brake.press())
        error = say(language, "web.answer.not_found" if code.strip() else "web.answer.empty")
        return _page("answer.html", language, 422, found=None, question=_code(language, code[:100], error))


def setup(app: web.Application, inputs: InputStore, database: Database, clock: Clock, programme_key: str) -> None:
    those = InputPages(inputs, database, clock, programme_key)
    pages.setup(app)
    app.router.add_get("/innspill", those.show)
    app.router.add_post("/innspill", those.send)
    app.router.add_get("/innspill/svar", those.ask)
    app.router.add_post("/innspill/svar", those.answer)
    app.router.add_post("/innspill/svar/melding", those.reply)


def _form_page(language: Language, card: Card, form: str, status: int = 200) -> web.Response:
    return _page("inputs.html", language, status, questions=card.questions, form=form)


def _warning(language: Language, card: Card, to: str, code: str = "") -> web.Response:
    return _page("warning.html", language, card=card, to=to, code=code)


def _told(language: Language, key: str, status: int, **values: object) -> web.Response:
    return _page("told.html", language, status, said=say(language, key, **values))


def _page(name: str, language: Language, status: int = 200, **values: object) -> web.Response:
    return page(name, status=status, headers=PAGE_HEADERS, language=language, **values)


def _language(request: web.Request) -> Language:
    return language_of(request.query.get("lang"))


def _code(language: Language, code: str = "", error: str = "") -> Question:
    return Question(
        name="code", label=say(language, "web.answer.code"), value=code, required=True, longest=100, error=error
    )


def _found(language: Language, followed: Followed, outcomes: tuple[tuple[str, str], ...]) -> Found:
    read, standing = followed.input, followed.standing
    year, _, week = read.week.partition("-W")
    status = "held" if standing.held is not None else standing.status
    facts = (
        (say(language, "web.answer.status"), say(language, f"input_statuses.{status}")),
        (say(language, "web.answer.topic"), say(language, f"inputs.topic.{read.topic}")),
        (say(language, "web.answer.sent"), say(language, "web.answer.week", week=int(week), year=year)),
    )
    reasons = (("not_taken_up", standing.reason), ("held", standing.held or ""))
    return Found(
        facts,
        read.text,
        standing.answer,
        tuple((say(language, f"input_replies.{name}"), reason) for name, reason in reasons if reason),
        tuple(
            (say(language, f"input_replies.{'writers' if one.is_writers else 'handlers'}"), one.text)
            for one in followed.said
        ),
        input_conversation.can_reply(followed.said, standing.answer),
        outcomes,
    )
