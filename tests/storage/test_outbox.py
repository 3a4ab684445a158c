"""What is owed is sent once, at the lane's pace, and the report adds up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlmodel import select

from storage import broadcasts, claims, lanes, outbox
from storage.database import Database, Session
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person, Whereabouts, recognise
from tests.conftest import lapse, make_person

CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


@pytest.fixture
def people(session: Session) -> list[Person]:
    lanes.open_lane(session, "emulator", 0.02)
    make_person(session, "noise", programme="os2019")
    return [make_person(session, f"employee-{number}") for number in range(5)]


def message(session: Session, kind: Kind = Kind.ANNOUNCEMENT) -> Message:
    return outbox.write(session, "osu2020", kind, CARDS)


def expanded(session: Session, kind: Kind = Kind.ANNOUNCEMENT, key: str = "once") -> int:
    broadcast = broadcasts.owe_everyone(session, "osu2020", message(session, kind), key)
    while broadcasts.expand(session, broadcast.id or 0):
        pass
    return broadcast.id or 0


def test_a_broadcast_goes_to_the_people_of_its_programme_only(session: Session, people: list[Person]) -> None:
    planned, counts = broadcasts.report(session, expanded(session))
    assert planned == 5
    assert counts == {(Status.WAITING, None): 5}


def test_the_same_key_owes_nothing_more(session: Session, people: list[Person]) -> None:
    first = expanded(session)
    assert expanded(session) == first
    assert broadcasts.report(session, first)[1] == {(Status.WAITING, None): 5}


def test_expanding_in_chunks_writes_each_row_once(
    session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "CHUNK", 2)
    assert broadcasts.report(session, expanded(session)) == (5, {(Status.WAITING, None): 5})


def test_before_expanding_everyone_is_counted_as_waiting(session: Session, people: list[Person]) -> None:
    broadcast = broadcasts.owe_everyone(session, "osu2020", message(session), "once")
    assert broadcasts.report(session, broadcast.id or 0) == (5, {(Status.WAITING, None): 5})


def test_who_cannot_be_reached_is_counted_with_the_reason(session: Session, people: list[Person]) -> None:
    people[0].is_muted = True
    people[1].address_id = None
    session.add_all(people)
    session.flush()
    assert people[2].address_id is not None
    claims.mark_gone(session, people[2].address_id, "gone")
    assert broadcasts.report(session, expanded(session)) == (
        5,
        {
            (Status.SKIPPED, "switched_off"): 1,
            (Status.FAILED, "no_address"): 1,
            (Status.FAILED, "gone"): 1,
            (Status.WAITING, None): 2,
        },
    )


def test_whoever_turned_reminders_off_gets_announcements_still(session: Session, people: list[Person]) -> None:
    people[0].wants_reminders = False
    session.add(people[0])
    session.flush()
    reminders = broadcasts.report(session, expanded(session, Kind.REMINDER, "reminder"))[1]
    announced = broadcasts.report(session, expanded(session, Kind.ANNOUNCEMENT, "announcement"))[1]
    assert reminders[(Status.SKIPPED, "switched_off")] == 1
    assert announced == {(Status.WAITING, None): 5}


def test_an_answer_owed_to_one_person_reaches_even_the_muted_once(session: Session, people: list[Person]) -> None:
    people[0].is_muted = True
    session.add(people[0])
    session.flush()
    assert outbox.owe(session, people[0], message(session, Kind.NOTICE), "answer:1")
    assert not outbox.owe(session, people[0], message(session, Kind.NOTICE), "answer:1")
    assert len(claims.claim(session, "emulator", 10, 30)) == 1


def test_a_claimed_row_is_not_claimed_again(session: Session, people: list[Person]) -> None:
    expanded(session)
    first = claims.claim(session, "emulator", 3, 30)
    second = claims.claim(session, "emulator", 10, 30)
    assert len(first) == 3
    assert len(second) == 2
    assert not {row.id for row in first} & {row.id for row in second}


def test_claims_are_spaced_by_the_lanes_interval(session: Session, people: list[Person]) -> None:
    expanded(session)
    starts = [row.starts_in for row in claims.claim(session, "emulator", 5, 30)]
    assert [round(later - earlier, 3) for earlier, later in pairwise(starts)] == [0.02] * 4


def test_a_pause_holds_back_the_whole_lane(session: Session, people: list[Person]) -> None:
    expanded(session)
    lanes.pause(session, "emulator", 60)
    assert claims.claim(session, "emulator", 1, 30)[0].starts_in > 59


def test_nothing_is_claimed_further_ahead_of_the_pace_than_that(session: Session, people: list[Person]) -> None:
    expanded(session)
    lanes.pause(session, "emulator", 60)
    assert claims.claim(session, "emulator", 1, 30, ahead=30) == []
    (due,) = claims.due(session)
    assert (due.name, due.channel, due.interval) == ("emulator", "emulator", 0.02)
    assert due.opens_in == pytest.approx(60, abs=1)
    assert len(claims.claim(session, "emulator", 10, 30, ahead=61)) == 5
    assert claims.due(session) == []


def test_several_are_settled_at_once_each_as_it_ended(session: Session, people: list[Person]) -> None:
    broadcast = expanded(session)
    rows = claims.claim(session, "emulator", 10, 30)
    assert claims.begin_attempts(session, rows) == [True] * 5
    sent, failed, again, uncertain, on_the_wire = rows
    claims.settle_all(
        session,
        [
            sent.ended(Status.SENT, platform_id='1:"ø"'),
            failed.ended(Status.FAILED, "refused"),
            again.ended(Status.WAITING, "busy", retry_in=-1.0),
            uncertain.ended(Status.UNCERTAIN, "unreachable"),
        ],
    )
    session.expire_all()
    assert session.get_one(OutboxRow, sent.id).platform_id == '1:"ø"'
    assert session.get_one(OutboxRow, failed.id).platform_id is None
    assert broadcasts.report(session, broadcast)[1] == {
        (Status.SENT, None): 1,
        (Status.FAILED, "refused"): 1,
        (Status.WAITING, "busy"): 1,
        (Status.UNCERTAIN, "unreachable"): 1,
        (Status.SENDING, None): 1,
    }
    (row,) = claims.claim(session, "emulator", 10, 30)
    assert (row.id, row.attempts) == (again.id, 1)
    assert session.get_one(OutboxRow, on_the_wire.id).status == Status.SENDING


def test_a_settle_that_comes_late_or_twice_leaves_alone_what_another_process_sent(
    session: Session, people: list[Person]
) -> None:
    broadcast = expanded(session)
    frozen, other, *_ = claims.claim(session, "emulator", 10, 30)
    assert claims.begin_attempts(session, [frozen, other]) == [True, True]
    claims.settle(session, frozen.ended(Status.WAITING, "busy", retry_in=-1.0))
    (anew,) = claims.claim(session, "emulator", 10, 30)
    late = frozen.ended(Status.WAITING, "busy", retry_in=-1.0)
    assert claims.begin_attempt(session, anew)
    claims.settle(session, late)
    assert claims.claim(session, "emulator", 10, 30) == []
    claims.settle(session, anew.ended(Status.SENT, platform_id="arrived"))
    claims.settle_all(session, [late, other.ended(Status.SENT, platform_id="other"), frozen.ended(Status.FAILED, "x")])
    assert claims.claim(session, "emulator", 10, 30) == []
    session.expire_all()
    assert session.get_one(OutboxRow, frozen.id).platform_id == "arrived"
    assert broadcasts.report(session, broadcast)[1] == {(Status.SENT, None): 2, (Status.WAITING, None): 3}


@pytest.mark.parametrize(
    ("status", "after"),
    [(Status.SENT, (Status.SENT, None, "late")), (Status.FAILED, (Status.UNCERTAIN, outbox.INTERRUPTED, None))],
)
def test_of_what_was_taken_for_uncertain_it_is_learnt_late_that_it_arrived_but_nothing_else(
    session: Session, people: list[Person], status: Status, after: tuple[Status, str | None, str | None]
) -> None:
    expanded(session)
    (frozen,) = claims.claim(session, "emulator", 1, 30)
    assert claims.begin_attempt(session, frozen)
    lapse(session)
    assert frozen.id not in [row.id for row in claims.claim(session, "emulator", 10, 30)]
    claims.settle(session, frozen.ended(status, None if status == Status.SENT else "refused", platform_id="late"))
    session.expire_all()
    row = session.get_one(OutboxRow, frozen.id)
    assert (row.status, row.reason, row.platform_id, row.next_at) == (*after, None)


def test_a_lease_with_many_digits_is_known_again(session: Session, people: list[Person]) -> None:
    broadcast = expanded(session)
    for row in claims.claim(session, "emulator", 5, 100 / 3):
        assert claims.begin_attempt(session, row)
        claims.settle(session, row.ended(Status.SENT))
    assert broadcasts.report(session, broadcast)[1] == {(Status.SENT, None): 5}


def test_another_tenant_has_a_lane_of_its_own_at_its_channels_pace(session: Session, people: list[Person]) -> None:
    where = Whereabouts(channel="emulator", tenant="t", account="x", lane="emulator:t", conversation="c")
    recognise(session, where, "osu2020")
    expanded(session)
    assert {lane.name: lane.interval for lane in lanes.every(session)}["emulator:t"] == 0.02
    assert len(claims.claim(session, "emulator:t", 10, 30)) == 1


@pytest.mark.parametrize(("kind", "status"), [(Kind.ANNOUNCEMENT, Status.UNCERTAIN), (Kind.REMINDER, Status.WAITING)])
def test_what_was_on_the_wire_at_a_crash_is_uncertain_or_repeated_by_its_kind(
    session: Session, people: list[Person], kind: Kind, status: Status
) -> None:
    expanded(session, kind)
    row = claims.claim(session, "emulator", 1, 30)[0]
    assert claims.begin_attempt(session, row)
    lapse(session)
    again = claims.claim(session, "emulator", 10, 30)
    assert (row.id in [claimed.id for claimed in again]) == (kind is Kind.REMINDER)
    stored = session.get_one(OutboxRow, row.id)
    session.refresh(stored)
    assert stored.status == status


def test_what_vanished_with_its_sender_again_and_again_is_uncertain_in_the_end(
    session: Session, people: list[Person]
) -> None:
    broadcast = expanded(session, Kind.REMINDER)
    for _ in range(outbox.MOST_REPEATS):
        (row,) = claims.claim(session, "emulator", 1, 30)
        assert claims.begin_attempt(session, row)
        lapse(session)
    assert row.id not in [claimed.id for claimed in claims.claim(session, "emulator", 10, 30)]
    session.expire_all()
    assert broadcasts.report(session, broadcast)[1][(Status.UNCERTAIN, "interrupted")] == 1


def test_what_may_have_arrived_and_is_not_wanted_any_more_is_neither_repeated_nor_said_to_be_unsent(
    session: Session, people: list[Person]
) -> None:
    broadcast = expanded(session, Kind.REMINDER)
    begun = claims.claim(session, "emulator", 5, 30)
    assert claims.begin_attempt(session, begun[0])
    lapse(session)
    for person in people:
        person.is_muted = True
    session.flush()
    assert claims.claim(session, "emulator", 10, 30) == []
    session.expire_all()
    counts = {(Status.UNCERTAIN, "interrupted"): 1, (Status.SKIPPED, "switched_off"): 4}
    assert broadcasts.report(session, broadcast) == (5, counts)


def test_what_was_claimed_but_not_begun_is_sent_by_somebody_else(session: Session, people: list[Person]) -> None:
    expanded(session)
    claimed = [row.id for row in claims.claim(session, "emulator", 5, lease=-1)]
    assert [row.id for row in claims.claim(session, "emulator", 5, 30)] == claimed


def test_a_settled_row_is_done(session: Session, people: list[Person]) -> None:
    broadcast = expanded(session)
    row = claims.claim(session, "emulator", 1, 30)[0]
    claims.begin_attempt(session, row)
    claims.settle(session, row.ended(Status.SENT, platform_id="7"))
    assert broadcasts.report(session, broadcast)[1] == {(Status.SENT, None): 1, (Status.WAITING, None): 4}


def test_two_processes_that_claim_at_once_share_the_rows(database: Database, make: Callable[[int], int]) -> None:
    make(40)

    def claim(_: int) -> list[int]:
        with database.writing() as session:
            return [row.id for row in claims.claim(session, "emulator", 10, 30)]

    with ThreadPoolExecutor(4) as threads:
        claimed = [row for rows in threads.map(claim, range(8)) for row in rows]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) == 40


@pytest.fixture
def make(database: Database) -> Callable[[int], int]:
    """Owes a number of people an announcement, committed."""

    def owed(number: int) -> int:
        with database.writing() as session:
            lanes.open_lane(session, "emulator", 0.0)
            for one in range(number):
                make_person(session, f"employee-{one}")
            return expanded(session)

    return owed


def test_whoever_lost_a_claim_begins_nothing_and_gives_nothing_back(session: Session, people: list[Person]) -> None:
    expanded(session)
    late = claims.claim(session, "emulator", 1, lease=-1)[0]
    now_mine = claims.claim(session, "emulator", 1, lease=30)[0]
    assert late.id == now_mine.id
    claims.give_back(session, late)
    assert late.id not in [row.id for row in claims.claim(session, "emulator", 10, 30)]
    assert not claims.begin_attempt(session, late)
    assert claims.begin_attempt(session, now_mine)


def test_what_would_outlive_its_lease_is_not_begun_and_another_process_sends_it(
    session: Session, people: list[Person]
) -> None:
    expanded(session)
    soon = claims.claim(session, "emulator", 1, 30)
    late = claims.claim(session, "emulator", 1, lease=-1)
    assert claims.begin_attempts(session, late + soon, 10.0) == [False, True]
    assert not claims.begin_attempt(session, soon[0], 40.0)
    assert not claims.begin_attempt(session, late[0])
    claims.give_back(session, late[0])
    again = {row.id: row.attempts for row in claims.claim(session, "emulator", 10, 30)}
    assert (again[late[0].id], soon[0].id in again) == (0, False)


def test_an_attempt_is_begun_once(session: Session, people: list[Person]) -> None:
    expanded(session)
    row = claims.claim(session, "emulator", 1, 30)[0]
    assert claims.begin_attempt(session, row)
    claims.settle(session, row.ended(Status.SENT, platform_id="7"))
    assert not claims.begin_attempt(session, row)


def test_who_turned_messages_off_in_the_meantime_is_not_sent_to(session: Session, people: list[Person]) -> None:
    broadcast = expanded(session)
    people[0].is_muted = True
    session.add(people[0])
    session.flush()
    assert people[1].address_id is not None
    claims.mark_gone(session, people[1].address_id, "gone")
    assert len(claims.claim(session, "emulator", 10, 30)) == 3
    assert broadcasts.report(session, broadcast)[1] == {
        (Status.SKIPPED, "switched_off"): 1,
        (Status.FAILED, "gone"): 1,
        (Status.WAITING, None): 3,
    }


def test_a_row_that_was_never_written_is_unaccounted_for(session: Session, people: list[Person]) -> None:
    broadcast = expanded(session)
    row = session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == broadcast)).first()
    session.delete(row)
    session.flush()
    planned, counts = broadcasts.report(session, broadcast)
    assert (planned, counts[(Status.FAILED, "unaccounted")]) == (5, 1)


def test_a_channels_new_pace_is_its_tenants_too(session: Session, people: list[Person]) -> None:
    where = Whereabouts(channel="emulator", tenant="t", account="x", lane="emulator:t", conversation="c")
    recognise(session, where, "osu2020")
    expanded(session)
    lanes.open_lane(session, "emulator", 1.0)
    session.expire_all()
    assert {lane.name: lane.interval for lane in lanes.every(session)} == {"emulator": 1.0, "emulator:t": 1.0}


def test_lanes_can_be_opened_by_two_processes_at_once(database: Database) -> None:
    def opened(_: int) -> None:
        with database.writing() as session:
            lanes.open_lane(session, "msteams", 0.02)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(opened, range(8)))


def test_a_stored_message_cannot_be_changed_by_any_function(session: Session, people: list[Person]) -> None:
    stored = message(session)
    broadcast = broadcasts.owe_everyone(session, "osu2020", stored, "once")
    again = broadcasts.owe_everyone(session, "osu2020", message(session), "once")
    assert again.message_id == broadcast.message_id
    assert outbox.cards(session, stored.id or 0) == CARDS
