"""Asked or pressed in a group, for what concerns one person: answered in that person's own chat."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.answering import Answering
from bot.slack.recognising import taken_alone
from bot.slack.workspaces import Workspace
from bot.transport import NotSent
from bot.turns import Answer, Incoming, Turns
from dialogs import guide
from dialogs.card import Card

log = logging.getLogger(__name__)

#: Shows an answer in another way than by a message; False where it could not.
Show = Callable[[Answer], Awaitable[bool]]


async def _posted(_: Answer) -> bool:
    return False


@dataclass(frozen=True)
class Alone:
    """Takes the same turn once more where nobody else reads."""

    turns: Turns
    answering: Answering

    async def answer(
        self,
        workspace: Workspace,
        incoming: Incoming,
        thread: str,
        acted: Callable[[], None] = lambda: None,
        show: Show = _posted,
    ) -> None:
        """In the group, only the one who asked sees that there is an answer. ``acted`` is called when the turn is
        done. Raises NotSent where not even that can be said."""
        alone = taken_alone(incoming)
        answer = await self.turns.take(alone)
        acted()
        user = alone.where.account
        told: Card | None = guide.answered_alone(answer.language)
        try:
            if answer.cards and await show(answer):
                told = None
            else:
                await self.answering.post(workspace, user, answer.cards)
        except NotSent as not_sent:
            log.warning("an answer for one person alone was not taken: %s", not_sent.reason)
            told = guide.unreachable_alone(answer.language)
        else:
            self.turns.replied(alone)
        if told is not None and answer.cards:
            await self.answering.whisper(workspace, incoming.where.conversation, user, told, thread)
        self.turns.replied(incoming)
