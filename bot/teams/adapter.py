"""Our own adapter of botbuilder-core: it answers in the response body or through a pooled connector client."""

import json
from typing import Any
from urllib.parse import quote

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)
from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference, ResourceResponse

from bot.transport import NotSent
from bot.wire import is_clean

#: What a platform answers when it is worth trying again, and only then:
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
RETRYABLE = frozenset({412, 429, 502, 503, 504})
#: Connections kept open to a platform, seconds a lane pauses at the most, and seconds a post may take.
CONNECTIONS = 100
LONGEST_PAUSE = 600
PATIENCE = ClientTimeout(total=10, connect=5)
#: Where the raw activity, which botbuilder's schema would cut, waits in a turn's state.
RAW = "omstillingsbot.raw"


class TeamsAdapter(BotAdapter):
    """Runs turns through botbuilder's pipeline; plain JSON in and out, without its blocking connector."""

    def __init__(self) -> None:
        super().__init__()
        self._http: ClientSession | None = None

    async def open(self) -> None:
        """Opens the pool of connections; to be called on the running loop."""
        self._http = ClientSession(connector=TCPConnector(limit=CONNECTIONS), timeout=PATIENCE, json_serialize=compact)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def run(self, raw: dict[str, Any], logic: Any) -> list[dict[str, Any]]:
        """One inbound activity, as parsed JSON. Returns the replies that the response body is to hold."""
        context = TurnContext(self, activity_of(raw))
        context.turn_state[RAW] = raw
        await self.run_pipeline(context, logic)
        return list(context.buffered_reply_activities)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        raw = context.turn_state[RAW]
        sent = []
        for activity in activities:
            reply = reply_of(raw, activity)
            if raw.get("deliveryMode") == "expectReplies":
                context.buffered_reply_activities.append(reply)
                sent.append(ResourceResponse(id=""))
            else:
                sent.append(ResourceResponse(id=await self.post(_reply_address(raw), reply)))
        return sent

    async def post(self, address: str, activity: dict[str, Any]) -> str:
        """Posts an activity to a connector and returns its id there. Raises NotSent."""
        return await self._call("POST", address, activity)

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Replaces an activity of this conversation. Raises NotSent."""
        raw = context.turn_state[RAW]
        address = f"{_conversation_address(raw)}/{_quoted(activity.id)}"
        return ResourceResponse(id=await self._call("PUT", address, reply_of(raw, activity)))

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Deletes an activity of this conversation. Raises NotSent."""
        address = f"{_conversation_address(context.turn_state[RAW])}/{_quoted(reference.activity_id)}"
        await self._call("DELETE", address, None)

    async def _call(self, method: str, address: str, activity: dict[str, Any] | None) -> str:
        assert self._http is not None, "open() first"
        try:
            async with self._http.request(method, address, json=activity, allow_redirects=False) as response:
                if response.status < 300:
                    return await _id_of(response)
                raise _failure(response.status, response.headers.get("Retry-After"))
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            # A connection that was never made carried nothing; one that broke may have.
            raise NotSent("unreachable") from error
        except (ClientError, TimeoutError) as error:
            raise NotSent("unreachable", unknown=True) from error


def activity_of(raw: dict[str, Any]) -> Activity:
    """As much of an activity as botbuilder's pipeline needs; the rest stays in the raw JSON."""
    return Activity(
        type=raw.get("type"),
        id=raw.get("id"),
        channel_id=raw.get("channelId"),
        service_url=raw.get("serviceUrl"),
        conversation=ConversationAccount(id=raw["conversation"]["id"]),
        text=raw.get("text"),
        value=raw.get("value"),
        delivery_mode=raw.get("deliveryMode"),
    )


def reply_of(raw: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """The reply's JSON: what the logic made, addressed to where the inbound activity came from."""
    reply: dict[str, Any] = {
        "type": activity.type,
        "channelId": raw.get("channelId"),
        "serviceUrl": raw["serviceUrl"],
        "from": raw.get("recipient") or {"id": "bot"},
        "recipient": raw["from"],
        "conversation": {"id": raw["conversation"]["id"]},
        "replyToId": raw.get("id"),
    }
    for name, value in (
        ("name", activity.name),
        ("value", activity.value),
        ("valueType", activity.value_type),
        ("summary", activity.summary),
        ("locale", activity.locale),
        ("attachments", activity.attachments),
    ):
        if value is not None:
            reply[name] = value
    return reply


def _conversation_address(raw: dict[str, Any]) -> str:
    return f"{raw['serviceUrl'].rstrip('/')}/v3/conversations/{_quoted(raw['conversation']['id'])}/activities"


def _reply_address(raw: dict[str, Any]) -> str:
    found, base = raw.get("id"), _conversation_address(raw)
    return f"{base}/{_quoted(found)}" if isinstance(found, str) and found and is_clean(found) else base


def _quoted(part: str) -> str:
    return quote(part, safe="")


def compact(value: Any) -> str:
    """JSON as it goes over the wire."""
    # As UTF-8: escaped, a text of Norwegian letters or emoji would be several times as long as the platform allows.
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


async def _id_of(response: Any) -> str:
    try:
        body = await response.json(content_type=None)
    except ValueError:
        return ""
    return str(body.get("id", "")) if isinstance(body, dict) else ""


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
