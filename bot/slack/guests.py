"""Guests of a workspace, whom another organisation let in for one channel or some: told that this is not for them.

Whoever is answered is known from then on, and what goes to everybody goes to them, too. It is said once for each thing
they did, and nothing is kept of them but that.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.slack.answering import Answering
from bot.slack.directory import Who
from bot.slack.workspaces import CHANNEL, Workspace
from bot.turns import spoken
from dialogs import guide
from dialogs.card import Card
from storage import conversations
from storage.database import Database


@dataclass(frozen=True)
class Guests:
    """Tells them."""

    database: Database
    answering: Answering

    async def tell(
        self,
        workspace: Workspace,
        user: str,
        who: Who,
        activity: str,
        *,
        channel: str = "",
        thread: str = "",
        address: str = "",
    ) -> None:
        """Where they wrote or pressed, for their eyes only; twice is once. ``address`` is Slack's for such an answer.
        Raises NotSent."""
        if not await asyncio.to_thread(self._is_new, f"{CHANNEL}:{workspace.team}:{user}", activity):
            return
        card = told(who)
        if address:
            await self.answering.aside(workspace, user, address, [card])
        elif channel and not channel.startswith("D"):
            await self.answering.whisper(workspace, channel, user, card, thread)
        else:
            await self.answering.post(workspace, channel or user, [card], thread)

    def _is_new(self, conversation: str, activity: str) -> bool:
        with self.database.writing() as session:
            return conversations.receive(session, conversation, activity, datetime.now(UTC))


def told(who: Who) -> Card:
    """What they are told, in the language of their client."""
    return guide.not_for_guests(spoken(who.locale))
