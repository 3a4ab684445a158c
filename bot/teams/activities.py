"""Activities: what each kind means to the bot, read off the raw JSON as a turn."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.teams.authentication import tenant_of
from bot.turns import WELCOME, Incoming, spoken
from bot.wire import clean, is_clean
from dialogs.card import BUTTON_VERSION
from storage.groups import Group
from storage.people import Whereabouts

#: Longest id of a conversation, account or activity, in characters; the platforms' own are far shorter.
LONGEST_ID = 500
#: The invoke of a pressed Action.Execute: https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model
PRESSED = "adaptiveCard/action"
#: What Teams' events of a team mean; the names are those of channelData.eventType:
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
TEAM_EVENTS = {
    "channelCreated": "group.known",
    "channelRenamed": "group.known",
    "channelRestored": "group.known",
    "teamRenamed": "group.known",
    "channelDeleted": "group.left",
    "teamDeleted": "group.left",
    "teamHardDeleted": "group.left",
}
#: What a pressed button holds beside the fields of its card's form.
_OWN = ("action", "values", "v", "lang")


@dataclass(frozen=True)
class Pressed:
    """A pressed button: what the card held, and where its answer belongs: "replace" in the card's place."""

    data: Mapping[str, Any]
    verb: str = ""


def incoming_of(raw: dict[str, Any]) -> Incoming | None:
    """The activity as a turn; None for kinds that need no answer."""
    pressed = pressed_of(raw)
    event = "" if pressed else _happened(raw)
    text = None if pressed or event else _said(raw)
    if not pressed and not event and text is None:
        return None
    values = pressed.data.get("values") if pressed else None
    form = {name: one for name, one in pressed.data.items() if name not in _OWN} if pressed else {}
    said_at = _text(raw.get("timestamp"))
    return Incoming(
        where=_whereabouts(raw),
        conversation=f"{raw['channelId']}:{raw['conversation']['id']}"[:LONGEST_ID],
        activity=(_text(raw.get("id")) or uuid4().hex)[:LONGEST_ID],
        said_at=_moment(said_at),
        text=text or "",
        action=pressed.data["action"] if pressed else "",
        values={**form, **(values if isinstance(values, dict) else {})},
        version=pressed.data.get("v", BUTTON_VERSION) if pressed else BUTTON_VERSION,
        locale=_language(pressed, raw) or _locale(raw),
        event=event,
        is_edit=raw.get("type") == "messageUpdate",
        group=None if is_private(raw) else _group(raw),
    )


def pressed_of(raw: dict[str, Any]) -> Pressed | None:
    """The button that was pressed, by Action.Submit or by Action.Execute; None where none was, or not one of ours."""
    value = raw.get("value")
    if raw.get("type") == "message" and isinstance(value, dict) and _is_ours(value):
        return Pressed(value)
    if raw.get("type") == "invoke" and raw.get("name") == PRESSED and isinstance(value, dict):
        action = value.get("action")
        if isinstance(action, dict) and _is_ours(action.get("data")):
            return Pressed(action["data"], _text(action.get("verb")))
    return None


def is_private(raw: dict[str, Any]) -> bool:
    """Whether it was in a conversation with one person alone.

    One that does not say its kind is a group's where anything speaks for that: what is personal must not get there."""
    kind = raw["conversation"].get("conversationType")
    if kind is not None:
        return bool(kind == "personal")
    return raw["conversation"].get("isGroup") is not True and not _channel_data(raw).get("team")


def has_id(value: Any) -> bool:
    """Whether the value is an account or conversation: an object with an id that is a text of sensible length."""
    found = value.get("id") if isinstance(value, dict) else None
    return isinstance(found, str) and 0 < len(found) <= LONGEST_ID and is_clean(found)


def _is_ours(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("action"), str) and bool(data["action"])


def _happened(raw: dict[str, Any]) -> str:
    """What happened without anybody writing: an installation, somebody coming, a channel renamed; else nothing."""
    match raw.get("type"):
        case "installationUpdate":
            return _installation(raw)
        case "conversationUpdate" if is_private(raw) and _has_bot(raw, "membersRemoved"):
            return "removed"
        case "conversationUpdate" if is_private(raw):
            return _welcome(raw) if raw.get("membersAdded") else ""
        case "conversationUpdate":
            return _in_group(raw)
    return ""


def _installation(raw: dict[str, Any]) -> str:
    # A new version of the app comes as add-upgrade after remove-upgrade, which takes nothing away.
    match raw.get("action"):
        case "add" | "add-upgrade":
            return _welcome(raw) if is_private(raw) else "group.joined"
        case "remove":
            return "removed" if is_private(raw) else "group.left"
    return ""


def _welcome(raw: dict[str, Any]) -> str:
    return WELCOME if raw.get("deliveryMode") == "expectReplies" else "installed"


def _in_group(raw: dict[str, Any]) -> str:
    if _has_bot(raw, "membersAdded"):
        return "group.joined"
    if _has_bot(raw, "membersRemoved"):
        return "group.left"
    return TEAM_EVENTS.get(_text(_channel_data(raw).get("eventType")), "")


def _has_bot(raw: dict[str, Any], members: str) -> bool:
    listed, bot = raw.get(members), raw.get("recipient")
    if not isinstance(listed, list) or not isinstance(bot, dict):
        return False
    return any(isinstance(one, dict) and one.get("id") == bot.get("id") for one in listed)


def _said(raw: dict[str, Any]) -> str | None:
    """What was written, without the bot's own mention; None for what is no message."""
    if raw.get("type") not in ("message", "messageUpdate"):
        return None
    text = _text(raw.get("text"))
    bot = raw.get("recipient")
    entities = raw.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, dict) and entity.get("type") == "mention" and isinstance(entity.get("text"), str):
            mentioned = entity.get("mentioned")
            is_bot = has_id(mentioned) and has_id(bot) and mentioned["id"] == bot["id"]  # type: ignore[index]
            # Anybody else who is mentioned is part of the question: "hvem er @Kari?".
            text = text.replace(entity["text"], "" if is_bot else _bare(entity["text"]))
    # Teams writes & and < as HTML does, and a hard space after a mention.
    return html.unescape(text).replace("\xa0", " ") if raw["channelId"] == "msteams" else text


def _bare(mention: str) -> str:
    return mention.removeprefix("<at>").removesuffix("</at>")


def _whereabouts(raw: dict[str, Any]) -> Whereabouts:
    channel, tenant = raw["channelId"], clean(tenant_of(raw))
    locale = _locale(raw)
    return Whereabouts(
        channel=channel,
        tenant=tenant,
        account=raw["from"]["id"],
        name=_text(raw["from"].get("name")),
        lane=f"{channel}:{tenant}" if tenant else channel,
        service_url=raw["serviceUrl"],
        conversation=raw["conversation"]["id"],
        bot_account=bot_account(raw),
        directory_id=_text(raw["from"].get("aadObjectId")) or None,
        spoken=spoken(locale) if locale else None,
        is_private=is_private(raw),
    )


def bot_account(raw: dict[str, Any]) -> str:
    """The bot's own id where the activity came from."""
    recipient = raw.get("recipient")
    return str(recipient["id"]) if has_id(recipient) else "bot"  # type: ignore[index]


def _group(raw: dict[str, Any]) -> Group:
    """Where it was said. Of a channel's thread the channel; of what happened to a channel, that channel."""
    data = _channel_data(raw)
    team, channel = (_object(data.get(name)) for name in ("team", "channel"))
    is_about_channel = _text(data.get("eventType")).startswith("channel") and has_id(channel)
    conversation = channel["id"] if is_about_channel else raw["conversation"]["id"]
    return Group(
        channel=raw["channelId"],
        tenant=clean(tenant_of(raw)),
        conversation=conversation.partition(";messageid=")[0],
        service_url=raw["serviceUrl"],
        bot_account=bot_account(raw),
        team_id=_text(team.get("id")),
        team=_text(team.get("name")),
        name=_text(channel.get("name")) or _text(raw["conversation"].get("name")),
    )


def _channel_data(raw: dict[str, Any]) -> dict[str, Any]:
    return _object(raw.get("channelData"))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _language(pressed: Pressed | None, raw: dict[str, Any]) -> str:
    """The language of the card whose button was pressed; a group's card is in everybody's, and nobody's answer."""
    return _text(pressed.data.get("lang")) if pressed and is_private(raw) else ""


def _locale(raw: dict[str, Any]) -> str:
    return _text(raw.get("locale"))


def _moment(timestamp: str) -> datetime | None:
    """The activity's own time: aware, or None where it has none that can be read."""
    try:
        moment = datetime.fromisoformat(timestamp)
    except ValueError:
        return None
    return moment if moment.tzinfo and 1990 < moment.year < 2100 else None


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""
