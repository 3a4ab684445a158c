"""Events: what each kind means to the bot, read off the envelope.

https://docs.slack.dev/apis/events-api
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.slack.mentions import people_in
from bot.slack.payloads import Malformed, moment, needed, part, stamp, text, unique
from bot.turns import WELCOME

#: Messages that people write; every other subtype is told by Slack, or by a bot.
WRITTEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
#: What happens to a channel, and what it means to the bot.
OF_CHANNELS = {
    "channel_rename": "group.known",
    "group_rename": "group.known",
    "channel_unarchive": "group.known",
    "group_unarchive": "group.known",
    "channel_left": "group.left",
    "group_left": "group.left",
    "channel_archive": "group.left",
    "group_archive": "group.left",
    "channel_deleted": "group.left",
    "group_deleted": "group.left",
}
#: What ends an installation.
ENDING = frozenset({"app_uninstalled", "tokens_revoked"})


@dataclass(frozen=True)
class Envelope:
    """Around each event: which workspace, which event, when."""

    team: str
    event_id: str
    event: dict[str, Any]
    said_at: datetime | None
    #: Somebody of another organisation may have written it.
    is_shared: bool = False

    @property
    def kind(self) -> str:
        return text(self.event.get("type"))


@dataclass(frozen=True)
class Heard:
    """Something said, or something that happened; ``user`` is empty where nobody did it.

    ``channel`` is where to answer, in the thread of ``thread`` where that is set. ``event`` as in bot/turns.py.
    ``known_as``: what the message itself is known by, where the same may be told by two events.
    """

    user: str
    channel: str
    is_private: bool
    written: str = ""
    thread: str = ""
    event: str = ""
    is_edit: bool = False
    known_as: str = ""


def envelope_of(raw: dict[str, Any]) -> Envelope:
    """Raises Malformed."""
    event = raw.get("event")
    if raw.get("type") != "event_callback" or not isinstance(event, dict) or not text(event.get("type")):
        raise Malformed("The body is no event.")
    return Envelope(
        team=needed(raw.get("team_id"), "team_id"),
        event_id=unique(raw.get("event_id"), "event_id"),
        event=event,
        said_at=moment(raw.get("event_time")),
        is_shared=raw.get("is_ext_shared_channel") is True,
    )


def heard_in(envelope: Envelope, bot: str) -> Heard | None:
    """What was said or happened; None for what the bot has nothing to do with, its own messages among it. Raises
    Malformed."""
    event = envelope.event
    match envelope.kind:
        case "message" if _is_alone(event):
            return _written(event, bot)
        case "message" if bot in people_in(text(event.get("text"))) and text(event.get("subtype")) in WRITTEN:
            # As it is told where somebody subscribed to all messages of channels, beside the mention or instead of it.
            return _mentioned(event, bot)
        case "app_mention":
            return _mentioned(event, bot)
        case "member_joined_channel":
            return _of_channel(event, "group.joined") if event.get("user") == bot else None
        case "app_home_opened" if event.get("tab") == "messages":
            user, channel = needed(event.get("user"), "user"), needed(event.get("channel"), "channel")
            return Heard(user, channel, True, event=WELCOME)
        case kind if kind in OF_CHANNELS:
            return _of_channel(event, OF_CHANNELS[kind])
    return None


def is_strangers(envelope: Envelope) -> bool:
    """Whether somebody of another organisation wrote it, in a channel that is shared with them."""
    home = text(envelope.event.get("user_team")) or text(envelope.event.get("team"))
    return envelope.is_shared and home not in ("", envelope.team)


def is_of_bot(event: dict[str, Any], bot: str) -> bool:
    """Whether a bot wrote it, this one or another: two that answer each other never end."""
    return bool(event.get("bot_id")) or event.get("user") in (bot, "USLACKBOT") or event.get("subtype") == "bot_message"


def _written(event: dict[str, Any], bot: str) -> Heard | None:
    if event.get("subtype") == "message_changed":
        return _edited(event, bot)
    if text(event.get("subtype")) not in WRITTEN or is_of_bot(event, bot) or event.get("hidden"):
        return None
    return _said(event, needed(event.get("channel"), "channel"), is_private=True)


def _edited(event: dict[str, Any], bot: str) -> Heard | None:
    """A message that its writer changed. Slack tells the same of one that it has unfolded a link in."""
    message, before = part(event, "message"), part(event, "previous_message")
    if is_of_bot(message, bot) or not message.get("edited") or message.get("text") == before.get("text"):
        return None
    return _said(message, needed(event.get("channel"), "channel"), is_private=True, is_edit=True)


def _mentioned(event: dict[str, Any], bot: str) -> Heard | None:
    if is_of_bot(event, bot):
        return None
    channel = needed(event.get("channel"), "channel")
    # In one's own chat a mention comes as a message, too, which is answered.
    if channel.startswith("D"):
        return None
    heard = _said(event, channel, is_private=False)
    known_as = text(event.get("client_msg_id"))
    thread = heard.thread or stamp(event.get("ts"))
    return replace(heard, thread=thread, known_as=unique(known_as, "client_msg_id") if known_as else "")


def _is_alone(event: dict[str, Any]) -> bool:
    kind = event.get("channel_type")
    return kind == "im" or (kind is None and text(event.get("channel")).startswith("D"))


def _said(message: dict[str, Any], channel: str, *, is_private: bool, is_edit: bool = False) -> Heard:
    user = needed(message.get("user"), "user")
    return Heard(user, channel, is_private, text(message.get("text")), stamp(message.get("thread_ts")), is_edit=is_edit)


def _of_channel(event: dict[str, Any], what: str) -> Heard:
    told = event.get("channel")
    channel = told.get("id") if isinstance(told, dict) else told
    return Heard("", needed(channel, "channel"), False, event=what)
