"""The members of a workspace: whoever may be written to, before they have written a word.

In Slack an app is there for everybody as soon as it is installed, and nobody is told. Members are known from then on:
what goes to everyone reaches them. They are welcomed when they open the chat.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.slack.api import SlackApi
from bot.slack.directory import Who, who_of
from bot.slack.payloads import text
from bot.slack.recognising import whereabouts
from bot.slack.workspaces import Workspace
from bot.transport import NotSent
from storage import people
from storage.database import Database

log = logging.getLogger(__name__)

#: Members that one call returns, and that one transaction keeps; Slack recommends no more than 200 and takes 1000.
#: https://docs.slack.dev/reference/methods/users.list
AT_ONCE = 200
#: Seconds between two calls: a method of tier 2 may be called 20 times a minute.
#: https://docs.slack.dev/apis/web-api/rate-limits
PAUSE = 3.0
#: Times that a call is tried, and that two processes may meet in keeping the same people.
MOST_TRIES = 5


@dataclass(frozen=True)
class Members:
    """Keeps who is a member. ``programme`` is the one that newcomers belong to."""

    api: SlackApi
    database: Database
    programme: str
    pause: float = PAUSE

    async def list(self, workspace: Workspace) -> int:
        """Gets to know all members; twice is once. Returns how many there are. Raises NotSent."""
        cursor, count = "", 0
        while True:
            told = await self._page(workspace, cursor)
            found = told.get("members")
            members = found if isinstance(found, list) else []
            count += await asyncio.to_thread(self._keep, workspace, members)
            metadata = told.get("response_metadata")
            cursor = str(metadata.get("next_cursor") or "") if isinstance(metadata, dict) else ""
            if not cursor:
                return count
            await asyncio.sleep(self.pause)

    async def changed(self, workspace: Workspace, user: Any) -> None:
        """Somebody joined the workspace, changed their name, became a guest, or left it."""
        await asyncio.to_thread(self._keep, workspace, [user])

    async def _page(self, workspace: Workspace, cursor: str) -> dict[str, Any]:
        wanted = {"limit": str(AT_ONCE), "include_locale": "true", **({"cursor": cursor} if cursor else {})}
        for _ in range(MOST_TRIES - 1):
            try:
                return await self.api.call("users.list", workspace.token, wanted)
            except NotSent as not_sent:
                if not_sent.permanent:
                    raise
                await asyncio.sleep(not_sent.retry_after or self.pause)
        return await self.api.call("users.list", workspace.token, wanted)

    def _keep(self, workspace: Workspace, members: Sequence[Any]) -> int:
        for _ in range(MOST_TRIES - 1):
            try:
                return self._keep_at_once(workspace, members)
            except IntegrityError:
                # Somebody wrote at this moment, or another process lists them too.
                continue
        return self._keep_at_once(workspace, members)

    def _keep_at_once(self, workspace: Workspace, members: Sequence[Any]) -> int:
        count = 0
        with self.database.writing() as session:
            for member in members:
                user, who = _member(member, workspace)
                if not user:
                    continue
                where = whereabouts(workspace, user, who)
                if member.get("deleted") is True or not who.is_member:
                    people.leave(session, where)
                else:
                    people.recognise(session, where, self.programme)
                    count += 1
        return count


def _member(member: Any, workspace: Workspace) -> tuple[str, Who]:
    """A person's account; nothing for bots. Guests and strangers are known only if they were members before."""
    who = who_of(member, workspace.team)
    if not isinstance(member, dict) or who.is_bot:
        return "", who
    user = text(member.get("id"))
    return ("" if user == workspace.bot else user), who
