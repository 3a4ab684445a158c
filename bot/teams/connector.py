"""The connector's API: what the bot sends, changes and deletes, over a pool of connections."""

import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from yarl import URL

from bot.teams.hosts import MaySend
from bot.teams.tokens import Tokens
from bot.transport import NotSent

#: What a platform answers when it is worth trying again, and only then:
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
RETRYABLE = frozenset({412, 429, 502, 503, 504})
#: Connections kept open to a platform, seconds a lane pauses at the most, and seconds a post may take.
CONNECTIONS = 100
LONGEST_PAUSE = 600
PATIENCE = ClientTimeout(total=10, connect=5)
#: As UTF-8: escaped, a text of Norwegian letters or emoji would be several times as long as the platform allows.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
#: What RFC 3986 (3.3) lets stand in a path's segment, but the plus sign, which some read as a space.
_SAFE = "@:!$&'()*,;="
T = TypeVar("T")
#: An activity: its JSON, or what that is made of.
Activity = dict[str, Any] | bytes


class Connector:
    """Calls the connector that an activity came from. ``tokens`` is None where none is asked for: on this machine."""

    def __init__(self, may_send: MaySend, tokens: Tokens | None = None) -> None:
        self._may_send = may_send
        self._tokens = tokens
        self._http: ClientSession | None = None

    async def open(self) -> None:
        """Opens the pool of connections; to be called on the running loop."""
        # A connector has no session with us: what it would set is neither kept nor looked for at each post.
        self._http = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS), timeout=PATIENCE, cookie_jar=DummyCookieJar()
        )

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
        if self._tokens is not None:
            await self._tokens.close()

    async def send(self, service_url: str, conversation: str, activity: Activity, reply_to: str = "") -> str:
        """Posts an activity and returns its id there. Raises NotSent."""
        path = _activities(conversation) + (f"/{_quoted(reply_to)}" if reply_to else "")
        return await self._call("POST", service_url, path, activity)

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: Activity) -> str:
        """Replaces an activity that the bot sent. Raises NotSent."""
        return await self._call("PUT", service_url, f"{_activities(conversation)}/{_quoted(activity_id)}", activity)

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        """Deletes an activity that the bot sent. Raises NotSent."""
        await self._call("DELETE", service_url, f"{_activities(conversation)}/{_quoted(activity_id)}", None)

    async def create_conversation(self, service_url: str, tenant: str, bot: str, account: str) -> str:
        """The id of the conversation with that person alone; there is one for each, however often it is asked for.

        Raises NotSent, permanent where the person does not have the app.
        https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
        """
        wanted = {
            "bot": {"id": bot},
            "members": [{"id": account}],
            "channelData": {"tenant": {"id": tenant}},
            "tenantId": tenant,
            "isGroup": False,
        }
        found = await self._call("POST", service_url, "/v3/conversations", wanted)
        if not found:
            raise NotSent("refused", permanent=True)
        return found

    async def member(self, service_url: str, conversation: str, account: str) -> dict[str, Any]:
        """What Teams tells of somebody in a conversation: with their name also ``email``, ``userPrincipalName`` and
        ``tenantId``. Raises NotSent.
        https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
        """
        path = f"/v3/conversations/{_quoted(conversation)}/members/{_quoted(account)}"
        return await self._asked("GET", service_url, path, None, _object_of)

    async def _call(self, method: str, service_url: str, path: str, body: Activity | None) -> str:
        return await self._asked(method, service_url, path, body, _id_of)

    async def _asked(
        self, method: str, service_url: str, path: str, body: Activity | None, read: Callable[[Any], Awaitable[T]]
    ) -> T:
        assert self._http is not None, "open() first"
        if not self._may_send(service_url):
            # Stored by another version or by hand: a token must not go there.
            raise NotSent("refused", permanent=True)
        headers = {"Authorization": await self._tokens.authorization()} if self._tokens else {}
        data = None
        if body is not None:
            # As bytes: a payload that aiohttp has to make itself costs as much again.
            data = body if isinstance(body, bytes) else compact(body).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        # Quoted already: each would be looked through once more for what to quote.
        address = URL(_base(service_url) + path, encoded=True)
        try:
            async with self._http.request(
                method, address, data=data, headers=headers, allow_redirects=False
            ) as response:
                if response.status < 300:
                    return await read(response)
                if response.status == 401 and self._tokens is not None:
                    self._tokens.forget()
                raise _failure(response.status, response.headers.get("Retry-After"))
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            # A connection that was never made carried nothing; one that broke may have.
            raise NotSent("unreachable") from error
        except (ClientError, TimeoutError) as error:
            raise NotSent("unreachable", unknown=True) from error


def compact(value: Any) -> str:
    """JSON as it goes over the wire."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=256)
def _base(service_url: str) -> str:
    """The address without its last slash, quoted. Raises NotSent where it is none."""
    try:
        return str(URL(service_url)).rstrip("/")
    except ValueError as error:
        raise NotSent("refused", permanent=True) from error


def _activities(conversation: str) -> str:
    return f"/v3/conversations/{_quoted(conversation)}/activities"


def _quoted(part: str) -> str:
    return quote(part, safe=_SAFE)


async def _id_of(response: Any) -> str:
    return str((await _object_of(response)).get("id", ""))


async def _object_of(response: Any) -> dict[str, Any]:
    """What was answered, where it is an object; else one with nothing in it."""
    try:
        body = json.loads(await response.read())
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(retry_after: str | None) -> float | None:
    """The pause that a platform asks for, within reason: a slip of theirs must not close the lane for good."""
    if not retry_after or not retry_after.isascii() or not retry_after.isdecimal():
        return None
    return float(min(int(retry_after[:9]), LONGEST_PAUSE))


def _failure(status: int, retry_after: str | None) -> NotSent:
    if status == 429:
        return NotSent("busy", retry_after=_seconds(retry_after))
    if status in RETRYABLE:
        # A gateway that got no answer does not know what became of the request behind it.
        return NotSent("busy", unknown=status in (502, 504))
    if status in (403, 404):
        return NotSent("gone", permanent=True, is_gone=True)
    return NotSent("refused", permanent=True)
