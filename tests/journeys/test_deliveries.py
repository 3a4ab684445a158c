"""A delivery from the queue to the demo, the same on every channel."""

from datetime import datetime

import pytest
from sqlmodel import col, select

from bot.app import Stores
from storage.people import Person
from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS, Speaker, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture

TYPED = {"title": "Felles innkjøp", "need": "Hver enhet kjøper inn for seg selv.", "for_whom": "Alle enheter"}
DEMO = {"day": "18. desember 2020", "starts": "13", "ends": "14.30", "place": "Kommunegården", "everyone": "yes"}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_queued_ordered_taken_worked_on_shown_and_recorded(
    office: Office,  # noqa: F811
    stores: Stores,
    channel: str,
) -> None:
    head = await office.come(channel, "employee", 7)
    name = newest(stores)
    leader = await office.come(channel, "leader", 1)
    assert "Ingen leveranser venter i køen nå" in (await head.say("hvilke leveranser er i kø?")).text
    await leader.say("leveransekøen")
    await leader.press("delivery.new")
    wrong = await leader.press("delivery.save", title="Felles innkjøp", need=" ")
    assert "Skriv hvilket behov leveransen skal dekke" in wrong.text
    assert "Nummer 1 i køen" in (await leader.press("delivery.save", **TYPED)).text
    await add(leader, "Kart over systemene")

    await leader.say("vis sprinten")
    await leader.press("team.new")
    made = await leader.press("team.save", name="Team A", leader=name, members="En Uten Konto")
    assert "Det er 2 personer i teamet. Et innsatsteam er ca. 5." in made.text
    await arrived(head, lambda shown: "Du leder Team A" in shown.text)
    await leader.say("vis sprinten")
    await leader.press("sprint.start")
    free = await leader.press("sprint.started", day="29. november 2020")
    assert "Velg en arbeidsdag" in free.text
    await leader.press("sprint.started", day="30. november 2020")

    office.clock.go(datetime.fromisoformat("2020-11-26T09:10+01:00"))
    await arrived(leader, lambda shown: "Se over leveransekøen før sprint 1" in shown.text)
    await leader.press("delivery.prioritise")
    moved = await leader.press("delivery.moved", delivery="2", place="1")
    assert moved.text.index("Kart over systemene") < moved.text.index("Felles innkjøp")

    office.clock.go(datetime.fromisoformat("2020-11-30T08:30+01:00"))
    await arrived(head, lambda shown: "Team A arbeider nå med «Kart over systemene»" in shown.text)
    await head.press("team.open")
    await head.press("delivery.step")
    stepped = await head.press("delivery.stepped", stage="solution", note="Ti ledere er spurt.")
    assert "Ti ledere er spurt." in stepped.text
    board = await leader.say("hva jobber innsatsteamene med?")
    assert "Kart over systemene (løsning)" in board.text

    await leader.say("når er neste demo?")
    await leader.press("demo.plan")
    await leader.press("demo.planned", **DEMO)
    invited = await arrived(head, lambda shown: "Velkommen til demo av sprint 1" in shown.text)
    assert "Kommunegården" in invited.text
    assert ".ics" in (await head.press("calendar.add")).text

    office.clock.go(datetime.fromisoformat("2020-12-18T14:40+01:00"))
    await arrived(head, lambda shown: "Hva ble det til med «Kart over systemene»?" in shown.text)
    await head.press("delivery.result")
    missing = await head.press("delivery.resulted", result="carries_on", shown="Et utkast.", why="")
    assert "Skriv hvorfor den fortsetter eller stoppes" in missing.text
    done = await head.press("delivery.resulted", result="delivered", shown="Kartet er på nett.", why="")
    assert "«Kart over systemene» er levert" in done.text
    told = await leader.say("hva ble resultatet av sprinten?")
    assert "Levert. Kartet er på nett." in told.text


async def add(leader: Speaker, title: str) -> None:
    await leader.say("leveransekøen")
    await leader.press("delivery.new")
    await leader.press("delivery.save", **{**TYPED, "title": title})


def newest(stores: Stores) -> str:
    """What the person who came last is called on that channel."""
    with stores.database.reading() as session:
        name = session.exec(select(Person.name).order_by(col(Person.id).desc())).first()
    assert name
    return name
