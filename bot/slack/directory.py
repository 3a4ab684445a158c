"""Who somebody is in Slack, and what a channel is called: events tell ids only."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.slack.api import SlackApi
from bot.slack.payloads import part, text
from bot.slack.workspaces import Workspace
from bot.transport import NotSent

#: Seconds that a turn waits to hear who it is, and for which what was heard, or nothing, is believed. Somebody may have
#: become a guest since, and Slack tells one process of several.
PATIENCE = 1.0
BELIEVED, UNHEARD = 3600.0, 60.0
#: How many are kept in memory.
MOST = 20_000
T = TypeVar("T")


@dataclass(frozen=True)
class Who:
    """Somebody, as far as Slack tells: a name, and their client's locale ("nb-NO")."""

    name: str = ""
    locale: str = ""
    is_bot: bool = False
    #: Of another organisation, met in a channel that is shared with it.
    is_stranger: bool = False
    #: Of another organisation, invited into this workspace for one channel or some.
    is_guest: bool = False
    #: Is in charge of the workspace.
    is_admin: bool = False
    #: Slack said that this is a member; False while it has not said who it is.
    is_member: bool = False
    #: A member's address, where the workspace lets the bot see it: https://docs.slack.dev/reference/scopes/users.read.email
    email: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether nothing that they write, press or open is answered."""
        return self.is_bot or self.is_stranger


@dataclass(frozen=True)
class Channel:
    """A channel or group conversation. What is no channel that one can join has no name worth keeping."""

    name: str = ""


class Directory:
    """Asks Slack once for each person and channel, and goes on without an answer where there is none in time."""

    def __init__(self, api: SlackApi, patience: float = PATIENCE) -> None:
        self._api, self._patience = api, patience
        self._people: _Kept[Who] = _Kept(Who())
        self._channels: _Kept[Channel] = _Kept(Channel())

    async def person(self, workspace: Workspace, user: str) -> Who:
        """https://docs.slack.dev/reference/methods/users.info"""

        async def ask() -> Who:
            told = await self._api.call("users.info", workspace.token, {"user": user, "include_locale": "true"})
            return who_of(told.get("user"), workspace.team)

        return await self._people.get((workspace.team, user), ask, self._patience)

    async def channel(self, workspace: Workspace, channel: str) -> Channel:
        """https://docs.slack.dev/reference/methods/conversations.info"""

        async def ask() -> Channel:
            told = await self._api.call("conversations.info", workspace.token, {"channel": channel})
            found = told.get("channel")
            if not isinstance(found, dict) or found.get("is_mpim") or found.get("is_im"):
                return Channel()
            return Channel(text(found.get("name")))

        return await self._channels.get((workspace.team, channel), ask, self._patience)

    def forget_person(self, team: str, user: str) -> None:
        """Something about them changed."""
        self._people.forget((team, user))

    def forget_channel(self, team: str, channel: str) -> None:
        """It is called something else now."""
        self._channels.forget((team, channel))


def who_of(user: Any, team: str) -> Who:
    """A user object: https://docs.slack.dev/reference/objects/user-object

    In an Enterprise organisation somebody is at home in several workspaces, which their ``enterprise_user`` lists;
    ``team_id`` is then another one of them, or is missing.
    """
    if not isinstance(user, dict):
        return Who()
    is_bot = user.get("is_bot") is True or user.get("id") == "USLACKBOT"
    is_stranger = user.get("is_stranger") is True or team not in (_homes(user) or {team})
    is_guest = user.get("is_restricted") is True or user.get("is_ultra_restricted") is True
    profile = user.get("profile")
    own = text(profile.get("real_name")) if isinstance(profile, dict) else ""
    is_member = not (is_bot or is_stranger or is_guest)
    name = own or text(user.get("real_name")) or text(user.get("name"))
    return Who(
        name=name,
        locale=text(user.get("locale")),
        is_bot=is_bot,
        is_stranger=is_stranger,
        is_guest=is_guest,
        is_admin=user.get("is_admin") is True,
        is_member=is_member,
        email=text(profile.get("email")) if isinstance(profile, dict) and is_member else "",
    )


def _homes(user: dict[str, Any]) -> set[str]:
    """The workspaces that they are members of, as far as Slack tells."""
    listed = part(user, "enterprise_user").get("teams")
    homes = listed if isinstance(listed, list) else []
    return {home for home in (*homes, user.get("team_id")) if isinstance(home, str) and home}


class _Kept(Generic[T]):
    """What was heard, the longest ago first."""

    def __init__(self, nothing: T) -> None:
        self._nothing = nothing
        self._heard: OrderedDict[tuple[str, str], tuple[float, T]] = OrderedDict()

    async def get(self, key: tuple[str, str], ask: Callable[[], Awaitable[T]], patience: float) -> T:
        until, found = self._heard.get(key, (0.0, self._nothing))
        if time.monotonic() < until:
            return found
        try:
            async with asyncio.timeout(patience):
                found, believed = await ask(), BELIEVED
        except (NotSent, TimeoutError):
            # What was heard before is better than nothing.
            believed = UNHEARD
        self._heard[key] = time.monotonic() + believed, found
        self._heard.move_to_end(key)
        if len(self._heard) > MOST:
            self._heard.popitem(last=False)
        return found

    def forget(self, key: tuple[str, str]) -> None:
        self._heard.pop(key, None)
