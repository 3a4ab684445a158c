"""Workspaces: who the bot is in each, and the token that proves it there. A token is in no log and in no backup."""

import asyncio
import base64
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.slack.api import SlackApi
from bot.transport import NotSent
from storage import workspaces
from storage.database import Database

CHANNEL = "slack"
#: Seconds for which what the database says of a workspace is believed: another process may install or remove the bot.
BELIEVED = 30.0


@dataclass(frozen=True)
class Workspace:
    """A workspace that the bot is in. ``bot`` is its account there."""

    team: str
    token: str = field(repr=False)
    bot: str


def seal_of(input_key: str) -> Fernet:
    """Seals tokens under a key of its own, derived of the installation's key: neither can be told from the other."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"omstillingsbot workspace tokens 1")
    return Fernet(base64.urlsafe_b64encode(derived.derive(input_key.encode())))


class Workspaces:
    """The workspace of the one token, where one is given, and those where somebody installed the bot.

    ``allowed`` are the workspaces that may install it: their people read what the programme's people read.
    """

    def __init__(
        self,
        api: SlackApi,
        database: Database,
        seal: Fernet,
        bot_token: str = "",
        allowed: frozenset[str] = frozenset(),
    ) -> None:
        self.allowed = allowed
        self._api, self._database, self._seal, self._bot_token = api, database, seal, bot_token
        self._own: Workspace | None = None
        self._asking = asyncio.Lock()
        self._known: dict[str, tuple[float, Workspace | None]] = {}

    async def find(self, team: str) -> Workspace | None:
        """The workspace of that id; None where the bot is not at home. Raises NotSent while nobody knows."""
        if self._bot_token and (own := await self.own()).team == team:
            return own
        if team not in self.allowed:
            return None
        at, known = self._known.get(team, (0.0, None))
        if time.monotonic() - at > BELIEVED or not at:
            known = await asyncio.to_thread(self._stored, team)
            self._known[team] = time.monotonic(), known
        return known

    async def get(self, team: str) -> Workspace:
        """As ``find``. Raises NotSent for good where the bot is not."""
        found = await self.find(team)
        if found is None:
            raise NotSent("gone", permanent=True, is_gone=True)
        return found

    async def own(self) -> Workspace:
        """The one token's workspace, as Slack says itself. Raises NotSent."""
        async with self._asking:
            if self._own is None:
                told = await self._api.call("auth.test", self._bot_token, {})
                self._own = Workspace(str(told.get("team_id", "")), self._bot_token, str(told.get("user_id", "")))
        return self._own

    async def install(self, team: str, bot: str, token: str) -> None:
        """Keeps what an installation gave."""
        await asyncio.to_thread(self._install, team, bot, token)
        self._known.pop(team, None)

    async def remove(self, team: str) -> None:
        """The bot was removed there, or its token revoked."""
        if self._own is not None and self._own.team == team:
            # What the settings say stays; Slack refuses it, and so it is until somebody changes them.
            return
        await asyncio.to_thread(self._remove, team)
        self._known.pop(team, None)

    def _stored(self, team: str) -> Workspace | None:
        with self._database.reading() as session:
            row = workspaces.find(session, CHANNEL, team)
            sealed, bot = (row.sealed_token, row.bot_account) if row else (None, "")
        try:
            return Workspace(team, self._seal.decrypt(sealed).decode(), bot) if sealed else None
        except InvalidToken:
            # Sealed under another INPUT_KEY: the bot has to be installed there once more.
            return None

    def _install(self, team: str, bot: str, token: str) -> None:
        sealed = self._seal.encrypt(token.encode())
        with self._database.writing() as session:
            workspaces.install(session, CHANNEL, team, bot, sealed, datetime.now(UTC))

    def _remove(self, team: str) -> None:
        with self._database.writing() as session:
            workspaces.remove(session, CHANNEL, team)
