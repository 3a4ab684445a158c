"""Slack as a whole: what is needed of settings and a database to listen, to answer and to send."""

import asyncio
import logging

from aiohttp import web

from bot.defects import log_defect
from bot.settings import SlackSettings
from bot.slack.acknowledging import AtWork
from bot.slack.alone import Alone
from bot.slack.answering import Answering
from bot.slack.api import SlackApi
from bot.slack.commands import Commands
from bot.slack.directory import Directory
from bot.slack.endpoint import SlackEndpoint
from bot.slack.guests import Guests
from bot.slack.home import Home
from bot.slack.inbox import Inbox
from bot.slack.interactions import Interactions
from bot.slack.members import Members
from bot.slack.oauth import Installing
from bot.slack.socket_mode import SocketMode
from bot.slack.workspaces import Workspaces, seal_of
from bot.transport import NotSent
from bot.turns import Turns
from storage.database import Database

log = logging.getLogger(__name__)
#: Seconds between two attempts to hear who the members are.
AGAIN_AFTER = 60.0


class SlackChannel:
    """The channel. ``api`` and ``workspaces`` are what sending needs of it, too."""

    def __init__(self, settings: SlackSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self.api = SlackApi(settings.api_url)
        seal = seal_of(settings.input_key)
        self.workspaces = Workspaces(self.api, database, seal, settings.bot_token, settings.teams)
        self._at_work = AtWork()
        self._members: Members | None = None
        self._listing: set[asyncio.Task[None]] = set()
        self._socket: SocketMode | None = None

    def setup(self, app: web.Application, turns: Turns, programme_key: str, public_url: str) -> None:
        """The routes. Requests are taken where there is a secret to know them by."""
        settings, directory, answering = self._settings, Directory(self.api), Answering(self.api)
        home, alone = Home(turns, answering), Alone(turns, answering)
        guests = Guests(self._database, answering)
        self._members = Members(self.api, self._database, programme_key)
        inbox = Inbox(
            turns=turns,
            workspaces=self.workspaces,
            directory=directory,
            answering=answering,
            home=home,
            members=self._members,
            alone=alone,
            guests=guests,
            interactions=Interactions(turns, directory, answering, alone, home, guests),
            commands=Commands(turns, directory, answering, guests),
            at_work=self._at_work,
        )
        if settings.signing_secret:
            SlackEndpoint(inbox, settings.signing_secret).routes(app)
        if settings.client_secret:
            Installing(settings, public_url, self.api, self.workspaces, self.list_members).routes(app)
        if settings.app_token:
            self._socket = SocketMode(self.api, settings.app_token, inbox)

    async def open(self) -> None:
        """To be called on the running loop."""
        await self.api.open()
        for team in ("" if self._settings.bot_token else None, *sorted(self._settings.teams)):
            if team is not None:
                await self.list_members(team)
        if self._socket is not None:
            await self._socket.open()

    async def close(self) -> None:
        """Takes nothing more, and lets what was taken come to its end."""
        if self._socket is not None:
            await self._socket.close()
        for task in self._listing:
            task.cancel()
        await self._at_work.close()
        await self.api.close()

    async def list_members(self, team: str) -> None:
        """Begins to get to know the members of a workspace; of the one token's where ``team`` is empty."""
        if not self._settings.lists_members:
            return
        task = asyncio.create_task(self._list(team))
        self._listing.add(task)
        task.add_done_callback(self._listing.discard)

    async def _list(self, team: str) -> None:
        assert self._members is not None, "setup() first"
        while True:
            try:
                workspace = await (self.workspaces.find(team) if team else self.workspaces.own())
                if workspace is not None:
                    count = await self._members.list(workspace)
                    log.info("%d members of a Slack workspace are known", count)
                return
            except NotSent as not_sent:
                log.warning("the members of a Slack workspace could not be listed: %s", not_sent.reason)
                if not_sent.permanent:
                    return
            except Exception as defect:  # noqa: BLE001 - tried again
                log_defect(defect)
            await asyncio.sleep(AGAIN_AFTER)
