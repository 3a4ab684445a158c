"""Our own adapter of botbuilder-core: it answers in the response body or through the connector."""

from typing import Any

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationAccount, ConversationReference, ResourceResponse

from bot.teams.connector import Connector
from bot.wire import is_clean

#: Where the raw activity, which botbuilder's schema would cut, waits in a turn's state.
RAW = "omstillingsbot.raw"


class TeamsAdapter(BotAdapter):
    """Runs turns through botbuilder's pipeline; plain JSON in and out, without its blocking connector."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self.connector = connector

    async def run(self, raw: dict[str, Any], logic: Any) -> list[dict[str, Any]]:
        """One inbound activity, as parsed JSON. Returns the replies that the response body is to hold."""
        context = TurnContext(self, activity_of(raw))
        context.turn_state[RAW] = raw
        await self.run_pipeline(context, logic)
        return list(context.buffered_reply_activities)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Raises NotSent."""
        raw = context.turn_state[RAW]
        sent = []
        for activity in activities:
            reply = reply_of(raw, activity)
            if raw.get("deliveryMode") == "expectReplies":
                context.buffered_reply_activities.append(reply)
                sent.append(ResourceResponse(id=""))
            else:
                found = await self.connector.send(*_place(raw), reply, reply_to=_answered(raw))
                sent.append(ResourceResponse(id=found))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Replaces an activity of this conversation. Raises NotSent."""
        raw = context.turn_state[RAW]
        found = await self.connector.update(*_place(raw), activity.id, reply_of(raw, activity))
        return ResourceResponse(id=found)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Deletes an activity of this conversation. Raises NotSent."""
        await self.connector.delete(*_place(context.turn_state[RAW]), reference.activity_id)


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


def _place(raw: dict[str, Any]) -> tuple[str, str]:
    return raw["serviceUrl"], raw["conversation"]["id"]


def _answered(raw: dict[str, Any]) -> str:
    found = raw.get("id")
    return found if isinstance(found, str) and is_clean(found) else ""
