"""Who acted and where, as turns know it: a person alone, or somebody in a group."""

from dataclasses import replace
from typing import Any

from bot.slack.directory import Directory, Who
from bot.slack.workspaces import CHANNEL, Workspace
from bot.turns import Incoming, spoken
from storage.groups import Group
from storage.people import Whereabouts


def whereabouts(workspace: Workspace, user: str, who: Who, conversation: str = "") -> Whereabouts:
    """Somebody alone, or in the group of that ``conversation``.

    Alone they are reached at their own id: Slack takes it for the chat between the two.
    https://docs.slack.dev/reference/methods/chat.postMessage#app-home
    """
    return Whereabouts(
        channel=CHANNEL,
        tenant=workspace.team,
        account=user,
        name=who.name,
        lane=f"{CHANNEL}:{workspace.team}",
        conversation=conversation or user,
        bot_account=workspace.bot,
        directory_id=directory_id(workspace.team, user),
        spoken=spoken(who.locale) if who.locale else None,
        is_private=not conversation,
    )


def directory_id(team: str, user: str) -> str:
    """What those who grant roles name somebody by: a member id is unique within its workspace only.
    https://docs.slack.dev/reference/objects/user-object"""
    return f"{team}/{user}"


def incoming_alone(workspace: Workspace, user: str, who: Who, activity: str, **what: Any) -> Incoming:
    """A turn of somebody alone. Whether they write, press, fill in or use the command, it is one conversation."""
    return Incoming(
        where=whereabouts(workspace, user, who),
        conversation=f"{CHANNEL}:{workspace.team}:{user}",
        activity=activity,
        is_in_charge=who.is_admin,
        emails=(who.email,) if who.email else (),
        **{"locale": who.locale, **what},
    )


async def incoming_in_group(
    directory: Directory,
    workspace: Workspace,
    user: str,
    who: Who,
    channel: str,
    thread: str,
    activity: str,
    **what: Any,
) -> Incoming:
    """A turn of somebody in a channel or group; each thread is a conversation of its own."""
    return Incoming(
        where=whereabouts(workspace, user, who, channel),
        conversation=":".join((CHANNEL, workspace.team, channel, thread)).rstrip(":"),
        activity=activity,
        group=await group_of(directory, workspace, channel),
        is_in_charge=who.is_admin,
        emails=(who.email,) if who.email else (),
        **{"locale": who.locale, **what},
    )


async def group_of(directory: Directory, workspace: Workspace, channel: str) -> Group:
    """A channel has the name that Slack tells; one without is a group of people, whose name is theirs."""
    name = (await directory.channel(workspace, channel)).name
    return Group(
        channel=CHANNEL,
        tenant=workspace.team,
        conversation=channel,
        service_url="",
        bot_account=workspace.bot,
        team_id=workspace.team if name else "",
        name=name,
    )


def taken_alone(incoming: Incoming) -> Incoming:
    """The same turn in that person's own chat."""
    where = incoming.where
    return replace(
        incoming,
        where=where.model_copy(update={"conversation": where.account, "is_private": True}),
        conversation=f"{CHANNEL}:{where.tenant}:{where.account}",
        activity=f"{incoming.activity}:alone",
        group=None,
    )
