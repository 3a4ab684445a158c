"""App Home: what concerns whoever opens it, made anew each time.

https://docs.slack.dev/surfaces/app-home
"""

from dataclasses import dataclass

from bot.slack.answering import Answering
from bot.slack.directory import Who
from bot.slack.guests import told
from bot.slack.recognising import incoming_alone
from bot.slack.workspaces import Workspace
from bot.turns import HOME, Turns


@dataclass(frozen=True)
class Home:
    """Publishes it."""

    turns: Turns
    answering: Answering

    async def show(self, workspace: Workspace, user: str, who: Who, activity: str) -> None:
        """Raises NotSent."""
        if who.is_outside:
            return
        if who.is_guest:
            await self.answering.publish(workspace, user, (told(who),))
            return
        incoming = incoming_alone(workspace, user, who, activity, event=HOME)
        answer = await self.turns.take(incoming)
        if answer.cards:
            await self.answering.publish(workspace, user, answer.cards)
        self.turns.replied(incoming)
