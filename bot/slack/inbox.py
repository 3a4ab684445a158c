"""What Slack sends, over HTTP or a socket: taken as turns, acknowledged in time, and answered where it belongs.

An event that is not acknowledged is sent again (at once, after one minute, after five), so one is acknowledged when it
was acted on and never before, and where there is time for it, answered: a process that dies loses nothing. What
somebody pressed, sent or typed as a command comes once only; without an acknowledgement Slack says that it failed.
See docs/decisions/0015-acknowledged-when-acted-on.md.
"""

from dataclasses import dataclass
from typing import Any

from bot.slack.acknowledging import Acknowledgement, AtWork, Busy
from bot.slack.alone import Alone
from bot.slack.answering import Answering
from bot.slack.commands import Commands
from bot.slack.directory import Directory, Who
from bot.slack.events import ENDING, Envelope, Heard, envelope_of, heard_in, is_strangers
from bot.slack.guests import Guests
from bot.slack.home import Home
from bot.slack.interactions import Interactions
from bot.slack.members import Members
from bot.slack.mentions import people_in, plain
from bot.slack.payloads import needed, part, text
from bot.slack.recognising import incoming_alone, incoming_in_group
from bot.slack.workspaces import Workspace, Workspaces
from bot.transport import NotSent
from bot.turns import Incoming, Turns


class NotHere(Exception):  # noqa: N818 - says what is wrong with it
    """The bot is not in that workspace."""


class Seen(Exception):  # noqa: N818 - says what is wrong with it
    """What comes once only has come twice."""


@dataclass(frozen=True)
class Inbox:
    """Everything that Slack may send."""

    turns: Turns
    workspaces: Workspaces
    directory: Directory
    answering: Answering
    home: Home
    members: Members
    alone: Alone
    guests: Guests
    interactions: Interactions
    commands: Commands
    at_work: AtWork

    async def event(self, raw: dict[str, Any]) -> None:
        """Returns when it needs not come again. Raises Malformed, NotHere, and Busy: it is to come again."""
        envelope = envelope_of(raw)
        if envelope.kind in ENDING:
            await self._ended(envelope)
            return
        workspace = await self._workspace(envelope.team)
        heard = heard_in(envelope, workspace.bot)
        acknowledgement = Acknowledgement()
        await self.at_work.run(self._event(workspace, envelope, heard, acknowledgement), acknowledgement)
        if not acknowledgement.is_acted:
            raise Busy

    async def interaction(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        """What the acknowledgement is to hold. Raises Malformed, NotHere, Seen and Busy."""
        team = part(payload, "team").get("id") or part(payload, "user").get("team_id")
        workspace = await self._workspace(needed(team, "team.id"))
        acknowledgement = Acknowledgement()
        return await self._once(self.interactions.act(workspace, payload, acknowledgement), acknowledgement)

    async def command(self, fields: dict[str, str]) -> dict[str, Any] | None:
        """As ``interaction``."""
        workspace = await self._workspace(needed(fields.get("team_id"), "team_id"))
        acknowledgement = Acknowledgement()
        return await self._once(self.commands.act(workspace, fields, acknowledgement), acknowledgement)

    async def _once(self, work: Any, acknowledgement: Acknowledgement) -> dict[str, Any] | None:
        response = await self.at_work.run(work, acknowledgement)
        if acknowledgement.is_seen:
            raise Seen
        return response

    async def _workspace(self, team: str) -> Workspace:
        try:
            found = await self.workspaces.find(team)
        except NotSent:
            # Slack did not say whose token it is: nothing is refused for that.
            raise Busy from None
        if found is None:
            raise NotHere
        return found

    async def _ended(self, envelope: Envelope) -> None:
        """Both come when somebody removes the bot, in whatever order, so neither is refused afterwards."""
        revoked = part(envelope.event, "tokens").get("bot")
        if envelope.kind == "app_uninstalled" or revoked:
            await self.workspaces.remove(envelope.team)

    async def _event(
        self, workspace: Workspace, envelope: Envelope, heard: Heard | None, acknowledgement: Acknowledgement
    ) -> None:
        event = envelope.event
        if envelope.kind == "app_home_opened" and event.get("tab") == "home":
            user = needed(event.get("user"), "user")
            await self.home.show(workspace, user, await self.directory.person(workspace, user), envelope.event_id)
        elif envelope.kind in ("team_join", "user_change"):
            self.directory.forget_person(workspace.team, text(part(event, "user").get("id")))
            await self.members.changed(workspace, event.get("user"))
        elif heard is not None:
            await self._heard(workspace, envelope, heard, acknowledgement)
        acknowledgement.is_acted = True

    async def _heard(
        self, workspace: Workspace, envelope: Envelope, heard: Heard, acknowledgement: Acknowledgement
    ) -> None:
        if heard.event.startswith("group."):
            self.directory.forget_channel(workspace.team, heard.channel)
        who = await self.directory.person(workspace, heard.user) if heard.user else Who()
        if who.is_outside or (is_strangers(envelope) and not who.is_member):
            return
        if who.is_guest:
            acknowledgement.is_acted = True
            if heard.written:
                activity = heard.known_as or envelope.event_id
                where = {"channel": heard.channel, "thread": heard.thread}
                await self.guests.tell(workspace, heard.user, who, activity, **where)
            return
        incoming = await self._incoming(workspace, envelope, heard, who)
        answer = await self.turns.take(incoming)

        def acted() -> None:
            acknowledgement.is_acted = True

        if answer.is_personal:
            await self.alone.answer(workspace, incoming, heard.thread, acted)
            return
        acted()
        await self.answering.post(workspace, heard.channel, answer.cards, heard.thread)
        self.turns.replied(incoming)

    async def _incoming(self, workspace: Workspace, envelope: Envelope, heard: Heard, who: Who) -> Incoming:
        names = {user: (await self.directory.person(workspace, user)).name for user in people_in(heard.written)}
        what = {
            "text": plain(heard.written, workspace.bot, names),
            "event": heard.event,
            "is_edit": heard.is_edit,
            "said_at": envelope.said_at,
        }
        if heard.is_private:
            return incoming_alone(workspace, heard.user, who, envelope.event_id, **what)
        return await incoming_in_group(
            self.directory,
            workspace,
            heard.user,
            who,
            heard.channel,
            heard.thread,
            heard.known_as or envelope.event_id,
            **what,
        )
