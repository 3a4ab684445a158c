"""In a person's quiet hours nothing is sent that can wait; what is too late then is counted as that."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import select

from storage import broadcasts, claims, held, lanes, outbox, programmes, quiet_hours
from storage.database import Database, Session
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.quiet_hours import USUAL, Hours, quiet_until
from storage.refusals import Refused
from tests.conftest import NOW, lapse, make_person

OSLO = ZoneInfo("Europe/Oslo")
CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
EVENING = datetime(2020, 11, 24, 20, tzinfo=OSLO)
MORNING = datetime(2020, 11, 25, 7, tzinfo=OSLO)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=OSLO)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2020-11-24T09:00", None),
        ("2020-11-24T16:59", None),
        ("2020-11-24T17:00", "2020-11-25T07:00"),
        ("2020-11-24T03:00", "2020-11-24T07:00"),
        ("2020-11-27T17:00", "2020-11-30T07:00"),
        ("2021-03-31T18:00", "2021-04-06T07:00"),  # Easter: from the Thursday until the Monday
        ("2021-05-17T09:00", "2021-05-18T07:00"),  # Constitution Day
        ("2020-12-25T09:00", "2020-12-28T07:00"),
        ("2021-03-27T20:00", "2021-03-29T07:00"),  # the hour that does not exist is on the Sunday
        ("2020-10-25T02:30", "2020-10-26T07:00"),  # and the one that comes twice
    ],
)
def test_the_usual_quiet_time_is_from_five_to_seven_on_weekends_and_on_holidays(now: str, until: str | None) -> None:
    found = quiet_until(USUAL, at(now), OSLO)
    assert (found.astimezone(OSLO).isoformat()[:16] if found else None) == until


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (Hours(8, 16, False), "2020-11-28T09:00", "2020-11-28T16:00"),
        (Hours(8, 16, False), "2020-11-28T03:00", None),
        (Hours(5, 5, False), "2020-11-28T05:00", None),
        (Hours(0, 23, True), "2020-11-27T23:30", None),
        (Hours(0, 23, True), "2020-11-28T00:00", "2020-11-30T23:00"),
        (Hours(1, 2, False), "2021-03-28T01:30", "2021-03-28T03:00"),
        (Hours(17, 0, False), "2020-11-24T18:00", "2020-11-25T00:00"),
    ],
)
def test_shift_workers_have_their_own(hours: Hours, now: str, until: str | None) -> None:
    found = quiet_until(hours, at(now), OSLO)
    assert (found.astimezone(OSLO).isoformat()[:16] if found else None) == until


@given(
    begins=st.integers(0, 23), ends=st.integers(0, 23), free_days=st.booleans(), seconds=st.integers(0, 8 * 366 * 86400)
)
@example(begins=2, ends=3, free_days=False, seconds=int(at("2021-03-28T01:30").timestamp() - NOW.timestamp()))
@example(begins=1, ends=2, free_days=True, seconds=int(at("2021-10-31T02:30").timestamp() - NOW.timestamp()))
def test_quiet_time_always_ends_and_at_its_end_it_is_not_quiet(
    begins: int, ends: int, free_days: bool, seconds: int
) -> None:
    hours, now = Hours(begins, ends, free_days), NOW + timedelta(seconds=seconds)
    until = quiet_until(hours, now, OSLO)
    if until is not None:
        assert now.timestamp() < until.timestamp() < now.timestamp() + 9 * 86400
        assert quiet_until(hours, until, OSLO) is None
        before = datetime.fromtimestamp(until.timestamp() - 1, OSLO)
        assert quiet_until(hours, before, OSLO) is not None


def test_what_is_put_off_comes_no_earlier_and_not_in_quiet_hours() -> None:
    saturday = at("2020-11-28T07:00")
    assert quiet_until(USUAL, at("2020-11-24T09:00"), OSLO, saturday) == at("2020-11-30T07:00")
    assert quiet_until(USUAL, at("2020-11-24T09:00"), OSLO, at("2020-11-23T07:00")) is None


def test_norwegian_holidays_are_free_days() -> None:
    free = {
        date(2021, 1, 1),
        date(2021, 4, 1),
        date(2021, 4, 2),
        date(2021, 4, 5),
        date(2021, 5, 13),
        date(2021, 5, 17),
    }
    assert all(quiet_hours.is_free_day(day) for day in free)
    assert not quiet_hours.is_free_day(date(2021, 4, 6))


def owed(session: Session, person: Person, kind: Kind = Kind.ANNOUNCEMENT, **more: object) -> OutboxRow:
    lanes.open_lane(session, "emulator", 0.0)
    message = outbox.write(session, "osu2020", kind, CARDS, **more)  # type: ignore[arg-type]
    outbox.owe_each(session, [person.identity], message, f"key-{message.id}", NOW)
    return session.exec(select(OutboxRow).where(OutboxRow.message_id == message.id)).one()


def claimed(session: Session, now: datetime) -> list[int]:
    return [row.id for row in claims.claim(session, "emulator", 10, -1, now)]


def state(session: Session, row: OutboxRow) -> tuple[str, str | None, bool]:
    session.refresh(row)
    return row.status, row.reason, row.next_at is not None


def release(session: Session, now: datetime) -> int:
    return held.release(session, programmes.get(session, "osu2020"), now)


@pytest.mark.parametrize("kind", [kind for kind in held.CAN_WAIT if kind not in outbox.OF_SEVERAL])
def test_what_can_wait_is_held_until_quiet_time_is_over(
    session: Session, person: Callable[..., Person], kind: Kind
) -> None:
    row = owed(session, person(), kind)
    assert claimed(session, EVENING) == []
    assert state(session, row) == (Status.WAITING, "quiet", False)
    assert release(session, MORNING - timedelta(seconds=1)) == 0
    assert [release(session, MORNING), release(session, MORNING)] == [1, 0]
    assert claimed(session, MORNING) == [row.id]


@pytest.fixture
def many(database: Database) -> Database:
    """Forty people, held until the morning."""
    with database.writing() as session:
        lanes.open_lane(session, "emulator", 0.0)
        those = [make_person(session, f"many-{number}").identity for number in range(40)]
        message = outbox.write(session, "osu2020", Kind.REMINDER, CARDS)
        outbox.owe_each(session, those, message, "many", NOW)
        claims.claim(session, "emulator", 100, 30, EVENING)
    return database


def release_all(database: Database) -> int:
    """Releases until nothing more is held; returns how many that were."""
    released = 0
    while True:
        with database.writing() as session:
            part = release(session, MORNING)
        if not part:
            return released
        released += part


def due(database: Database) -> int:
    with database.reading() as session:
        rows = session.exec(select(OutboxRow.id).where(OutboxRow.next_at != None, OutboxRow.held_until == None))  # noqa: E711
        return len(rows.all())


def test_replicas_that_release_at_once_release_each_message_once(
    many: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "CHUNK", 3)
    assert due(many) == 0
    with ThreadPoolExecutor(4) as replicas:
        assert sum(replicas.map(lambda _: release_all(many), range(4))) == 40
    assert due(many) == 40


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_a_killed_replica_was_releasing_another_one_releases(
    many: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "CHUNK", 10)
    with Session(many.engine, info={"kept": {}}) as killed:
        assert release(killed, MORNING) == 10
        # Meanwhile another one waits for nobody.
        assert release_all(many) == 30
        killed.rollback()
    assert release_all(many) == 10
    assert due(many) == 40


def test_what_was_on_the_wire_when_everything_went_down_is_not_repeated_in_quiet_hours(
    session: Session, person: Callable[..., Person]
) -> None:
    row = owed(session, person(), Kind.REMINDER)
    (claim,) = claims.claim(session, "emulator", 10, 30, NOW)
    assert claims.begin_attempt(session, claim)
    lapse(session)
    assert claimed(session, EVENING) == []
    assert state(session, row) == (Status.WAITING, "quiet", False)
    release(session, MORNING)
    assert claimed(session, MORNING) == [row.id]


def test_an_announcement_that_is_to_be_looked_for_still_is_when_quiet_hours_are_over(
    session: Session, person: Callable[..., Person]
) -> None:
    row = owed(session, person())
    (claim,) = claims.claim(session, "emulator", 10, 30, NOW)
    assert claims.begin_attempt(session, claim)
    lapse(session)
    for _ in range(2):
        assert claims.claim(session, "emulator", 10, 30, EVENING, can_tell=lambda _: True) == []
        assert state(session, row) == (Status.WAITING, "interrupted", False)
        held.look_again(session, session.get_one(Person, row.person_id), EVENING)
    release(session, MORNING)
    (claim,) = claims.claim(session, "emulator", 10, 30, MORNING, can_tell=lambda _: True)
    assert claim.is_again


def test_what_was_on_the_wire_and_is_of_no_use_any_more_may_have_arrived(
    session: Session, person: Callable[..., Person]
) -> None:
    row = owed(session, person(), Kind.REMINDER, useful_until=NOW + timedelta(hours=1))
    (claim,) = claims.claim(session, "emulator", 10, 30, NOW)
    assert claims.begin_attempt(session, claim)
    lapse(session)
    assert claimed(session, NOW + timedelta(days=3)) == []
    assert state(session, row) == (Status.UNCERTAIN, "interrupted", False)


def test_after_a_long_sleep_what_was_held_is_looked_at_anew(session: Session, person: Callable[..., Person]) -> None:
    row = owed(session, person())
    claimed(session, EVENING)
    saturday = EVENING + timedelta(days=4)
    assert release(session, saturday) == 1
    assert claimed(session, saturday) == []
    assert state(session, row) == (Status.WAITING, "quiet", False)
    assert release(session, at("2020-11-30T07:00")) == 1
    assert claimed(session, at("2020-11-30T07:00")) == [row.id]


def test_what_is_urgent_or_was_asked_for_comes_at_once(session: Session, person: Callable[..., Person]) -> None:
    rows = [owed(session, person(), is_urgent=True), owed(session, person(), Kind.NOTICE)]
    assert claimed(session, EVENING) == [row.id for row in rows]


def test_what_would_be_too_late_then_is_skipped_and_counted_as_that(
    session: Session, person: Callable[..., Person]
) -> None:
    midnight = at("2020-11-25T00:00")
    late = owed(session, person(), Kind.REMINDER, useful_until=midnight)
    assert claimed(session, EVENING) == []
    assert state(session, late) == (Status.SKIPPED, "too_late", False)
    passed = owed(session, person(), Kind.REMINDER, useful_until=midnight)
    assert claimed(session, at("2020-11-27T09:00")) == []
    assert state(session, passed) == (Status.SKIPPED, "too_late", False)


def test_the_report_counts_who_is_in_quiet_time(session: Session, person: Callable[..., Person]) -> None:
    people = [person(f"employee-{number}") for number in range(3)]
    lanes.open_lane(session, "emulator", 0.0)
    quiet_hours.choose(session, people[0], Hours(8, 16, False))
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    broadcast = broadcasts.owe_everyone(session, "osu2020", message, "once")
    broadcasts.expand(session, broadcast.id or 0)
    assert len(claimed(session, EVENING)) == 1
    counts = {(Status.WAITING, "quiet"): 2, (Status.WAITING, None): 1}
    assert broadcasts.report(session, broadcast.id or 0) == (3, counts)


def test_other_hours_let_what_is_held_be_looked_at_again(session: Session, person: Callable[..., Person]) -> None:
    one, other = person("one"), person("other")
    rows = [owed(session, one), owed(session, other)]
    claimed(session, EVENING)
    quiet_hours.choose(session, one, Hours(8, 16, False))
    held.look_again(session, one, EVENING)
    assert claimed(session, EVENING) == [rows[0].id]


def test_whoever_turns_messages_off_while_one_is_held_does_not_get_it(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    row = owed(session, one)
    claimed(session, EVENING)
    one.is_muted = True
    session.add(one)
    session.flush()
    release(session, MORNING)
    assert claimed(session, MORNING) == []
    assert state(session, row) == (Status.SKIPPED, "switched_off", False)


@pytest.mark.parametrize("hours", [Hours(24, 7), Hours(17, -1)])
def test_an_hour_that_no_day_has_is_refused(session: Session, person: Callable[..., Person], hours: Hours) -> None:
    with pytest.raises(Refused):
        quiet_hours.choose(session, person(), hours)


def test_nothing_is_put_off_for_longer_than_a_month(session: Session, person: Callable[..., Person]) -> None:
    with pytest.raises(Refused):
        quiet_hours.snooze(session, person(), NOW + timedelta(days=32), NOW)
    assert quiet_hours.snooze(session, person(), NOW - timedelta(days=1), NOW).snoozed_until is None
