"""POST /slack/events, /slack/interactivity and /slack/commands: who may come in, and in what time they are answered."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.slack.acknowledging import Busy
from bot.slack.inbox import Inbox, NotHere, Seen
from bot.slack.payloads import Malformed
from bot.slack.signature import is_signed
from bot.wire import cleaned

log = logging.getLogger(__name__)

#: Largest body, in bytes: a form with all its fields filled in, each with what its view was, is below 250 KB.
LARGEST = 512 * 1024
#: How deep a payload is nested at the most; what is read of Slack's is about nine deep.
DEEPEST = 14
#: Fields of a form; a slash command has about fifteen.
MOST_FIELDS = 60
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
#: Tells Slack not to send an event again that would be refused again: https://docs.slack.dev/apis/events-api/#retries
NO_RETRY = {"X-Slack-No-Retry": "1"}


class SlackEndpoint:
    """Slack's way in over HTTP. ``machine_clock`` gives seconds since 1970, for the age of signatures."""

    def __init__(self, inbox: Inbox, secret: str, machine_clock: Callable[[], float] = time.time) -> None:
        self._inbox = inbox
        self._secret = secret
        self._machine_clock = machine_clock

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/slack/events", self.events)
        app.router.add_post("/slack/interactivity", self.interactivity)
        app.router.add_post("/slack/commands", self.commands)

    async def events(self, request: web.Request) -> web.Response:
        raw = _json(await self._signed(request, JSON))
        if raw.get("type") == "url_verification":
            return _verified(raw.get("challenge"))
        with _Refused():
            await self._inbox.event(raw)
        return web.Response(status=200)

    async def interactivity(self, request: web.Request) -> web.Response:
        fields = _form(await self._signed(request, FORM))
        payload = _json(fields.get("payload", "").encode("utf-8", "replace"))
        with _Refused():
            return _body(await self._inbox.interaction(payload))

    async def commands(self, request: web.Request) -> web.Response:
        fields = _form(await self._signed(request, FORM))
        if fields.get("ssl_check") == "1":
            return web.Response(status=200)
        with _Refused():
            return _body(await self._inbox.command(fields))

    async def _signed(self, request: web.Request, wanted: str) -> bytes:
        """The body of a request that is Slack's. Nothing of it is read before that is sure."""
        body = await _read(request)
        timestamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not is_signed(self._secret, timestamp, signature, body, self._machine_clock()):
            log.warning("a request to Slack's endpoint was refused: it is not signed, or not now")
            raise web.HTTPUnauthorized(text="The request is not signed by Slack.")
        if request.content_type != wanted:
            raise web.HTTPUnsupportedMediaType(text=f"Send it as {wanted}.")
        return body


class _Refused:
    """Says why a signed request is refused, in HTTP's words."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, _: object) -> None:
        match why:
            case Malformed():
                raise web.HTTPBadRequest(text=str(why), headers=NO_RETRY) from None
            case NotHere():
                log.warning("a request was refused: its workspace is none that this bot is in")
                raise web.HTTPForbidden(text="The workspace is none that this bot is in.", headers=NO_RETRY) from None
            case Seen():
                raise web.HTTPConflict(text="It was acted on before.", headers=NO_RETRY) from None
            case Busy():
                # Not acted on, or nobody knows yet: Slack sends an event again, and it is acted on once.
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "1"}) from None


async def _read(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    body = await request.content.read(LARGEST + 1)
    while len(body) <= LARGEST and not request.content.at_eof():
        body += await request.content.read(LARGEST + 1 - len(body))
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    return body


def _json(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="It is not JSON.", headers=NO_RETRY) from None
    if not isinstance(raw, dict):
        raise web.HTTPBadRequest(text="It is no object.", headers=NO_RETRY)
    return cleaned(raw, DEEPEST)


def _form(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise web.HTTPBadRequest(text="It is no form.") from None
    return {name: value for name, value in cleaned(dict(fields)).items() if isinstance(value, str)}


def _verified(challenge: object) -> web.Response:
    """https://docs.slack.dev/reference/events/url_verification"""
    if not isinstance(challenge, str) or not 0 < len(challenge) <= 200:
        raise web.HTTPBadRequest(text="The challenge is missing.")
    return web.json_response({"challenge": challenge})


def _body(answer: dict[str, Any] | None) -> web.Response:
    return web.Response(status=200) if answer is None else web.json_response(answer)
