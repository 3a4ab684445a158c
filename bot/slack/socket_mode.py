"""Socket Mode: the same payloads over a connection that the bot opens, for those who cannot open a port.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import logging
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from yarl import URL

from bot.slack.acknowledging import Busy
from bot.slack.api import SlackApi
from bot.slack.inbox import Inbox, NotHere, Seen
from bot.slack.payloads import Malformed
from bot.wire import cleaned

log = logging.getLogger(__name__)
#: The library's own log tells addresses with tickets in them, and on DEBUG what people wrote.
_quiet = logging.getLogger(f"{__name__}.library")
_quiet.disabled = True

#: How deep a payload is nested at the most.
DEEPEST = 14


class WrongAddress(Exception):  # noqa: N818 - says what is wrong
    """Slack named a place to connect to that is none of its own."""


class _Client(SocketModeClient):
    """Slack's client, which connects to Slack only; where the Web API is on this machine, there too."""

    async def issue_new_wss_url(self) -> str:
        found = URL(await super().issue_new_wss_url())
        api = URL(self.web_client.base_url)
        is_slack = found.scheme == "wss" and (found.host or "").endswith((".slack.com", ".slack-gov.com"))
        if not is_slack and not (api.scheme == "http" and found.scheme == "ws" and found.host == api.host):
            log.error("Slack named an address for Socket Mode that is none of its own")
            raise WrongAddress
        return str(found)


class SocketMode:
    """Keeps a connection open; several processes may have one each, and Slack sends each payload to one of them."""

    def __init__(self, api: SlackApi, app_token: str, inbox: Inbox) -> None:
        self._api, self._app_token, self._inbox = api, app_token, inbox
        self._client: _Client | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begins to connect, again and again until it is done; to be called on the running loop."""
        self._client = _Client(self._app_token, logger=_quiet, web_client=self._api.client)
        self._client.socket_mode_request_listeners.append(self._receive)
        self._connecting = asyncio.create_task(self._connect(self._client))

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        if self._client is not None:
            await self._client.close()  # type: ignore[no-untyped-call]

    async def _connect(self, client: _Client) -> None:
        await client.connect()  # type: ignore[no-untyped-call]
        log.info("connected to Slack by Socket Mode")

    async def _receive(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            response = await self._act(request.type, cleaned(dict(request.payload), DEEPEST))
        except Busy:
            # Not acknowledged: an event comes again, and is acted on once.
            return
        except (Malformed, NotHere, Seen) as why:
            log.warning("what came by Socket Mode was refused: %s", type(why).__name__)
            response = None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, response))

    async def _act(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        match kind:
            case "events_api":
                await self._inbox.event(payload)
            case "interactive":
                return await self._inbox.interaction(payload)
            case "slash_commands":
                return await self._inbox.command({name: str(value) for name, value in payload.items()})
        return None
