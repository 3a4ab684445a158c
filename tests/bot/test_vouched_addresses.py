"""Who volunteered by e-mail and comes to Teams or Slack is one person, where the platform tells whose address it is."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from sqlmodel import select

from bot.app import Stores
from storage import registering, workgroups
from storage.people import Person
from storage.same_person import JoinedPerson
from storage.sign_ups import SignUp
from tests.bot.conftest import Connector
from tests.bot.test_endpoint import activity
from tests.bot.workspace import Front, Slack, said
from tests.conftest import NOW, make_person

Client = TestClient[Any, Any]
EMAIL, GROUP = "fossegrim@osu.no", "osu-omstilling"
JOINING = "meld meg på arbeidsgruppe omstilling"
TENANT = "99999999-0000-4000-8000-000000000000"


@pytest.fixture
def registered(stores: Stores) -> None:
    with stores.database.writing() as session:
        coordinator = make_person(session, "koordinator", "coordinator")
        group = workgroups.get(session, "osu2020", GROUP)
        registering.register(session, coordinator, group, "Fossegrim Sildefar", EMAIL, NOW)


def names(stores: Stores) -> list[str]:
    """Who is signed up, as sign-ups stand."""
    with stores.database.reading() as session:
        statement = select(Person.name).join(SignUp, SignUp.person_id == Person.id)  # type: ignore[arg-type]
        return list(session.exec(statement.where(SignUp.ended_at.is_(None))))  # type: ignore[union-attr]


def links(stores: Stores) -> int:
    with stores.database.reading() as session:
        return len(session.exec(select(JoinedPerson)).all())


async def until_linked(stores: Stores) -> None:
    async with asyncio.timeout(10):
        while not links(stores):
            await asyncio.sleep(0.02)


def joins(connector: Connector) -> dict[str, Any]:
    value = {"action": "workgroup.join", "values": {"group": GROUP}, "v": 1}
    return activity(
        text=...,
        value=value,
        channelId="msteams",
        serviceUrl=connector.url,
        channelData={"tenant": {"id": TENANT}},
        **{"from": {"id": "29:kari", "name": "Kari Prøve"}},
        conversation={"id": "a:kari", "conversationType": "personal"},
    )


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("told_as", ["email", "userPrincipalName"])
async def test_teams_tells_whose_address_it_is(
    client: Client, connector: Connector, stores: Stores, told_as: str
) -> None:
    connector.members["29:kari"] = {"id": "29:kari", told_as: "Fossegrim@OSU.no", "tenantId": TENANT}
    assert (await client.post("/api/messages", json=joins(connector))).status == 200
    await until_linked(stores)
    assert names(stores) == ["Kari Prøve"]
    # Nobody else waits, so that nobody is asked about again.
    await client.post("/api/messages", json=joins(connector))
    assert connector.asked_of == ["29:kari"]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"email": "kari@osu.no", "tenantId": TENANT},
        {"email": EMAIL, "tenantId": "another-organisation"},
        {"email": ["a", "list"], "tenantId": TENANT},
    ],
)
async def test_what_teams_does_not_vouch_for_joins_nobody(
    client: Client, connector: Connector, stores: Stores, told: dict[str, Any] | None
) -> None:
    if told is not None:
        connector.members["29:kari"] = told
    assert (await client.post("/api/messages", json=joins(connector))).status == 200
    async with asyncio.timeout(10):
        while not connector.asked_of:
            await asyncio.sleep(0.02)
    await client.close()
    assert links(stores) == 0
    assert sorted(names(stores)) == ["Fossegrim Sildefar", "Kari Prøve"]


async def test_nobody_is_asked_about_where_nobody_volunteered_by_e_mail(
    client: Client, connector: Connector, stores: Stores
) -> None:
    assert (await client.post("/api/messages", json=joins(connector))).status == 200
    await client.close()
    assert connector.asked_of == []
    assert names(stores) == ["Kari Prøve"]


@pytest.mark.usefixtures("registered")
async def test_slack_tells_the_address_where_the_workspace_lets_it(front: Front, slack: Slack, stores: Stores) -> None:
    slack.member("UKARI0001", profile={"real_name": "Kari", "email": EMAIL})
    assert (await front.event(said("UKARI0001", JOINING))).status == 200
    assert names(stores) == ["Kari"]
    assert links(stores) == 1
    assert "allerede meldt på" in str(slack.inbox("UKARI0001")[-1])


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("profile", [{"real_name": "Kari"}, {"real_name": "Kari", "email": "kari@osu.no"}])
async def test_without_it_both_stay(front: Front, slack: Slack, stores: Stores, profile: dict[str, str]) -> None:
    slack.member("UKARI0001", profile=profile)
    assert (await front.event(said("UKARI0001", JOINING))).status == 200
    assert sorted(names(stores)) == ["Fossegrim Sildefar", "Kari"]
