"""Where an answer is put: posted, in the place of a message, for one person's eyes, or as a form."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import ClientError
from yarl import URL

from bot.patience import patiently
from bot.slack import carried, render
from bot.slack.api import Refusal, SlackApi
from bot.slack.render import Post
from bot.slack.workspaces import Workspace
from bot.transport import NotSent
from dialogs import guide
from dialogs.card import Button, Card, Text
from dialogs.words import say

log = logging.getLogger(__name__)

#: Where Slack's own addresses for answers are: https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_HOST = "hooks.slack.com"
#: Messages that such an address takes: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
MOST_RESPONSES = 5


class Answering:
    """Slack's methods for answers, with the token of the workspace where each belongs."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api

    async def post(self, workspace: Workspace, channel: str, cards: Iterable[Card], thread: str = "") -> None:
        """Below what was said: in its thread, where there is one. Raises NotSent."""
        for message in _messages(cards):
            await self._call(workspace, "chat.postMessage", {"channel": channel, **_thread(thread), **message})

    async def whisper(self, workspace: Workspace, channel: str, user: str, card: Card, thread: str = "") -> None:
        """In a group, but for one person's eyes only. Raises NotSent."""
        for message in _messages([card]):
            seen_by = {"channel": channel, "user": user, **_thread(thread)}
            await self._call(workspace, "chat.postEphemeral", {**seen_by, **message})

    async def replace(self, workspace: Workspace, channel: str, stamp: str, card: Card) -> None:
        """In the place of a message of the bot's; what does not fit there below it. Raises NotSent."""
        first, *more = _messages([card])
        await self._call(workspace, "chat.update", {"channel": channel, "ts": stamp, **first})
        for message in more:
            await self._call(workspace, "chat.postMessage", {"channel": channel, **message})

    async def aside(
        self, workspace: Workspace, user: str, address: str, cards: Sequence[Card], *, replaces: bool = False
    ) -> None:
        """Where only one person sees it, at the address that came with what they did. In their own chat, and there only
        that it is, where a button would not work in such a message; and where the address takes nothing any more.
        Raises NotSent."""
        # Whether Slack could fetch a picture is not told at such an address.
        shown = [_without_pictures(message) for message in _messages(cards)]
        if len(shown) <= MOST_RESPONSES and all(carried.stands_alone(message["blocks"]) for message in shown):
            try:
                await self._respond_each(address, shown, replaces)
                return
            except NotSent as not_sent:
                if not_sent.unknown:
                    raise
        told = _in_chat(cards[-1])
        try:
            await self.post(workspace, user, cards)
        except NotSent as not_sent:
            log.warning("an answer for one person alone was not taken: %s", not_sent.reason)
            told = guide.unreachable_alone(cards[-1].language)
        with suppress(NotSent):
            await self._respond_each(address, _messages([told]), replaces)

    async def _respond_each(self, address: str, shown: Iterable[Mapping[str, Any]], replaces: bool) -> None:
        url = self._own(address)
        for number, message in enumerate(shown):
            how = {"replace_original": True} if replaces and not number else {"response_type": "ephemeral"}
            await self._respond(url, {**how, **message})

    async def open_form(
        self, workspace: Workspace, trigger: str, card: Card, button: Button, at: Mapping[str, str]
    ) -> None:
        """As a modal, which opens for three seconds after something was pressed, and once. Raises NotSent."""
        view = render.modal(card, button, at)
        await self._api.call("views.open", workspace.token, {"trigger_id": trigger, "view": view})

    async def publish(self, workspace: Workspace, user: str, cards: tuple[Card, ...]) -> None:
        """Somebody's App Home. Raises NotSent."""
        await self._call(workspace, "views.publish", {"user_id": user, "view": render.home(cards)})

    async def _call(self, workspace: Workspace, method: str, arguments: Mapping[str, Any]) -> None:
        try:
            await patiently(lambda: self._api.call(method, workspace.token, arguments))
        except Refusal as refused:
            plain = _without_pictures(arguments)
            if refused.error != "invalid_blocks" or plain == arguments:
                raise
            # Slack fetches each picture, and refuses a message where it cannot.
            await patiently(lambda: self._api.call(method, workspace.token, plain))

    async def _respond(self, url: URL, message: Mapping[str, Any]) -> None:
        try:
            async with self._api.http.post(url, json=message, allow_redirects=False) as response:
                if response.status >= 300:
                    raise NotSent("refused", permanent=True)
        except (ClientError, TimeoutError) as error:
            raise NotSent("unreachable", unknown=True) from error

    def _own(self, address: str) -> URL:
        """An answer goes to Slack and nowhere else; where the Web API is on this machine, to that host too."""
        try:
            url, api = URL(address), URL(self._api.url)
        except ValueError:
            raise NotSent("refused", permanent=True) from None
        is_slack = url.scheme == "https" and url.host == RESPONSE_HOST and url.port == 443
        if not is_slack and not (api.scheme == "http" and url.origin() == api.origin()):
            raise NotSent("refused", permanent=True)
        return url


def form_in(cards: tuple[Card, ...]) -> tuple[Card, Button] | None:
    """The form that an answer ends with and its one button: such a form may open by itself. Where several send it, they
    stand below what there is to read first."""
    sending = cards[-1].sending if cards else ()
    return (cards[-1], sending[0]) if len(sending) == 1 and not sending[0].keeps_form else None


def _in_chat(card: Card) -> Card:
    """That the answer is in one's own chat; what it is about is said, for there is more than one in a day."""
    told = say(card.language, "slack_forms.in_chat")
    title = card.title or told
    return Card(title=title, blocks=(Text(text=told),) if card.title else (), language=card.language)


def _thread(thread: str) -> dict[str, str]:
    return {"thread_ts": thread} if thread else {}


def _without_pictures(message: Mapping[str, Any]) -> dict[str, Any]:
    """With links in their places."""
    if "blocks" not in message:
        return dict(message)
    return {**message, "blocks": render.without_pictures(Post(str(message["text"]), message["blocks"])).blocks}


def _messages(cards: Iterable[Card]) -> list[dict[str, Any]]:
    return [{"text": post.text, "blocks": post.blocks} for card in cards for post in render.messages(card)]
