"""Who of a workspace is served: its members, those of an organisation with several workspaces too; not its guests."""

import json
from typing import Any

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.slack.api import SlackApi
from bot.slack.directory import who_of
from bot.slack.members import Members
from bot.slack.recognising import whereabouts
from bot.slack.workspaces import Workspace, Workspaces, seal_of
from storage import people
from storage.database import Database
from storage.people import Address, Ambiguous
from storage.sign_ups import SignUp
from tests.bot.workspace import (
    BOT,
    TEAM,
    TOKEN,
    Front,
    Slack,
    button_of,
    command,
    event,
    mentioned,
    pressed,
    pressed_aside,
    private,
    said,
)

JOINING = "meld meg på arbeidsgruppe omstilling"
QUESTION = "Når er neste milepæl?"
TOLD = "Du er gjest i dette Slack-området"
GUESTS = [{"is_restricted": True}, {"is_restricted": True, "is_ultra_restricted": True}, {"is_ultra_restricted": True}]
ELSEWHERE = "T0ANNEN001"


def known(stores: Stores) -> list[tuple[str, str | None]]:
    with stores.database.reading() as session:
        return [(one.account, one.gone_reason) for one in session.exec(select(Address).order_by(Address.account))]


@pytest.mark.parametrize("kind", GUESTS)
async def test_a_guest_who_writes_is_told_so_once_and_is_not_known(
    front: Front, slack: Slack, stores: Stores, kind: dict[str, Any]
) -> None:
    guest = slack.member("UGJEST0001", **kind)
    asked = said(guest, JOINING)
    for _ in range(3):
        assert (await front.event(asked)).status == 200
    (only,) = slack.inbox(guest)
    assert TOLD in only["text"]
    await front.event(event("app_home_opened", user=guest, channel=private(guest), tab="messages"))
    assert slack.inbox(guest) == [only]
    assert known(stores) == []


async def test_a_guest_in_a_channel_or_with_a_command_is_told_so_alone(
    front: Front, slack: Slack, stores: Stores
) -> None:
    guest = slack.member("UGJEST0001", is_restricted=True, locale="en-GB")
    await front.event(mentioned(guest, f"<@{BOT}> {QUESTION}"))
    (whispered,) = slack.whispered
    assert (whispered["user"], whispered["channel"]) == (guest, "C0KANAL001")
    assert "You are a guest" in whispered["text"]
    assert (await front.command(command(guest, QUESTION, slack.url))).status == 200
    assert "You are a guest" in slack.responded[0]["text"]
    assert (slack.messages, known(stores)) == ({}, [])


async def test_a_guest_presses_buttons_in_vain_and_sees_nothing_at_home(
    front: Front, slack: Slack, stores: Stores
) -> None:
    guest = slack.member("UGJEST0001", is_restricted=True)
    await front.event(said("UKARI0001", "hvilke arbeidsgrupper er det?"))
    (shown,) = slack.inbox("UKARI0001")
    joining = button_of(shown, "Meld meg på")
    assert (await front.interaction(pressed_aside(guest, joining, slack.url))).status == 200
    assert TOLD in slack.responded[0]["text"]
    await front.interaction(pressed(guest, joining, shown | {"channel": "C0KANAL001"}))
    assert TOLD in slack.whispered[0]["text"]
    await front.event(event("app_home_opened", user=guest, channel=private(guest), tab="home"))
    assert TOLD in json.dumps(slack.homes[guest], ensure_ascii=False)
    assert [one for one, _ in known(stores)] == ["UKARI0001"]
    with stores.database.reading() as session:
        assert session.exec(select(SignUp)).all() == []


async def test_a_member_who_becomes_a_guest_is_written_to_no_more_and_the_other_way_round(
    front: Front, slack: Slack, stores: Stores
) -> None:
    await front.event(said("UKARI0001", QUESTION))
    slack.members["UKARI0001"]["is_restricted"] = True
    await front.event(event("user_change", user=slack.members["UKARI0001"]))
    assert known(stores) == [("UKARI0001", people.NOT_INSTALLED)]
    await front.event(said("UKARI0001", QUESTION))
    assert TOLD in slack.inbox("UKARI0001")[-1]["text"]
    slack.members["UKARI0001"]["is_restricted"] = False
    await front.event(event("user_change", user=slack.members["UKARI0001"]))
    await front.event(said("UKARI0001", QUESTION))
    assert "1. desember 2020" in slack.inbox("UKARI0001")[-1]["text"]
    assert known(stores) == [("UKARI0001", None)]


async def test_who_became_a_guest_while_the_bot_was_away_is_seen_when_it_lists_the_members(
    front: Front, slack: Slack, stores: Stores
) -> None:
    await front.event(said("UKARI0001", QUESTION))
    slack.members["UKARI0001"]["is_ultra_restricted"] = True
    api = SlackApi(f"{slack.url}/api/")
    await api.open()
    own = await Workspaces(api, stores.database, seal_of("x"), TOKEN).own()
    await Members(api, stores.database, "osu2020", pause=0.0).list(own)
    await api.close()
    assert ("UKARI0001", people.NOT_INSTALLED) in known(stores)


@pytest.mark.parametrize(
    ("more", "is_member"),
    [
        ({"team_id": TEAM}, True),
        ({}, True),
        ({"enterprise_user": {"teams": [ELSEWHERE, TEAM]}}, True),
        ({"team_id": ELSEWHERE, "enterprise_user": {"teams": [ELSEWHERE, TEAM]}}, True),
        ({"team_id": "E0ORG00001", "enterprise_user": {"teams": [TEAM]}}, True),
        ({"team_id": ELSEWHERE}, False),
        ({"enterprise_user": {"teams": [ELSEWHERE]}}, False),
        ({"team_id": TEAM, "is_stranger": True}, False),
        ({"team_id": TEAM, "is_bot": True}, False),
        ({"team_id": TEAM, "is_restricted": True}, False),
        ({"team_id": ELSEWHERE, "enterprise_user": {"teams": None}}, False),
        ({"team_id": ELSEWHERE, "enterprise_user": [TEAM]}, False),
    ],
)
def test_a_member_is_who_slack_says_is_one(more: dict[str, Any], is_member: bool) -> None:
    assert who_of({"id": "UKARI0001", **more}, TEAM).is_member is is_member


async def test_a_colleague_of_several_workspaces_of_one_organisation_is_served(front: Front, slack: Slack) -> None:
    """Slack names another of their workspaces in what they press, and in channels shared with another organisation."""
    slack.member("UKARI0001", team_id=ELSEWHERE, enterprise_user={"teams": [ELSEWHERE, TEAM]})
    await front.event(said("UKARI0001", JOINING))
    (joined,) = slack.inbox("UKARI0001")
    left = pressed("UKARI0001", button_of(joined, "Meld meg av"), joined)
    await front.interaction({**left, "user": {"id": "UKARI0001", "team_id": ELSEWHERE}})
    assert "Du er meldt av" in slack.inbox("UKARI0001")[-1]["text"]
    shared = mentioned("UKARI0001", f"<@{BOT}> {QUESTION}", user_team=ELSEWHERE, envelope_is_ext_shared_channel=True)
    await front.event(shared)
    assert "1. desember 2020" in json.dumps(slack.messages["C0KANAL001"], ensure_ascii=False)


async def test_who_is_said_to_be_from_elsewhere_and_is_not_known_is_not_served(front: Front, slack: Slack) -> None:
    await front.event(said("UKARI0001", JOINING))
    (joined,) = slack.inbox("UKARI0001")
    left = pressed("UUKJENT001", button_of(joined, "Meld meg av"), joined)
    await front.interaction({**left, "user": {"id": "UUKJENT001", "team_id": ELSEWHERE}})
    assert slack.inbox("UKARI0001") == [joined]


def met(database: Database, team: str, user: str, name: str) -> int:
    with database.writing() as session:
        where = whereabouts(Workspace(team, "xoxb-1", BOT), user, who_of({"real_name": name}, team))
        return people.recognise(session, where, "osu2020").identity


def test_a_role_is_given_to_a_member_of_that_workspace_and_to_nobody_elses(stores: Stores) -> None:
    """The same member id may be somebody else's in another workspace, also one whom the bot has not met yet."""
    database = stores.database
    kari = met(database, TEAM, "U0LIK00001", "Kari")
    with database.reading() as session:
        found = people.find_by_directory(session, "U0LIK00001")
        assert found is not None
        assert found.identity == kari
    ola = met(database, ELSEWHERE, "U0LIK00001", "Ola")
    met(database, ELSEWHERE, "U0BARE0001", "Nina")
    with database.reading() as session:
        for account in ("U0LIK00001", "U0BARE0001"):
            with pytest.raises(Ambiguous) as raised:
                people.find_by_directory(session, account)
            assert raised.value.ids == sorted([f"{TEAM}/{account}", f"{ELSEWHERE}/{account}"])
        for written, person in ((f"{TEAM}/U0LIK00001", kari), (f"{ELSEWHERE}/U0LIK00001", ola)):
            found = people.find_by_directory(session, written)
            assert found is not None
            assert found.identity == person
        for nobody in ("U0INGEN001", f"{TEAM}/U0BARE0001", "29:kari", ""):
            assert people.find_by_directory(session, nobody) is None
