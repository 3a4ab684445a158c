"""Slack's Web API over one pool of connections, without the library's own retry: a post made again is posted twice."""

from collections.abc import Mapping
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.transport import NotSent

#: Connections kept open to Slack, and seconds a call may take.
CONNECTIONS = 100
PATIENCE = ClientTimeout(total=10, connect=5)
#: The longest pause that is believed, in seconds: a slip of theirs must not close a lane for good.
LONGEST_PAUSE = 600
#: What takes its arguments as a form only: https://docs.slack.dev/apis/web-api
FORMS = frozenset(
    {"auth.test", "conversations.history", "conversations.info", "oauth.v2.access", "users.info", "users.list"}
)
#: Errors after which nobody knows what became of the call.
_UNKNOWN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
#: Whom or what is not there any more, or never was.
_GONE = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "token_expired",
        "token_revoked",
        "user_disabled",
        "user_not_found",
    }
)


class Refusal(NotSent):
    """Slack answered that it did not do it; ``error`` is its own word for why."""

    def __init__(self, error: str, **how: Any) -> None:
        super().__init__("gone" if error in _GONE else "busy" if error == "ratelimited" else "refused", **how)
        self.error = error


class SlackApi:
    """Calls the Web API at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http: ClientSession | None = None
        self._client: AsyncWebClient | None = None

    async def open(self) -> None:
        """Opens the pool of connections; to be called on the running loop."""
        self._http = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS), timeout=PATIENCE, cookie_jar=DummyCookieJar()
        )
        self._client = AsyncWebClient(base_url=self.url, session=self._http, retry_handlers=[])

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    @property
    def client(self) -> AsyncWebClient:
        """Slack's own client, which has no token: each call brings the one of its workspace."""
        assert self._client is not None, "open() first"
        return self._client

    @property
    def http(self) -> ClientSession:
        assert self._http is not None, "open() first"
        return self._http

    async def call(self, method: str, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What Slack answered. Raises NotSent, a Refusal where Slack said why."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        form, body = (dict(arguments), None) if method in FORMS else (None, dict(arguments))
        try:
            answered = await self.client.api_call(method, headers=headers, data=form, json=body)
        except SlackApiError as refused:
            raise _refusal(refused) from None
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            # A connection that was never made carried nothing; one that broke may have.
            raise NotSent("unreachable") from error
        except (ClientError, TimeoutError, ValueError) as error:
            raise NotSent("unreachable", unknown=True) from error
        return answered.data if isinstance(answered.data, dict) else {}


def _refusal(refused: SlackApiError) -> NotSent:
    """Without the library's own text, which repeats what was sent."""
    response = refused.response
    status, data = getattr(response, "status_code", 0), getattr(response, "data", None)
    error = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or error == "ratelimited":
        return Refusal("ratelimited", retry_after=_seconds(response.headers.get("Retry-After")))
    if status >= 500 or error in _UNKNOWN or not error:
        return NotSent("busy", unknown=True)
    return Refusal(error, permanent=True, is_gone=error in _GONE)


def _seconds(retry_after: str | None) -> float | None:
    if not retry_after or not retry_after.isascii() or not retry_after.isdecimal():
        return None
    return float(min(int(retry_after[:9]), LONGEST_PAUSE))
