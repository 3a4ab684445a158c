"""Slack's side, played on this machine: a Web API that keeps what it is sent, and requests signed as Slack signs them.

The payloads have the fields that Slack's documentation gives them, with values of our own.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientResponse, web

from bot.settings import SlackSettings

SECRET = "a signing secret of tests"
TEAM, BOT, TOKEN = "T0PROVE001", "U0BOT00001", "xoxb-of-tests"
_numbers = itertools.count(1)


def number() -> int:
    """Another one each time."""
    return next(_numbers)


@dataclass
class Slack:
    """A workspace: its members, and every call of its Web API in their order."""

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: What is in each conversation now, by the moment of each message.
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    whispered: list[dict[str, Any]] = field(default_factory=list)
    responded: list[dict[str, Any]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What the next calls of a method are answered with instead, one each.
    instead: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: Seconds that a method takes.
    takes: dict[str, float] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    socket: web.WebSocketResponse | None = None
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: dict[str, Any] = field(default_factory=dict)

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/api/{method}", self.receive)
        app.router.add_get("/api/{method}", self.receive)
        app.router.add_post("/respond/{id}", self.respond)
        app.router.add_get("/socket", self.connect)

    def settings(self, **more: Any) -> SlackSettings:
        """The bot's, for this workspace."""
        given: dict[str, Any] = {
            "signing_secret": SECRET,
            "bot_token": TOKEN,
            "api_url": f"{self.url}/api/",
            "input_key": "a key of tests",
            "lists_members": False,
        }
        return SlackSettings(**{**given, **more})

    def member(self, user: str, **more: Any) -> str:
        """Somebody who is there."""
        name = user.removeprefix("U").title()
        made = {"id": user, "team_id": TEAM, "real_name": name, "locale": "nb-NO", "is_bot": False, "deleted": False}
        self.members[user] = made | more
        return user

    def sent(self, method: str) -> list[dict[str, Any]]:
        """What a method was called with, in order."""
        return [arguments for name, arguments in self.calls if name == method]

    def inbox(self, user: str) -> list[dict[str, Any]]:
        """What is in somebody's own chat with the bot, as it looks now."""
        return list(self.messages.get(private(user), {}).values())

    async def receive(self, request: web.Request) -> web.Response:
        method, arguments = request.match_info["method"], await _arguments(request)
        self.calls.append((method, arguments))
        await asyncio.sleep(self.takes.get(method, 0.0))
        if self.instead.get(method):
            found = self.instead[method].pop(0)
            status, headers = found.pop("status", 200), found.pop("headers", {})
            return web.json_response(found, status=status, headers=headers)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method not in ("oauth.v2.access", "apps.connections.open") and token not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = getattr(self, "_" + method.replace(".", "_"), lambda _: {})
        return web.json_response({"ok": True} | answer(arguments))

    async def respond(self, request: web.Request) -> web.Response:
        self.responded.append(await request.json())
        return web.Response(text="ok")

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Socket Mode: what comes back is kept by its envelope."""
        self.socket = web.WebSocketResponse()
        await self.socket.prepare(request)
        self.connected.set()
        async for message in self.socket:
            told = json.loads(message.data)
            self.acknowledged[told["envelope_id"]] = told.get("payload")
        return self.socket

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"team_id": TEAM, "team": "Prøvekommune", "user_id": BOT, "bot_id": "B0BOT00001"}

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.url.replace("http://", "ws://") + "/socket"}

    def _users_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self.members.get(asked.get("user", ""))
        return {"user": found} if found else {"ok": False, "error": "user_not_found"}

    def _users_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        listed, start = list(self.members.values()), int(asked.get("cursor") or 0)
        rest = str(start + 2) if start + 2 < len(listed) else ""
        return {"members": listed[start : start + 2], "response_metadata": {"next_cursor": rest}}

    def _conversations_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self.channels.get(asked.get("channel", ""))
        return {"channel": found} if found else {"ok": False, "error": "channel_not_found"}

    def _conversations_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": private(asked.get("users", ""))}}

    def _chat_postMessage(self, sent: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the method's name
        channel = sent["channel"]
        channel = private(channel) if channel.startswith("U") else channel
        stamp = f"{int(time.time())}.{number():06d}"
        self.messages.setdefault(channel, {})[stamp] = sent | {"ts": stamp, "channel": channel}
        return {"channel": channel, "ts": stamp}

    def _chat_update(self, sent: dict[str, Any]) -> dict[str, Any]:
        there = self.messages.get(sent["channel"], {})
        if sent["ts"] not in there:
            return {"ok": False, "error": "message_not_found"}
        there[sent["ts"]] = there[sent["ts"]] | sent
        return {"channel": sent["channel"], "ts": sent["ts"]}

    def _chat_postEphemeral(self, sent: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the method's name
        self.whispered.append(sent)
        return {"message_ts": "1.000001"}

    def _views_open(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.opened.append(sent["view"])
        return {"view": sent["view"]}

    def _views_publish(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.homes[sent["user_id"]] = sent["view"]
        return {"view": sent["view"]}


def private(user: str) -> str:
    """The chat that somebody has with the bot."""
    return f"D{user[1:]}"


async def _arguments(request: web.Request) -> dict[str, Any]:
    query = dict(request.query)
    if request.content_type == "application/json":
        return query | dict(await request.json())
    return query | {name: str(value) for name, value in (await request.post()).items()}


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers that prove a body to be Slack's."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def event(kind: str, team: str = TEAM, **more: Any) -> dict[str, Any]:
    """An event with what is around it: https://docs.slack.dev/apis/events-api"""
    fields = {name: value for name, value in more.items() if not name.startswith("envelope_")}
    around = {name.removeprefix("envelope_"): value for name, value in more.items() if name.startswith("envelope_")}
    return {
        "token": "of no use any more",
        "team_id": team,
        "api_app_id": "A0PROVE001",
        "event": {"type": kind, "event_ts": stamp_now(), **fields},
        "type": "event_callback",
        "event_id": f"Ev{number():09d}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": BOT, "is_bot": True}],
        "is_ext_shared_channel": False,
        **around,
    }


def stamp_now() -> str:
    return f"{int(time.time())}.{number():06d}"


def said(user: str, text: str, /, **more: Any) -> dict[str, Any]:
    """A message in somebody's own chat with the bot."""
    fields = {"user": user, "text": text, "channel": private(user), "channel_type": "im", "ts": stamp_now(), **more}
    return event("message", **fields)


def mentioned(user: str, text: str, channel: str = "C0KANAL001", /, **more: Any) -> dict[str, Any]:
    return event("app_mention", **{"user": user, "text": text, "channel": channel, "ts": stamp_now(), **more})


def pressed(user: str, button: Mapping[str, Any], message: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A pressed button of a message: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    channel, stamp = message["channel"], message["ts"]
    return {
        "type": "block_actions",
        "user": {"id": user, "username": user.lower(), "team_id": TEAM},
        "api_app_id": "A0PROVE001",
        "container": {"type": "message", "message_ts": stamp, "channel_id": channel, "is_ephemeral": False},
        "trigger_id": f"{number()}.{number()}.{'0' * 32}",
        "team": {"id": TEAM, "domain": "prove"},
        "channel": {"id": channel, "name": "directmessage"},
        "message": {"type": "message", "user": BOT, **message},
        "state": {"values": {}},
        "actions": [{**button, "type": "button", "block_id": "b", "action_ts": stamp_now()}],
        **more,
    }


def pressed_aside(user: str, button: Mapping[str, Any], url: str) -> dict[str, Any]:
    """A pressed button of what one person alone sees: Slack sends the button, and nothing of its message."""
    payload = pressed(user, button, {"channel": "C0KANAL001", "ts": stamp_now()})
    del payload["message"]
    container = payload["container"] | {"is_ephemeral": True}
    return payload | {"container": container, "response_url": f"{url}/respond/{number()}"}


def submitted(user: str, view: Mapping[str, Any], **fields: str) -> dict[str, Any]:
    """A modal that was sent, with what is filled in:
    https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    values: dict[str, dict[str, Any]] = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _held(element, fields.pop(element["action_id"], None))}
    for name, given in fields.items():
        # A form that has been open for long may have a field that a new one has not.
        values[f"{name} before"] = {name: {"type": "static_select", "selected_option": {"value": given}}}
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "prove"},
        "user": {"id": user, "username": user.lower(), "team_id": TEAM},
        "api_app_id": "A0PROVE001",
        "trigger_id": f"{number()}.{number()}.{'0' * 32}",
        "view": {**view, "id": f"V{number():09d}", "team_id": TEAM, "hash": "1.x", "state": {"values": values}},
        "response_urls": [],
    }


def _held(element: Mapping[str, Any], given: str | None) -> dict[str, Any]:
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": element.get("initial_value") if given is None else given or None}
    groups = [group["options"] for group in element.get("option_groups", [])]
    options = [*element.get("options", []), *itertools.chain.from_iterable(groups)]
    # An option that is not there any more may still be sent, by a form that has been open for long.
    chosen = element.get("initial_option") if given is None else {"value": given}
    found = next((one for one in options if one["value"] == given), chosen)
    return {"type": element["type"], "selected_option": found}


def command(user: str, text: str, url: str, **more: str) -> dict[str, str]:
    """https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return {
        "token": "of no use any more",
        "team_id": TEAM,
        "team_domain": "prove",
        "channel_id": "C0KANAL001",
        "channel_name": "felles",
        "user_id": user,
        "user_name": user.lower(),
        "command": "/omstilling",
        "text": text,
        "api_app_id": "A0PROVE001",
        "is_enterprise_install": "false",
        "response_url": f"{url}/respond/{number()}",
        "trigger_id": f"{number()}.{number()}.{'0' * 32}",
        **more,
    }


@dataclass
class Front:
    """The bot's front door for Slack."""

    client: Any
    address: str = ""

    async def post(self, path: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> ClientResponse:
        headers = signed(body) if headers is None else headers
        response: ClientResponse = await self.client.post(
            f"{self.address}/slack/{path}", data=body, headers={"Content-Type": kind, **headers}
        )
        await response.read()
        return response

    async def event(self, sent: Mapping[str, Any]) -> ClientResponse:
        return await self.post("events", json.dumps(sent).encode(), JSON)

    async def interaction(self, sent: Mapping[str, Any]) -> ClientResponse:
        return await self.post("interactivity", urlencode({"payload": json.dumps(sent)}).encode(), FORM)

    async def command(self, sent: Mapping[str, str]) -> ClientResponse:
        return await self.post("commands", urlencode(sent).encode(), FORM)


def buttons_of(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message or view."""
    rows = [block["elements"] for block in shown["blocks"] if block["type"] == "actions"]
    return [one for row in rows for one in row if one["type"] == "button"]


def button_of(shown: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Its button that begins with these words."""
    found = [one for one in buttons_of(shown) if one["text"]["text"].startswith(title)]
    assert found, (title, [one["text"]["text"] for one in buttons_of(shown)])
    return found[0]
