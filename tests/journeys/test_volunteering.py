"""A volunteer's way from signing up to the answer, the same on every channel: release, line, questions, elsewhere."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from storage import programmes, workgroups
from storage.employees import Employee
from storage.people import Address, Person
from storage.workgroups import Openness
from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.conftest import NOW
from tests.journeys.speakers import CHANNELS, Shown, Speaker, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture

GROUP, OTHER = "osu-omstilling", "osu-padriver"
JOIN = {"action": "workgroup.join", "values": {"group": GROUP}, "v": 1}


@pytest.fixture
def demanding(stores: Stores) -> None:
    """One group that asks for a release of everybody, and another one that takes volunteers."""
    with stores.database.writing() as session:
        workgroups.get(session, "osu2020", GROUP).release_from_hours = 0
        workgroups.get(session, "osu2020", OTHER).openness = Openness.OPEN
        programmes.mark_changed(session, "osu2020")


def listed(stores: Stores, name: str, leader: str | None = None) -> None:
    """Whoever came last is this employee of the people file, and that one their nearest leader."""
    with stores.database.writing() as session:
        person = session.exec(select(Person).order_by(Person.id.desc())).first()  # type: ignore[union-attr]
        assert person is not None
        address = session.get_one(Address, person.address_id)
        address.directory_id = address.directory_id or f"id-{name}"
        session.add(address)
        session.add(
            Employee(
                programme_key="osu2020",
                name=name,
                email=f"{name}@osu.no",
                directory_id=address.directory_id,
                leader_email=f"{leader}@osu.no" if leader else None,
            )
        )


async def first(speaker: Speaker, action: str, **fields: str) -> Shown:
    """Presses the first button of that action."""
    found = next(one for one in speaker.shown.buttons if one["action"] == action)
    speaker.shown = Shown(speaker.shown.text, [found])
    return await speaker.press(action, **fields)


async def queue(coordinator: Speaker) -> Shown:
    await coordinator.say("er jeg påmeldt?")
    return await coordinator.press("signup.volunteers")


async def join(speaker: Speaker) -> Shown:
    speaker.shown = Shown("", [JOIN])
    return await speaker.press("workgroup.join")


@pytest.mark.usefixtures("demanding")
@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_volunteer_is_released_asked_answered_and_the_next_in_line_placed(
    office: Office,  # noqa: F811
    stores: Stores,
    channel: str,
) -> None:
    boss = await office.come(channel, "employee", 11)
    listed(stores, "boss")
    away = await office.come(channel, "employee", 12)
    listed(stores, "away")
    away.shown = Shown("", [{"action": "subscription.set", "values": {"on": False}, "v": 1}])
    await away.press("subscription.set")
    coordinator = await office.come(channel, "leader", 1)
    await queue(coordinator)
    await coordinator.press("signup.groups")
    await first(coordinator, "signup.places")
    assert "har 1 plass" in (await coordinator.press("signup.places_set", places="1")).text

    kari = await office.come(channel, "employee", 13)
    listed(stores, "kari", leader="boss")
    assert "Venter på frikjøp" in (await join(kari)).text
    ola = await office.come(channel, "employee", 14)
    listed(stores, "ola", leader="away")
    assert "nummer 1 på ventelista" in (await join(ola)).text

    # The nearest leader says no, thinks again and says yes.
    await arrived(boss, lambda shown: "bli frikjøpt til Arbeidsgruppe omstilling" in shown.text)
    asked = boss.shown
    await boss.press("release.no")
    assert "ikke frikjøpt" in (await boss.press("release.refused", reason="Vi er for få i desember.")).text
    await arrived(kari, lambda shown: "Vi er for få i desember." in shown.text)
    boss.shown = asked
    assert "er frikjøpt til" in (await boss.press("release.yes")).text
    await arrived(kari, lambda shown: "Du er frikjøpt til Arbeidsgruppe omstilling" in shown.text)

    # The coordinator asks, gets the answer, and takes the volunteer in.
    await queue(coordinator)
    await first(coordinator, "signup.one")
    await coordinator.press("signup.ask")
    await coordinator.press("signup.asked", text="Kan du på tirsdager?")
    await arrived(kari, lambda shown: "Kan du på tirsdager?" in shown.text)
    await kari.press("signup.reply")
    assert "Svaret er lagret" in (await kari.press("signup.replied", answer="Ja, etter klokka ti.")).text
    await arrived(coordinator, lambda shown: "Ja, etter klokka ti." in shown.text)
    await coordinator.press("signup.one")
    assert "er med i Arbeidsgruppe omstilling" in (await coordinator.press("signup.accept")).text
    await arrived(kari, lambda shown: "Du er med i Arbeidsgruppe omstilling" in shown.text)

    # Withdrawing gives the place to the next one in line, whose leader is on holiday: the coordinator hears of it.
    await kari.say("er jeg påmeldt?")
    assert "Du er meldt av" in (await kari.press("workgroup.leave")).text
    await arrived(ola, lambda shown: "Du har fått plass i Arbeidsgruppe omstilling" in shown.text)
    office.clock.go(NOW + timedelta(days=1))
    await arrived(coordinator, lambda shown: "venter på frikjøp i OSU 2020 uten å få svar" in shown.text)

    # Another group needs no release, and has a place.
    await queue(coordinator)
    await first(coordinator, "signup.one")
    await coordinator.press("signup.elsewhere")
    assert "i stedet for" in (await coordinator.press("signup.placed")).text
    await arrived(ola, lambda shown: "koordinatoren har gitt deg plass her i stedet" in shown.text)

    # What nobody answers in time is told to leaders.
    per = await office.come(channel, "employee", 15)
    assert "lovet svar" in (await join(per)).text
    office.clock.go(NOW + timedelta(days=17))
    await arrived(coordinator, lambda shown: "har ikke fått svaret de ble lovet" in shown.text)
