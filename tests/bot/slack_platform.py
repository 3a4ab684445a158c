"""Slack's Web API as far as the bot uses it, on a socket: strict about scopes and blocks, and as unkind as wanted."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.slack.render import Post
from tests.block_kit import wrong_in_slack, wrong_in_view

TEAM, BOT, TOKEN = "T0PROSJEKT", "U0BOT", "xoxb-a-token-of-tests"
#: What each method asks for; the scopes of a bot token: https://docs.slack.dev/reference/methods
SCOPES: dict[str, frozenset[str]] = {
    "auth.revoke": frozenset(),
    "auth.test": frozenset(),
    "chat.delete": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"im:history"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "oauth.v2.access": frozenset(),
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
}
#: What is answered instead of doing what was asked for: an error's word, and seconds for Retry-After.
Refused = tuple[str, str]


@dataclass
class SlackPlatform:
    """One workspace. ``messages`` are what each conversation holds, by their moment."""

    url: str = ""
    messages: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: What the next calls of a method are answered with instead, one each; the same for all of them.
    refusals: dict[str, list[Refused]] = field(default_factory=lambda: defaultdict(list))
    always: dict[str, Refused] = field(default_factory=dict)
    #: How the next posts end that are taken: "silent" (no answer), "reset" (no answer, and the connection is gone), or
    #: a status such as "504".
    endings: list[str] = field(default_factory=list)
    #: How many posts of the same channel a second takes; None for any number.
    most_a_second: int | None = None
    #: Pictures that Slack cannot fetch.
    unfetched: set[str] = field(default_factory=set)
    scopes: frozenset[str] = frozenset({"chat:write", "im:history", "im:write", "users:read"})
    wrong: list[str] = field(default_factory=list)
    _posted_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    def counted(self) -> Counter[str]:
        return Counter(method for method, _ in self.calls)

    def texts(self, conversation: str) -> list[str]:
        return [message["text"] for message in self.messages[conversation].values()]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        is_json = request.content_type == "application/json"
        arguments = await request.json() if is_json else dict(await request.post())
        self.calls.append((method, arguments))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _refused("not_authed")
        if method not in SCOPES:
            self.wrong.append(f"{method} is not in the table of scopes")
        if not self.scopes >= SCOPES.get(method, frozenset()):
            return _refused("missing_scope")
        if self.refusals[method] or method in self.always:
            return _refused(*(self.refusals[method].pop(0) if self.refusals[method] else self.always[method]))
        handler = getattr(self, method.replace(".", "_").casefold(), None)
        if handler is None:
            return web.json_response({"ok": True})
        answer: dict[str, Any] = handler(arguments)
        if answer.get("error") == "ratelimited":
            return _refused("ratelimited", "1")
        if method == "chat.postMessage" and answer["ok"] and self.endings:
            return await self._ended(request, self.endings.pop(0), answer)
        return web.json_response(answer)

    async def _ended(self, request: web.Request, how: str, answer: dict[str, Any]) -> web.StreamResponse:
        if how == "silent":
            await asyncio.sleep(2)
        if how == "reset" and request.transport is not None:
            request.transport.abort()
        if how == "empty":
            return web.json_response({"ok": True})
        return web.Response(status=int(how)) if how.isdecimal() else web.json_response(answer)

    def chat_postmessage(self, arguments: dict[str, Any]) -> dict[str, Any]:
        conversation = chat_of(arguments["channel"])
        if self._is_too_fast(conversation):
            return {"ok": False, "error": "ratelimited"}
        if not self._takes(arguments):
            return {"ok": False, "error": "invalid_blocks"}
        self._count += 1
        stamp = f"1700000000.{self._count:06}"
        self.messages[conversation][stamp] = {"ts": stamp, **arguments}
        return {"ok": True, "channel": conversation, "ts": stamp}

    def chat_update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        held = self.messages[arguments["channel"]]
        if arguments["ts"] not in held:
            return {"ok": False, "error": "message_not_found"}
        if not self._takes(arguments):
            return {"ok": False, "error": "invalid_blocks"}
        held[arguments["ts"]] = {**held[arguments["ts"]], **arguments}
        return {"ok": True, "channel": arguments["channel"], "ts": arguments["ts"]}

    def chat_delete(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if self.messages[arguments["channel"]].pop(arguments["ts"], None) is None:
            return {"ok": False, "error": "message_not_found"}
        return {"ok": True}

    def conversations_open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "channel": {"id": chat_of(arguments["users"])}}

    def conversations_history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        if not arguments["channel"].startswith("D"):
            return {"ok": False, "error": "missing_scope"}
        if str(arguments.get("include_all_metadata")).lower() != "true":
            self.wrong.append("without include_all_metadata Slack tells no payload")
        held = list(self.messages[arguments["channel"]].values())[::-1]
        return {"ok": True, "messages": held[: int(arguments["limit"])], "has_more": False}

    def auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "team_id": TEAM, "user_id": BOT}

    def _takes(self, arguments: dict[str, Any]) -> bool:
        self.wrong += wrong_in_slack((Post(arguments["text"], arguments["blocks"]),))
        return not any(address in json.dumps(arguments["blocks"]) for address in self.unfetched if _is_shown(
            address, arguments["blocks"]))  # fmt: skip

    def _is_too_fast(self, conversation: str) -> bool:
        now = time.monotonic()
        last = [at for at in self._posted_at[conversation] if now - at < 1]
        if self.most_a_second is not None and len(last) >= self.most_a_second:
            return True
        self._posted_at[conversation] = [*last, now]
        return False

    def views_publish(self, arguments: dict[str, Any]) -> dict[str, Any]:
        self.wrong += wrong_in_view(arguments["view"])
        return {"ok": True}

    views_open = views_publish


def chat_of(account: str) -> str:
    """The conversation with that person alone, or the channel itself."""
    return f"D{account[1:]}" if account.startswith("U") else account


def _is_shown(address: str, blocks: list[dict[str, Any]]) -> bool:
    return any(block.get("image_url") == address for block in blocks)


def _refused(error: str, retry_after: str = "") -> web.Response:
    """As Slack refuses: with 200, and with 429 where it is too much."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    status = 429 if error == "ratelimited" else 200
    return web.json_response({"ok": False, "error": error}, status=status, headers=headers)
