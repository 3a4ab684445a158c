"""POST /api/messages: checks what came, reads it as a turn, and answers."""

import json
import logging
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from bot.teams.adapter import RAW, TeamsAdapter, compact
from bot.teams.send import message
from bot.transport import NotSent
from bot.turns import WELCOME, Answer, Incoming, Turns
from bot.wire import clean, cleaned, is_clean
from dialogs.card import BUTTON_VERSION
from storage.people import Whereabouts

log = logging.getLogger(__name__)

#: Largest body, in bytes. Teams' own activities are below 28 KB: https://learn.microsoft.com/microsoftteams/limits-specifications-teams
LARGEST = 256 * 1024
#: Longest id of a conversation, account or activity, in characters; the platforms' own are far shorter.
LONGEST_ID = 500
#: How deep an activity is nested at the most; theirs are about five deep.
DEEPEST = 12
CHANNELS = frozenset({"emulator", "msteams"})


class TeamsEndpoint:
    """The Bot Framework's way in. Without credentials it trusts nobody but this machine: ``loopback_only``."""

    def __init__(self, turns: Turns, adapter: TeamsAdapter, *, loopback_only: bool) -> None:
        self._turns = turns
        self._adapter = adapter
        self._loopback_only = loopback_only

    async def receive(self, request: web.Request) -> web.Response:
        raw = await _parsed(request)
        self._check(raw)
        # What is echoed into the reply must survive being written as UTF-8.
        raw = cleaned(raw, DEEPEST)
        try:
            replies = await self._adapter.run(raw, self._logic)
        except NotSent as not_sent:
            # The turn is done and stored; only its reply found nobody. Doing it again would not help.
            log.warning("a reply was not taken: %s", not_sent.reason)
            replies = []
        if raw.get("deliveryMode") == "expectReplies":
            return web.json_response({"activities": replies}, dumps=compact)
        return web.Response(status=200)

    def _check(self, raw: dict[str, Any]) -> None:
        missing = [name for name in ("conversation", "from") if not _id_in(raw.get(name))]
        if not isinstance(raw.get("serviceUrl"), str) or not raw["serviceUrl"]:
            missing.append("serviceUrl")
        if missing:
            raise web.HTTPBadRequest(text=f"The activity lacks {', '.join(missing)}.")
        if not isinstance(raw.get("channelId"), str) or raw["channelId"] not in CHANNELS:
            raise web.HTTPBadRequest(text="The activity's channelId must be emulator or msteams.")
        if self._loopback_only and not is_loopback(raw["serviceUrl"]):
            raise web.HTTPBadRequest(text="The demo only answers to a serviceUrl on this machine.")

    async def _logic(self, context: TurnContext) -> None:
        raw = context.turn_state[RAW]
        incoming = incoming_of(raw)
        if incoming is None:
            return
        answer = await self._turns.take(incoming)
        replies = _replies(answer, with_trace=raw["channelId"] == "emulator")
        if replies:
            await self._adapter.send_activities(context, replies)


def incoming_of(raw: dict[str, Any]) -> Incoming | None:
    """The activity as a turn; None for kinds that need no answer."""
    value = raw.get("value")
    pressed = value if isinstance(value, dict) and isinstance(value.get("action"), str) else {}
    if raw.get("type") == "message":
        action = pressed.get("action", "")
    elif raw.get("type") == "conversationUpdate" and _someone_came(raw):
        action = WELCOME
    else:
        return None
    values = pressed.get("values")
    form = {name: entry for name, entry in pressed.items() if name not in ("action", "values", "v")}
    return Incoming(
        where=_whereabouts(raw),
        conversation=f"{raw['channelId']}:{raw['conversation']['id']}"[:LONGEST_ID],
        activity=_text(raw.get("id"))[:LONGEST_ID] or uuid4().hex,
        said_at=_moment(raw.get("timestamp")),
        text="" if action else _without_mentions(raw),
        action=action,
        values={**form, **(values if isinstance(values, dict) else {})},
        version=pressed.get("v", BUTTON_VERSION),
        locale=str(raw.get("locale") or ""),
    )


def is_loopback(address: str) -> bool:
    """Whether an address is http(s) on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme in ("http", "https") and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


async def _parsed(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send the activity as application/json.")
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    body = await request.content.read(LARGEST + 1)
    while len(body) <= LARGEST and not request.content.at_eof():
        body += await request.content.read(LARGEST + 1 - len(body))
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="The body is not JSON.") from None
    if not isinstance(raw, dict):
        raise web.HTTPBadRequest(text="The body is not an activity.")
    return raw


def _replies(answer: Answer, with_trace: bool) -> list[Activity]:
    trace = []
    if with_trace and answer.understanding is not None:
        trace = [Activity(type="trace", name="understanding", value=answer.understanding, value_type="understanding")]
    return trace + [Activity(**message(card)) for card in answer.cards]


def _whereabouts(raw: dict[str, Any]) -> Whereabouts:
    channel, tenant = raw["channelId"], _tenant(raw)
    conversation = raw["conversation"]
    recipient = raw.get("recipient")
    return Whereabouts(
        channel=channel,
        tenant=tenant,
        account=raw["from"]["id"],
        name=_text(raw["from"].get("name")),
        lane=f"{channel}:{tenant}" if tenant else channel,
        service_url=raw["serviceUrl"],
        conversation=conversation["id"],
        bot_account=recipient["id"] if _id_in(recipient) else "bot",  # type: ignore[index]
        is_private=conversation.get("conversationType", "personal") in (None, "personal"),
    )


def _tenant(raw: dict[str, Any]) -> str:
    # botbuilder's schema loses conversation.tenantId; Teams puts it here too.
    data = raw.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    return _text(tenant.get("id")) if isinstance(tenant, dict) else ""


def _someone_came(raw: dict[str, Any]) -> bool:
    """Whether people were added: in a personal conversation that is the person, or the bot meeting them."""
    return bool(raw.get("membersAdded")) and raw["conversation"].get("conversationType", "personal") in (
        None,
        "personal",
    )


def _without_mentions(raw: dict[str, Any]) -> str:
    text = _text(raw.get("text"))
    entities = raw.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "mention" and isinstance(entity.get("text"), str):
            text = text.replace(entity["text"], "")
    return text


def _moment(timestamp: Any) -> datetime | None:
    """The activity's own time: aware, or None where it has none that can be read."""
    if not isinstance(timestamp, str):
        return None
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return moment if moment.tzinfo and 1990 < moment.year < 2100 else None


def _id_in(value: Any) -> bool:
    """Whether the value is an account or conversation: an object with an id that is a text of sensible length."""
    found = value.get("id") if isinstance(value, dict) else None
    return isinstance(found, str) and 0 < len(found) <= LONGEST_ID and is_clean(found)


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""
