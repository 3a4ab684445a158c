"""What falls together for one person is one card, sent once, and each message of it is accounted for; over the number a
week what can wait comes with something else, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, select

from dialogs.card import Card
from dialogs.together import queue_together
from storage import broadcasts, claims, held, lanes, outbox, programmes, quiet_hours
from storage.database import Database, Session
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.quiet_hours import NO_LIMIT
from storage.refusals import Refused
from tests.conftest import lapse, make_person

OSLO = ZoneInfo("Europe/Oslo")
#: A Tuesday; a day in quiet hours, and the morning after.
NOON = datetime(2020, 11, 24, 12, tzinfo=OSLO)
EVENING, MORNING = NOON.replace(hour=20), datetime(2020, 11, 25, 7, tzinfo=OSLO)
UNASKED: dict[str, Any] = {"kind": Kind.TOP_LIST, "is_unasked": True}


def cards(title: str) -> dict[str, Any]:
    hello = {"title": title, "buttons": [{"title": "Hjelp", "action": "help"}]}
    return {"nb": hello | {"blocks": [{"kind": "text", "text": f"Om {title}"}]}}


def owe(session: Session, *people: Person, now: datetime = NOON, kind: Kind = Kind.REMINDER, **more: Any) -> Message:
    """Owes these people a message that waits for what else they get."""
    lanes.open_lane(session, "emulator", 0.0)
    number = len(session.exec(select(Message.id)).all())
    message = outbox.write(session, "osu2020", kind, cards(f"nr {number}"), gathers_at=now, **more)
    outbox.owe_each(session, [person.identity for person in people], message, f"key-{message.id}", now)
    return message


def let_go(session: Session, now: datetime = NOON) -> int:
    return queue_together(session, programmes.get(session, "osu2020"), now)


def sent(session: Session, now: datetime = NOON) -> list[str]:
    """Sends what may be sent now; returns the titles."""
    rows = claims.claim(session, "emulator", 50, 60, now)
    assert all(claims.begin_attempt(session, row) for row in rows)
    for row in rows:
        claims.settle(session, row.ended(Status.SENT))
    return [Card.model_validate(outbox.cards(session, row.message_id)["nb"]).title for row in rows]


def states(session: Session, message: Message) -> list[tuple[str, str | None]]:
    statement = select(OutboxRow.status, OutboxRow.reason).where(OutboxRow.message_id == message.id)
    return list(session.exec(statement.order_by(col(OutboxRow.id))))


def test_one_message_alone_is_sent_as_it_is(session: Session, person: Callable[..., Person]) -> None:
    message = owe(session, person())
    assert sent(session) == []
    assert [let_go(session), let_go(session)] == [1, 0]
    assert sent(session) == ["nr 0"]
    assert states(session, message) == [(Status.SENT, None)]


def test_two_for_one_person_are_one_card_in_order_of_importance(
    session: Session, person: Callable[..., Person]
) -> None:
    one, other = person("one"), person("other")
    owe(session, one, kind=Kind.PERSONAL_REMINDER)
    owe(session, one, other)
    let_go(session)
    assert sorted(sent(session)) == ["nr 1", "nr 1 – og 1 til"]
    assert sent(session) == []


def test_urgent_ones_announcements_and_answers_come_by_themselves(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    owe(session, one)
    owe(session, one)
    for kind in (Kind.ANNOUNCEMENT, Kind.NOTICE):
        message = outbox.write(session, "osu2020", kind, cards(kind))
        outbox.owe_each(session, [one.identity], message, kind, NOON)
    assert sorted(sent(session)) == ["announcement", "notice"]
    let_go(session)
    assert sent(session) == ["nr 0 – og 1 til"]


def test_what_is_held_for_quiet_hours_comes_as_one_when_they_are_over(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    held_one, late = owe(session, one, now=EVENING), owe(session, one, now=EVENING, useful_until=EVENING)
    let_go(session, EVENING)
    assert states(session, held_one) == [(Status.WAITING, "quiet")]
    assert states(session, late) == [(Status.SKIPPED, "too_late")]
    owe(session, one, now=MORNING)
    assert held.release(session, programmes.get(session, "osu2020"), MORNING) == 0
    let_go(session, MORNING)
    assert sent(session, MORNING) == ["nr 0 – og 1 til"]


def test_the_report_counts_a_part_as_what_became_of_its_card(session: Session, person: Callable[..., Person]) -> None:
    people = [person(f"p-{number}") for number in range(3)]
    lanes.open_lane(session, "emulator", 0.0)
    message = outbox.write(session, "osu2020", Kind.REMINDER, cards("alle"), gathers_at=NOON)
    broadcast = broadcasts.owe_everyone(session, "osu2020", message, "once", NOON).id or 0
    assert let_go(session) == 0
    broadcasts.expand(session, broadcast)
    owe(session, *people[:2])
    let_go(session)
    assert broadcasts.report(session, broadcast) == (3, {(Status.WAITING, None): 3})
    rows = claims.claim(session, "emulator", 50, 60, NOON)
    assert len(rows) == 3
    for row in rows:
        claims.begin_attempt(session, row)
    claims.settle(session, rows[0].ended(Status.SENT))
    claims.settle(session, rows[1].ended(Status.SENT))
    claims.settle(session, rows[2].ended(Status.FAILED, "gave_up"))
    planned, counts = broadcasts.report(session, broadcast)
    assert planned == sum(counts.values()) == 3
    # Those two of the three whose card it was on have the larger ids: one of them was sent.
    assert counts == {(Status.SENT, None): 1, (Status.SENT, "together"): 1, (Status.FAILED, "gave_up"): 1}


@pytest.mark.parametrize(
    ("kinds", "after"),
    [
        ((Kind.REMINDER, Kind.DIGEST), {(Status.WAITING, outbox.INTERRUPTED)}),
        ((Kind.REMINDER, Kind.TOP_LIST), {(Status.UNCERTAIN, outbox.INTERRUPTED)}),
        ((Kind.TOP_LIST, Kind.TOP_LIST), {(Status.UNCERTAIN, outbox.INTERRUPTED)}),
    ],
)
def test_a_card_is_sent_again_only_where_each_message_on_it_would_be(
    session: Session, person: Callable[..., Person], kinds: tuple[Kind, ...], after: set[tuple[Status, str | None]]
) -> None:
    one = person()
    for kind in kinds:
        owe(session, one, kind=kind)
    let_go(session)
    (row,) = claims.claim(session, "emulator", 50, 60, NOON)
    assert claims.begin_attempt(session, row)
    lapse(session)
    again = claims.claim(session, "emulator", 50, 60, NOON)
    assert bool(again) is (row.kind == Kind.TOGETHER)
    statement = select(OutboxRow.status, OutboxRow.reason).where(OutboxRow.id == row.id)
    assert set(session.exec(statement)) == after


def test_it_does_not_wait_for_ever_for_rows_that_nobody_writes(session: Session, person: Callable[..., Person]) -> None:
    owe(session, person())
    message = outbox.write(session, "osu2020", Kind.REMINDER, cards("alle"), gathers_at=NOON)
    broadcasts.owe_everyone(session, "osu2020", message, "once", NOON)
    assert [let_go(session), let_go(session, NOON + timedelta(minutes=11))] == [0, 1]


def test_a_card_that_falls_into_quiet_hours_is_taken_apart_and_put_together_anew(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    late, kept = owe(session, one, useful_until=EVENING + timedelta(hours=1)), owe(session, one)
    let_go(session)
    assert sent(session, EVENING) == []
    assert states(session, kept) == [(Status.WAITING, "quiet")]
    new = owe(session, one, now=MORNING)
    let_go(session, MORNING)
    assert sent(session, MORNING) == ["nr 1 – og 1 til"]
    assert states(session, late) == [(Status.SKIPPED, "too_late")]
    assert states(session, kept) == states(session, new) == [(Status.MERGED, None)]


def test_two_at_once_make_one_card_for_each_person(database: Database) -> None:
    with database.writing() as session:
        people = [make_person(session, f"p-{number}") for number in range(20)]
        for _ in range(2):
            owe(session, *people)
    together = Barrier(2)

    def run(_: int) -> int:
        together.wait()
        with database.writing() as session:
            return let_go(session)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 40
    with database.writing() as session:
        assert sent(session) == ["nr 0 – og 1 til"] * 20


def test_a_crash_in_between_leaves_all_as_it_was(database: Database) -> None:
    with database.writing() as session:
        one = make_person(session, "one")
        owe(session, one)
        owe(session, one)

    def crash() -> None:
        with database.writing() as session:
            let_go(session)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        crash()
    with database.writing() as session:
        assert sent(session) == []
        let_go(session)
        assert sent(session) == ["nr 0 – og 1 til"]


def test_what_was_turned_off_meanwhile_is_on_no_card(session: Session, person: Callable[..., Person]) -> None:
    one = person()
    off = owe(session, one)
    owe(session, one, kind=Kind.DIGEST)
    one.wants_reminders = False
    session.add(one)
    session.flush()
    let_go(session)
    assert sent(session) == ["nr 1"]
    assert states(session, off) == [(Status.SKIPPED, "switched_off")]


def days(count: int) -> datetime:
    return NOON + timedelta(days=count)


def send_one_a_day(session: Session, one: Person, first: int, last: int) -> list[Message]:
    messages = []
    for day in range(first, last + 1):
        messages.append(owe(session, one, now=days(day), **UNASKED))
        let_go(session, days(day))
    return messages


def test_over_the_number_a_week_it_waits_for_the_next_week_and_comes_as_one(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    quiet_hours.limit(session, one, 2)
    messages = send_one_a_day(session, one, 0, 3)
    assert sent(session, days(3)) == ["nr 0", "nr 1"]
    assert states(session, messages[2]) == states(session, messages[3]) == [(Status.WAITING, "over_limit")]
    monday = datetime(2020, 11, 30, 7, tzinfo=OSLO)
    assert let_go(session, monday - timedelta(seconds=1)) == 0
    let_go(session, monday)
    # Two top lists: the last one tells it.
    assert sent(session, monday) == ["nr 3"]
    assert states(session, messages[2]) == [(Status.MERGED, None)]
    # Both together, a message of their own, were one of the new week's two.
    assert send_one_a_day(session, one, 7, 8)
    assert sent(session, days(8)) == ["nr 5"]


def test_over_the_number_it_comes_along_with_what_comes_anyway(session: Session, person: Callable[..., Person]) -> None:
    one = person()
    quiet_hours.limit(session, one, 1)
    over = send_one_a_day(session, one, 0, 1)[1]
    digest = owe(session, one, now=days(2), kind=Kind.DIGEST)
    let_go(session, days(2))
    assert sent(session, days(2)) == ["nr 0", "nr 2 – og 1 til"]
    assert states(session, over) == states(session, digest) == [(Status.MERGED, None)]


def test_over_the_number_what_cannot_wait_is_not_sent_and_counted_as_that(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    quiet_hours.limit(session, one, 1)
    send_one_a_day(session, one, 0, 0)
    tonight = owe(session, one, kind=Kind.REMINDER, is_unasked=True, useful_until=NOON + timedelta(hours=4))
    let_go(session)
    assert states(session, tonight) == [(Status.WAITING, "over_limit")]
    assert let_go(session, NOON + timedelta(hours=4)) == 0
    let_go(session, NOON + timedelta(hours=4, seconds=1))
    assert states(session, tonight) == [(Status.SKIPPED, "over_limit")]


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.PERSONAL_REMINDER, Kind.DIGEST])
def test_what_was_asked_for_or_must_be_said_is_never_limited_and_counts_nothing(
    session: Session, person: Callable[..., Person], kind: Kind
) -> None:
    one = person()
    quiet_hours.limit(session, one, 1)
    for hour in range(3):
        owe(session, one, now=NOON + timedelta(hours=hour), kind=kind)
        let_go(session, NOON + timedelta(hours=hour))
        assert sent(session, NOON + timedelta(hours=hour)) == [f"nr {hour}"]
    send_one_a_day(session, one, 1, 1)
    assert sent(session, days(1)) == ["nr 3"]


def test_the_programmes_number_holds_for_who_set_none_and_none_is_no_limit(
    session: Session, person: Callable[..., Person]
) -> None:
    usual, unlimited = person("usual"), person("unlimited")
    quiet_hours.limit(session, unlimited, NO_LIMIT)
    for hour in range(5):
        for minute in (0, 20):
            now = NOON - timedelta(hours=5 - hour) + timedelta(minutes=minute)
            owe(session, usual, unlimited, now=now, **UNASKED)
            let_go(session, now)
    rows = session.exec(select(OutboxRow.person_id).where(col(OutboxRow.next_at).is_not(None))).all()
    assert (rows.count(usual.id), rows.count(unlimited.id)) == (5, 10)


def test_a_higher_number_lets_what_waits_go(session: Session, person: Callable[..., Person]) -> None:
    one = person()
    quiet_hours.limit(session, one, 1)
    send_one_a_day(session, one, 0, 1)
    sent(session, days(1))
    quiet_hours.limit(session, one, 2)
    held.look_again(session, one, days(1))
    let_go(session, days(1))
    assert sent(session, days(1)) == ["nr 1"]


def test_a_number_that_cannot_be_chosen_is_refused(session: Session, person: Callable[..., Person]) -> None:
    for wrong in (-1, quiet_hours.MOST_A_WEEK + 1):
        with pytest.raises(Refused):
            quiet_hours.limit(session, person(), wrong)


def test_who_wants_only_what_must_be_said_gets_that_and_nothing_else(
    session: Session, person: Callable[..., Person]
) -> None:
    one = person()
    before = owe(session, one, kind=Kind.DIGEST)
    one.only_musts = True
    session.add(one)
    session.flush()
    left_out = [before, owe(session, one, **UNASKED), owe(session, one, kind=Kind.REMINDER, is_unasked=True)]
    owe(session, one)
    owe(session, one, kind=Kind.PERSONAL_REMINDER)
    for kind in (Kind.ANNOUNCEMENT, Kind.NOTICE):
        message = outbox.write(session, "osu2020", kind, cards(kind))
        outbox.owe_each(session, [one.identity], message, kind, NOON)
    let_go(session)
    assert sorted(sent(session)) == ["announcement", "notice", "nr 3 – og 1 til"]
    assert [states(session, message) for message in left_out] == [[(Status.SKIPPED, "switched_off")]] * 3
