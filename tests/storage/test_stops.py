"""A broadcast that is stopped: nothing more begins, nobody is lost from the report, and others need not wait."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from storage import broadcasts, claims, held, lanes, outbox, programmes, stops
from storage.broadcasts import Broadcast
from storage.database import Session
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person

CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
STOPPED = (Status.SKIPPED, "stopped")


@pytest.fixture
def leader(session: Session) -> Person:
    """The leader, and four others of the programme."""
    lanes.open_lane(session, "emulator", 0.5)
    for number in range(4):
        make_person(session, f"employee-{number}")
    return make_person(session, "leader", "leader")


def owe(session: Session, is_expanded: bool = True, key: str = "once") -> int:
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_everyone(session, "osu2020", message, key).id or 0
    while is_expanded and broadcasts.expand(session, broadcast):
        pass
    return broadcast


def statuses(session: Session, broadcast: int) -> list[tuple[str, str | None, bool]]:
    session.expire_all()
    rows = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == broadcast)).all()
    return sorted((row.status, row.reason, row.next_at is None) for row in rows)


def test_what_was_claimed_and_not_begun_is_not_sent(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    sent, on_the_wire, claimed = claims.claim(session, "emulator", 3, 30)
    for row in (sent, on_the_wire):
        assert claims.begin_attempt(session, row)
    claims.settle(session, sent.ended(Status.SENT, platform_id="1"))
    stops.stop(session, leader, broadcast, NOW)
    session.flush()
    assert not claims.begin_attempt(session, claimed)
    counts = {(Status.SENT, None): 1, (Status.SENDING, None): 1, STOPPED: 3}
    assert broadcasts.report(session, broadcast) == (5, counts)
    while stops.sweep(session, broadcast):
        pass
    assert statuses(session, broadcast).count(("skipped", "stopped", True)) == 3
    claims.settle(session, on_the_wire.ended(Status.SENT, platform_id="2"))
    assert broadcasts.report(session, broadcast) == (5, {(Status.SENT, None): 2, STOPPED: 3})
    assert claims.claim(session, "emulator", 10, 30) == []


def test_of_those_that_begin_together_only_the_stopped_and_the_lost_do_not(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    lost = claims.claim(session, "emulator", 1, lease=-1)
    owe(session, key="other")
    rows = claims.claim(session, "emulator", 20, 30)
    stops.stop(session, leader, broadcast, NOW)
    session.flush()
    of_other = [row.key.startswith("other:") for row in rows]
    assert sorted(of_other) == [False] * 5 + [True] * 5
    assert claims.begin_attempts(session, [*lost, *rows]) == [False, *of_other]


def test_what_was_to_be_looked_for_may_have_arrived_when_it_is_stopped(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    (begun,) = claims.claim(session, "emulator", 1, lease=-1)
    claims.begin_attempt(session, begun, takes=-2)
    (again,) = [row for row in claims.claim(session, "emulator", 10, -1, can_tell=lambda _: True) if row.is_again]
    assert again.id == begun.id
    stops.stop(session, leader, broadcast, NOW)
    while stops.sweep(session, broadcast):
        pass
    assert statuses(session, broadcast).count(("uncertain", "interrupted", True)) == 1
    assert statuses(session, broadcast).count(("skipped", "stopped", True)) == 4


def test_what_was_held_for_quiet_hours_stays_stopped_when_they_are_over(session: Session, leader: Person) -> None:
    broadcast, evening = owe(session), NOW.replace(hour=20)
    assert claims.claim(session, "emulator", 10, 30, moment=evening) == []
    stops.stop(session, leader, broadcast, evening)
    assert broadcasts.report(session, broadcast) == (5, {STOPPED: 5})
    while stops.sweep(session, broadcast):
        pass
    assert held.release(session, programmes.get(session, "osu2020"), evening + timedelta(days=1)) == 0
    assert statuses(session, broadcast) == [("skipped", "stopped", True)] * 5
    assert claims.claim(session, "emulator", 10, 30) == []


def test_what_failed_on_the_wire_is_not_tried_again(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    (row,) = claims.claim(session, "emulator", 1, 30)
    assert claims.begin_attempt(session, row)
    stops.stop(session, leader, broadcast, NOW)
    stops.sweep(session, broadcast)
    claims.settle(session, row.ended(Status.WAITING, "busy", retry_in=-1))
    assert broadcasts.report(session, broadcast) == (5, {STOPPED: 5})
    assert claims.claim(session, "emulator", 10, 30) == []
    assert statuses(session, broadcast) == [("skipped", "stopped", True)] * 5


def test_who_has_no_row_yet_gets_none_and_is_counted(session: Session, leader: Person) -> None:
    broadcast = owe(session, is_expanded=False)
    stops.stop(session, leader, broadcast, NOW)
    session.flush()
    assert not broadcasts.expand(session, broadcast)
    assert broadcasts.unexpanded(session) == []
    assert broadcasts.report(session, broadcast) == (5, {STOPPED: 5})


def test_it_is_settled_in_chunks_and_nothing_else_is_touched(
    session: Session, leader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stops, "CHUNK", 2)
    broadcast, other = owe(session), owe(session, key="other")
    stops.stop(session, leader, broadcast, NOW)
    session.flush()
    assert stops.unswept(session) == [broadcast]
    assert [stops.sweep(session, broadcast) for _ in range(4)] == [True, True, False, False]
    assert stops.unswept(session) == []
    assert statuses(session, broadcast) == [("skipped", "stopped", True)] * 5
    assert broadcasts.report(session, other) == (5, {(Status.WAITING, None): 5})
    assert len(claims.claim(session, "emulator", 10, 30)) == 5


def test_stopped_twice_is_stopped_once(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    stops.stop(session, leader, broadcast, NOW)
    while stops.sweep(session, broadcast):
        pass
    stops.stop(session, leader, broadcast, NOW)
    assert stops.unswept(session) == []
    assert broadcasts.stopped_at(session, broadcast) == NOW


def test_what_is_out_cannot_be_stopped(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    for row in claims.claim(session, "emulator", 10, 30):
        claims.begin_attempt(session, row)
    with pytest.raises(Refused, match="over"):
        stops.stop(session, leader, broadcast, NOW)
    assert broadcasts.stopped_at(session, broadcast) is None


def test_only_a_leader_of_the_programme_stops(session: Session, leader: Person) -> None:
    broadcast = owe(session)
    others = make_person(session, "other", "leader", programme="os2019")
    for person in (others, make_person(session, "employee-0")):
        with pytest.raises(NotAllowed):
            stops.stop(session, person, broadcast, NOW)


def test_how_long_it_takes_is_what_the_slowest_lane_needs(session: Session, leader: Person) -> None:
    lanes.open_lane(session, "msteams", 2.0)
    make_person(session, "one", channel="msteams")
    make_person(session, "noise", programme="os2019", channel="msteams")
    assert lanes.duration(session, "osu2020") == 5 * 0.5
    make_person(session, "two", channel="msteams")
    assert lanes.duration(session, "osu2020") == 2 * 2.0
    assert lanes.duration(session, "ou2021") == 0.0


def test_what_was_stopped_is_told_of_to_those_it_reached_by_itself_or_on_a_card(
    session: Session, leader: Person
) -> None:
    broadcast, other = owe(session), owe(session, key="other")
    rows = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == broadcast).order_by(col(OutboxRow.id))).all()
    by_itself, on_a_card, card_waits, waiting, _ = rows
    cards = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == other).order_by(col(OutboxRow.id))).all()
    by_itself.status, cards[0].status = Status.SENT, Status.SENT
    for row, card in ((on_a_card, cards[0]), (card_waits, cards[1])):
        row.status, row.part_of = Status.MERGED, card.id
    stops.stop(session, leader, broadcast, NOW)
    session.flush()
    reached = [
        session.exec(select(Broadcast.id).where(stops.told_to(col(Broadcast.id), session.get(Person, row.person_id))))
        for row in (by_itself, on_a_card, card_waits, waiting)
    ]
    assert [broadcast in found.all() for found in reached] == [True, True, False, False]
    assert session.exec(select(Broadcast.id).where(stops.told_to(col(Broadcast.id), None))).all() == [other]
