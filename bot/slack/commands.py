"""The slash command: words that only the one who typed it sees answered.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import logging
from dataclasses import dataclass

from bot.slack.acknowledging import Acknowledgement
from bot.slack.answering import Answering, form_in
from bot.slack.directory import Directory
from bot.slack.guests import Guests
from bot.slack.mentions import people_in, plain
from bot.slack.payloads import needed, text, unique
from bot.slack.recognising import incoming_alone
from bot.slack.workspaces import Workspace
from bot.transport import NotSent
from bot.turns import Answer, Turns

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Commands:
    """Takes /omstilling and whatever it is called in a workspace."""

    turns: Turns
    directory: Directory
    answering: Answering
    guests: Guests

    async def act(self, workspace: Workspace, fields: dict[str, str], acknowledgement: Acknowledgement) -> None:
        """Raises NotSent where an answer found nobody."""
        user, trigger = needed(fields.get("user_id"), "user_id"), unique(fields.get("trigger_id"), "trigger_id")
        who = await self.directory.person(workspace, user)
        if who.is_outside:
            return
        if who.is_guest:
            await self.guests.tell(workspace, user, who, trigger, address=text(fields.get("response_url")))
            return
        written = text(fields.get("text"))
        names = {id_: (await self.directory.person(workspace, id_)).name for id_ in people_in(written)}
        said = plain(written, workspace.bot, names)
        what = {"text": said} if said else {"action": "help"}
        incoming = incoming_alone(workspace, user, who, trigger, **what)
        answer = await self.turns.take(incoming)
        if not answer.cards:
            acknowledgement.is_seen = True
            return
        cards, address = answer.cards, fields.get("response_url", "")
        if await self._shown_as_form(workspace, trigger, answer, acknowledgement):
            cards = cards[:-1]
        if cards:
            await self.answering.aside(workspace, user, address, cards)
        self.turns.replied(incoming)

    async def _shown_as_form(
        self, workspace: Workspace, trigger: str, answer: Answer, acknowledgement: Acknowledgement
    ) -> bool:
        """An answer that is a form opens by itself: False where it is none, or too late."""
        form = form_in(answer.cards)
        if form is None or acknowledgement.is_given:
            return False
        try:
            await self.answering.open_form(workspace, trigger, *form, {})
        except NotSent as not_sent:
            log.warning("a form could not be opened: %s", not_sent.reason)
            return False
        return True
