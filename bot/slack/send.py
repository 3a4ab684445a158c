"""Out to Slack: what nobody asked for just now, at its pace, and never twice without need.

Slack knows no idempotency key. Each message carries one in its metadata, so that a message whose post got no answer can
be looked for: https://docs.slack.dev/messaging/message-metadata
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.sending import TIMEOUT
from bot.slack.api import Refusal, SlackApi
from bot.slack.outcomes import PAUSE, not_changed, not_sent
from bot.slack.render import Post, messages, without_pictures
from bot.slack.workspaces import Workspace, Workspaces
from bot.transport import NotSent
from dialogs.card import Card
from storage.amendments import CANNOT_EDIT
from storage.outbox import INTERRUPTED
from storage.people import Address

#: Seconds between two messages of one channel: "one message per second per channel", short bursts above it tolerated.
#: How many a workspace may get in all is the lane's pace: settings.SLACK_PACE.
#: https://docs.slack.dev/apis/web-api/rate-limits
INTERVAL = 1.05
#: Seconds that an attempt takes in all, that one call may take, that Slack is given to show what it took, and within
#: which it is looked for: together less than an attempt may take, so that it is known here how it ended.
ATTEMPT, CALL, SETTLING, LOOKING = 9.0, 4.5, 0.7, 2.5
assert ATTEMPT < TIMEOUT, "an attempt must tell itself how it ended"
assert CALL + SETTLING + LOOKING < ATTEMPT, "a first message must have time to be looked for"
#: How many of a conversation's last messages are looked through; Slack recommends no more than 200.
#: https://docs.slack.dev/reference/methods/conversations.history
LOOKED_THROUGH = 100
#: What the bot's messages are marked as: letters, digits and underscores.
EVENT = "omstillingsbot_message"
#: How many conversations' ids and last moments are kept in memory, and cards as they were drawn.
MOST_KEPT, MOST_DRAWN = 20_000, 32
#: Errors that say that a message is not there.
NOT_THERE = frozenset({"message_not_found", "cant_delete_message"})
#: In a message's id: between conversation and moments, and between the moments of a card that is several messages.
_OF, _AND = ":", "+"


@dataclass(frozen=True)
class _Found:
    """A message that has arrived: its conversation and moment, and what it says."""

    place: tuple[str, str]
    text: str


class SlackTransport:
    """Sends cards to people and channels of the workspaces that the bot is in."""

    def __init__(self, api: SlackApi, workspaces: Workspaces) -> None:
        self._api, self._workspaces = api, workspaces
        self._drawn: OrderedDict[int, tuple[Card, tuple[Post, ...]]] = OrderedDict()
        #: The id of the chat with a person, by workspace and account.
        self._chats: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._free_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def send(self, address: Address, card: Card, key: str) -> str:
        return await self._send(address, card, key, is_again=False)

    def can_tell(self, address: Address) -> bool:
        """In somebody's own chat the bot finds its messages; in channels it does not read."""
        return _is_chat(address)

    async def send_again(self, address: Address, card: Card, key: str) -> str:
        """As ``send``, where an attempt before may have arrived: what did is found and not sent once more, but changed
        where the card reads otherwise by now."""
        return await self._send(address, card, key, is_again=True)

    async def update(self, address: Address, platform_id: str, card: Card) -> str:
        """Changes each message of the card; what it needs no more is deleted, what it needs besides is posted below.
        https://docs.slack.dev/reference/methods/chat.update"""
        channel, _, moments = platform_id.partition(_OF)
        stamps = moments.split(_AND)
        if not channel or not all(stamps):
            raise NotSent(CANNOT_EDIT, permanent=True)
        workspace, posts = await self._workspace(address), self._draw(card)
        try:
            async with asyncio.timeout(ATTEMPT):
                for stamp, post in zip(stamps, posts, strict=False):
                    await self._change(workspace, {"channel": channel, "ts": stamp}, post)
                for stamp in stamps[len(posts) :]:
                    await self._delete(workspace, {"channel": channel, "ts": stamp})
                more = await self._post_below(workspace, address, channel, posts[len(stamps) :], platform_id)
        except TimeoutError:
            # What is changed to the same twice is changed once.
            raise NotSent(INTERRUPTED, unknown=True) from None
        except NotSent as failed:
            raise not_changed(failed) from None
        return _id(channel, [*stamps[: len(posts)], *more])

    async def _send(self, address: Address, card: Card, key: str, *, is_again: bool) -> str:
        workspace, posts = await self._workspace(address), self._draw(card)
        deadline = time.monotonic() + ATTEMPT
        found: dict[int, tuple[str, str]] = {}
        try:
            if is_again:
                told = await self._look(workspace, address, key)
                found = await self._as_it_reads_now(workspace, told, posts)
            for part, post in enumerate(posts):
                if part not in found:
                    await self._wait_for_place(workspace, address, deadline)
                    found[part] = await self._post(workspace, address, post, _marked(key, part))
        except NotSent as failed:
            why = not_sent(failed)
            if (is_again or found) and not why.permanent:
                # Before the rest is sent, it must be looked up what has arrived.
                raise NotSent(INTERRUPTED, unknown=why.unknown, retry_after=why.retry_after) from None
            raise why from None
        return _id(found[0][0], [found[part][1] for part in range(len(posts))])

    async def _workspace(self, address: Address) -> Workspace:
        """Raises NotSent; until it is known whose token it is, nothing was sent."""
        try:
            return await self._workspaces.get(address.tenant)
        except NotSent as failed:
            if failed.is_gone:
                raise
            raise NotSent("unreachable", retry_after=failed.retry_after or PAUSE) from None

    async def _post(
        self, workspace: Workspace, address: Address, post: Post, mark: Mapping[str, Any], is_plain: bool = False
    ) -> tuple[str, str]:
        """Where it is now: conversation and moment. Where nobody answers, it is looked for."""
        shown = without_pictures(post) if is_plain else post
        arguments = {"channel": address.conversation, **_said(shown), "metadata": mark}
        try:
            async with asyncio.timeout(CALL):
                told = await self._api.call("chat.postMessage", workspace.token, arguments)
        except (TimeoutError, NotSent) as failed:
            if isinstance(failed, Refusal) and failed.error == "invalid_blocks" and not is_plain and _has_picture(post):
                # Slack could not fetch it. Nothing was posted.
                return await self._post(workspace, address, post, mark, is_plain=True)
            if isinstance(failed, NotSent) and not failed.unknown:
                raise
            return await self._looked_for(workspace, address, mark)
        channel, stamp = str(told.get("channel", "")), str(told.get("ts", ""))
        if not channel or not stamp:
            return await self._looked_for(workspace, address, mark)
        self._keep_chat(workspace, address, channel)
        return channel, stamp

    async def _looked_for(self, workspace: Workspace, address: Address, mark: Mapping[str, Any]) -> tuple[str, str]:
        """A message whose post got no answer. Raises NotSent where it is not there: it may come yet, and is looked for
        once more before it is sent again."""
        await asyncio.sleep(SETTLING)
        payload = mark["event_payload"]
        found: dict[int, _Found] = {}
        with suppress(NotSent, TimeoutError):
            async with asyncio.timeout(LOOKING):
                found = await self._marked_by(workspace, address, payload["key"])
        if payload["part"] in found:
            return found[payload["part"]].place
        raise NotSent(INTERRUPTED, unknown=not _is_chat(address))

    async def _as_it_reads_now(
        self, workspace: Workspace, found: Mapping[int, _Found], posts: Sequence[Post]
    ) -> dict[int, tuple[str, str]]:
        """What arrived before the card was corrected reads as it does now, as what has not arrived yet will."""
        for part, there in found.items():
            channel, stamp = there.place
            where = {"channel": channel, "ts": stamp}
            if part >= len(posts):
                await self._delete(workspace, where)
            elif there.text != posts[part].text:
                await self._change(workspace, where, posts[part])
        return {part: there.place for part, there in found.items() if part < len(posts)}

    async def _look(self, workspace: Workspace, address: Address, key: str) -> dict[int, _Found]:
        """What of a card has arrived before. Raises NotSent where that cannot be told just now: nothing may be sent
        then. In channels the bot reads nothing, and does not ask to: there it is as on platforms that tell nothing."""
        if not _is_chat(address):
            return {}
        try:
            async with asyncio.timeout(CALL):
                return await self._marked_by(workspace, address, _hashed(key))
        except TimeoutError:
            raise NotSent(INTERRUPTED) from None
        except NotSent as failed:
            if not failed.unknown:
                raise
            # That nobody answered this question says nothing more of what arrived.
            raise NotSent(INTERRUPTED) from None

    async def _marked_by(self, workspace: Workspace, address: Address, key: str) -> dict[int, _Found]:
        """The last messages that carry this key, by their part of the card."""
        channel = await self._chat(workspace, address)
        wanted = {"channel": channel, "limit": LOOKED_THROUGH, "include_all_metadata": "true"}
        told = await self._api.call("conversations.history", workspace.token, wanted)
        listed = told.get("messages")
        found: dict[int, _Found] = {}
        for message in listed if isinstance(listed, list) else ():
            payload = _payload(message)
            if payload.get("key") == key and isinstance(payload.get("part"), int):
                place = channel, str(message.get("ts", ""))
                found[payload["part"]] = _Found(place, str(message.get("text", "")))
        return found

    async def _chat(self, workspace: Workspace, address: Address) -> str:
        """The conversation's own id: a person's, which posting takes for the chat with them, is none to read from.
        https://docs.slack.dev/reference/methods/conversations.open"""
        if not _is_person(address):
            return address.conversation
        known = self._chats.get((workspace.team, address.conversation))
        if known:
            return known
        told = await self._api.call("conversations.open", workspace.token, {"users": address.conversation})
        channel = told.get("channel")
        found = str(channel.get("id", "")) if isinstance(channel, dict) else ""
        if not found:
            raise NotSent(INTERRUPTED)
        self._keep_chat(workspace, address, found)
        return found

    def _keep_chat(self, workspace: Workspace, address: Address, channel: str) -> None:
        if channel != address.conversation:
            _keep(self._chats, (workspace.team, address.conversation), channel)

    async def _wait_for_place(self, workspace: Workspace, address: Address, deadline: float) -> None:
        """Until the channel's pace allows the next message; raises NotSent where no time is left for it then."""
        where, now = (workspace.team, address.conversation), time.monotonic()
        at = max(now, self._free_at.get(where, 0.0))
        if at + CALL + SETTLING + LOOKING > deadline:
            raise NotSent("busy")
        _keep(self._free_at, where, at + INTERVAL)
        await asyncio.sleep(at - now)

    async def _change(self, workspace: Workspace, where: Mapping[str, str], post: Post) -> None:
        try:
            await self._api.call("chat.update", workspace.token, {**where, **_said(post)})
        except Refusal as refused:
            if refused.error != "invalid_blocks" or not _has_picture(post):
                raise
            await self._api.call("chat.update", workspace.token, {**where, **_said(without_pictures(post))})

    async def _delete(self, workspace: Workspace, where: Mapping[str, str]) -> None:
        """https://docs.slack.dev/reference/methods/chat.delete"""
        try:
            await self._api.call("chat.delete", workspace.token, dict(where))
        except Refusal as refused:
            if refused.error not in NOT_THERE:
                raise

    async def _post_below(
        self, workspace: Workspace, address: Address, channel: str, posts: Sequence[Post], known_as: str
    ) -> list[str]:
        """What a changed card needs besides; an attempt before may have posted it."""
        if not posts:
            return []
        there = address.model_copy(update={"conversation": channel})
        key = f"{known_as} more"
        found = {part: one.place for part, one in (await self._look(workspace, there, key)).items()}
        for part, post in enumerate(posts):
            if part not in found:
                found[part] = await self._post(workspace, there, post, _marked(key, part))
        return [found[part][1] for part in range(len(posts))]

    def _draw(self, card: Card) -> tuple[Post, ...]:
        """What all get alike is drawn once, not for each of them. With the card itself, so that no other one is made
        where it was in memory."""
        drawn = self._drawn.pop(id(card), None) or (card, messages(card))
        _keep(self._drawn, id(card), drawn, MOST_DRAWN)
        return drawn[1]


def _said(post: Post) -> dict[str, Any]:
    """Nothing of the text is read as markup, and no link is unfolded: Slack would fetch what it leads to."""
    quiet = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
    return {"text": post.text, "blocks": post.blocks, **quiet}


def _marked(key: str, part: int) -> dict[str, Any]:
    return {"event_type": EVENT, "event_payload": {"key": _hashed(key), "part": part}}


def _is_person(address: Address) -> bool:
    """Whether messages go to the chat with the person of that id."""
    return address.conversation.startswith(("U", "W"))


def _is_chat(address: Address) -> bool:
    """Whether it is somebody's own chat, where the bot may read what it wrote."""
    return _is_person(address) or address.conversation.startswith("D")


def _hashed(key: str) -> str:
    """The outbox's key tells whose and what it is: Slack keeps nothing of that."""
    return sha256(key.encode()).hexdigest()[:32]


def _payload(message: Any) -> dict[str, Any]:
    metadata = message.get("metadata") if isinstance(message, dict) else None
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    is_ours = isinstance(metadata, dict) and metadata.get("event_type") == EVENT
    return payload if is_ours and isinstance(payload, dict) else {}


def _has_picture(post: Post) -> bool:
    return any(block["type"] == "image" for block in post.blocks)


def _id(channel: str, stamps: Sequence[str]) -> str:
    return f"{channel}{_OF}{_AND.join(stamps)}"


def _keep(kept: OrderedDict[Any, Any], key: Any, value: Any, most: int = MOST_KEPT) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
