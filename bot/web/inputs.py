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
from dialogs import anonymous_input, saying_dates
from dialogs.anonymous_input import Asked
from dialogs.card import Card, Facts, Language, Question
from dialogs.words import say
from storage import input_release
from storage.anonymous_input import InputStore, Opened, find
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
    #: What is told where there is no answer yet.
    later: str = ""


class InputPages:
    """The routes of the login-free pages. Nothing of who asks is read: no cookie, no address, no header."""

    def __init__(self, inputs: InputStore, clock: Clock, programme_key: str) -> None:
        self._inputs = inputs
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
            return _page("warning.html", language, card=card)
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
        async with self._hashing:
            opened = await asyncio.to_thread(find, self._inputs, code[:100])
        if opened is None:
            await asyncio.sleep(self._brake.press())
            error = say(language, "web.answer.not_found" if code.strip() else "web.answer.empty")
            return _page("answer.html", language, 422, found=None, question=_code(language, code[:100], error))
        return _page("answer.html", language, found=self._found(language, opened), question=_code(language))

    def _found(self, language: Language, opened: Opened) -> Found:
        year, _, week = opened.week.partition("-W")
        state = "unread" if opened.is_waiting else "answered" if opened.answer else "waiting"
        facts = (
            (say(language, "web.answer.status"), say(language, f"web.answer.{state}")),
            (say(language, "web.answer.topic"), say(language, f"inputs.topic.{opened.topic}")),
            (say(language, "web.answer.sent"), say(language, "web.answer.week", week=int(week), year=year)),
        )
        later = [say(language, "web.answer.later")]
        if opened.is_waiting:
            moment = saying_dates.moment(language, input_release.next_set(self._clock.now(), ZONE), ZONE)
            later.insert(0, say(language, "web.answer.read_by", moment=moment))
        return Found(facts, opened.text, opened.answer, " ".join(later))


def setup(app: web.Application, inputs: InputStore, clock: Clock, programme_key: str) -> None:
    those = InputPages(inputs, clock, programme_key)
    pages.setup(app)
    app.router.add_get("/innspill", those.show)
    app.router.add_post("/innspill", those.send)
    app.router.add_get("/innspill/svar", those.ask)
    app.router.add_post("/innspill/svar", those.answer)


def _form_page(language: Language, card: Card, form: str, status: int = 200) -> web.Response:
    return _page("inputs.html", language, status, questions=card.questions, form=form)


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
