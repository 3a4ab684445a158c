"""Who owns an answer is reminded before its day, leaders are told once of what was not kept, and totals are true."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.turns import Turns
from storage import people, programmes, workgroups
from storage.employees import Employee
from storage.outbox import Message, OutboxRow, Status
from storage.people import Address, Person
from storage.promises import Promise
from tests import volunteers
from tests.clockwork import tick_at
from tests.conftest import NOW
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}
#: Promised on 24 November, due on Tuesday 8 December 2020.
DUE = NOW + timedelta(days=14)


def somebody(turns: Turns, stores: Stores, name: str, *roles: str) -> Talk:
    talk = Talk(turns, name, NOW)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == name.title())).one()
        for role in roles:
            people.grant(session, person, "osu2020", role)
    return talk


def owed(stores: Stores, name: str, about: str = "promises", besides: str = "") -> list[dict[str, Any]]:
    """The cards that somebody is owed, besides those of one status."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, Person.id == OutboxRow.person_id)  # type: ignore[arg-type]
            .where(Person.name == name.title(), OutboxRow.idempotency_key.startswith(about))  # type: ignore[attr-defined]
            .where(OutboxRow.status != besides)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        ).all()
        return [row.cards["nb"] for row in rows]


def test_the_coordinator_is_reminded_from_two_working_days_before(turns: Turns, stores: Stores) -> None:
    somebody(turns, stores, "ida", "coordinator")
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    tick_at(stores, DUE - timedelta(days=5))  # Thursday
    assert owed(stores, "ida") == []
    tick_at(stores, DUE - timedelta(days=4))  # Friday: two working days before
    tick_at(stores, DUE - timedelta(days=4))
    tick_at(stores, DUE - timedelta(days=3))  # Saturday
    (card,) = owed(stores, "ida")
    assert "Tirsdag 8. desember 2020" in str(card)
    assert "Kari" not in str(card)


def test_who_answered_is_not_reminded(turns: Turns, stores: Stores) -> None:
    coordinator = somebody(turns, stores, "ida", "coordinator")
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    coordinator.act("signup.volunteers")
    coordinator.press("signup.one")
    coordinator.press("signup.accept")
    for days in range(20):
        tick_at(stores, NOW + timedelta(days=days))
    assert owed(stores, "ida") == []


def test_while_the_coordinator_is_away_the_deputy_is_reminded_and_without_one_the_leader(
    turns: Turns, stores: Stores
) -> None:
    coordinator = somebody(turns, stores, "ida", "coordinator")
    somebody(turns, stores, "boss", "leader")
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    coordinator.act("subscription.set", on=False)
    tick_at(stores, DUE - timedelta(days=1))
    assert (len(owed(stores, "ida")), len(owed(stores, "boss"))) == (0, 1)
    somebody(turns, stores, "dag", "deputy")
    tick_at(stores, DUE)
    assert (len(owed(stores, "dag")), len(owed(stores, "boss"))) == (1, 1)


def test_leaders_are_told_once_of_what_was_not_kept_and_the_coordinator_daily(turns: Turns, stores: Stores) -> None:
    somebody(turns, stores, "ida", "coordinator")
    somebody(turns, stores, "boss", "leader")
    employee = Talk(turns, "kari", NOW)
    employee.act("workgroup.join", **GROUP)
    for days in (0, 1, 2, 3):
        tick_at(stores, DUE + timedelta(days=days))
    assert [card["title"] for card in owed(stores, "boss", "promises-late")] == [
        "1 har ikke fått svaret de ble lovet i OSU 2020"
    ]
    assert "Kari" not in str(owed(stores, "boss", "promises-late"))
    assert len(owed(stores, "ida", "promises:")) == 4
    employee.now = DUE + timedelta(days=3)
    assert "skulle hatt svar" in employee.act("signup.status").as_text()


@pytest.mark.parametrize("roles", [("leader",), ("leader", "coordinator")])
def test_on_a_monday_late_answers_are_told_once(turns: Turns, stores: Stores, roles: tuple[str, ...]) -> None:
    """By the notice that they have become late, by the coordinators' reminder, or by the leaders' card: one of them."""
    somebody(turns, stores, "boss", *roles)
    if "coordinator" not in roles:
        somebody(turns, stores, "ida", "coordinator")
    monday = DUE + timedelta(days=6)
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    with stores.database.writing() as session:
        session.exec(select(Promise)).one().due_on = (monday - timedelta(days=1)).date()
    for moment in (monday, monday + timedelta(days=7)):
        before = len(owed(stores, "boss", "", Status.MERGED))
        tick_at(stores, moment)
        said = [str(card) for card in owed(stores, "boss", "", Status.MERGED)[before:]]
        late = ("har ikke fått svaret", "Over tida", "skulle vært gitt før i dag")
        assert sum(text.count(words) for text in said for words in late) == 1, said


def test_a_leader_who_answers_sign_ups_is_led_to_them_each_working_day(turns: Turns, stores: Stores) -> None:
    """On the day it is told that they are late, that card stands for the reminder: it has the way there as well."""
    somebody(turns, stores, "boss", "leader", "coordinator")
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    for days in (0, 1, 2, 3):
        before = len(owed(stores, "boss"))
        tick_at(stores, DUE + timedelta(days=days))
        (card,) = owed(stores, "boss")[before:]
        assert "signup.volunteers" in [button["action"] for button in card["buttons"]], card["title"]
    (late,) = owed(stores, "boss", "promises-late")
    assert "i stedet for dagens påminnelse" in str(late)
    assert "Koordinatorene er minnet" not in str(late)


def test_where_nobody_can_be_told_it_stays_open_until_somebody_can(turns: Turns, stores: Stores) -> None:
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    tick_at(stores, DUE + timedelta(days=1))
    with stores.database.reading() as session:
        assert session.exec(select(Promise)).one().escalated_at is None
    somebody(turns, stores, "boss", "leader")
    tick_at(stores, DUE + timedelta(days=2))
    assert len(owed(stores, "boss", "promises-late")) == 1


def test_who_takes_no_digests_is_not_counted_as_told(turns: Turns, stores: Stores) -> None:
    """Nor is somebody whose last day was before: what nobody gets must not count as told."""
    for name in ("boss", "bas"):
        somebody(turns, stores, name, "leader")
    Talk(turns, "kari", NOW).act("workgroup.join", **GROUP)
    late = DUE + timedelta(days=1)
    with stores.database.writing() as session:
        boss, bas = (session.exec(select(Person).where(Person.name == name)).one() for name in ("Boss", "Bas"))
        boss.only_musts = True
        address = session.get_one(Address, bas.address_id)
        address.directory_id = "bas-id"
        ended = Employee(programme_key="osu2020", name="Bas", directory_id="bas-id", ends_on=NOW.date())
        session.add_all((boss, address, ended))
    tick_at(stores, late)
    with stores.database.reading() as session:
        assert session.exec(select(Promise)).one().escalated_at is None
    somebody(turns, stores, "dag", "deputy")
    tick_at(stores, late + timedelta(days=1))
    assert [len(owed(stores, name, "promises-late")) for name in ("boss", "bas", "dag")] == [0, 0, 1]


@pytest.mark.parametrize(
    ("said_on", "days", "due"),
    [
        ("2020-11-28", 1, "30. november"),  # a Saturday: Sunday is off, and Friday is over
        ("2020-11-27", 1, "30. november"),  # a Friday: that day would be the same
        ("2020-11-27", 4, "1. desember"),
    ],
)
def test_no_promise_is_due_on_a_day_that_is_over(
    turns: Turns, stores: Stores, said_on: str, days: int, due: str
) -> None:
    with stores.database.writing() as session:
        workgroups.get(session, "osu2020", GROUP["group"]).reply_days = days
        programmes.mark_changed(session, "osu2020")
    employee = Talk(turns, "kari", datetime.fromisoformat(f"{said_on}T16:00+01:00"))
    assert due in employee.act("workgroup.join", **GROUP).as_text()


def test_a_promise_made_before_a_holiday_is_due_on_the_working_day_before(turns: Turns) -> None:
    employee = Talk(turns, "kari", datetime.fromisoformat("2020-12-11T09:00+01:00"))
    # Fourteen days on is Christmas Day.
    assert "24. desember 2020" in employee.act("workgroup.join", **GROUP).as_text()


def test_how_promises_are_kept_is_shown_in_totals_from_the_smallest_group_on(turns: Turns, stores: Stores) -> None:
    coordinator = somebody(turns, stores, "ida", "coordinator")
    for number in range(6):
        Talk(turns, f"kari-{number}", NOW).act("workgroup.join", **GROUP)
    for number in range(5):
        coordinator.now = NOW + timedelta(days=number)
        coordinator.act("signup.volunteers")
        coordinator.press("signup.one")
        coordinator.press("signup.accept")
    assert "holdt" not in coordinator.act("signup.groups").as_text()
    coordinator.now = DUE + timedelta(days=1)
    said = coordinator.act("signup.groups").as_text()
    assert "Av 6 løfter om svar er 83 % holdt i tide. Halvparten fikk svar innen 2 dager." in said


def test_answers_of_the_same_day_are_told_as_such(turns: Turns, stores: Stores) -> None:
    coordinator = somebody(turns, stores, "ida", "coordinator")
    for number in range(6):
        Talk(turns, f"kari-{number}", NOW).act("workgroup.join", **GROUP)
    coordinator.act("signup.accept_all", **GROUP, count=6)
    coordinator.now = DUE + timedelta(days=1)
    said = coordinator.act("signup.groups").as_text()
    assert "Av 6 løfter om svar er 100 % holdt i tide. Halvparten fikk svar samme dag." in said


def test_in_eight_weeks_no_promise_is_forgotten_and_no_line_passes_anybody_by(stores: Stores) -> None:
    """The same with 3,000 volunteers, and of any seed: python -m tests.volunteers --seed 2."""
    made = volunteers.run(stores, 60, 1)
    assert made.broken == []
    for what in ("kept", "escalated", "released", "not released", "replied to a question", "registered by e-mail"):
        assert made.counts[what], what
