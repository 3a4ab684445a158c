"""What falls together: messages that need not come by themselves pass here, and those for one person become one card.

Their rows are born held, from the moment that the message names. Here it is decided for each person what goes now, what
waits, and what is not sent any more: by their quiet time, and by how many unasked messages a week they want.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, null, true, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage import outbox, parts, quiet_hours
from storage.audiences import SWITCHED_OFF
from storage.broadcasts import Broadcast
from storage.database import machine_clock
from storage.held import QUIET, TOO_LATE
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import COLUMNS, NO_LIMIT, USUAL, Hours, QuietHours

#: Why a row waits for the next card or the next week, and why it was not sent where it could not.
OVER_LIMIT = "over_limit"
#: How many rows one transaction looks at first: other writers wait no longer than that takes.
CHUNK = 500
#: How long what is due waits for a message to everyone whose rows are still being written, by the programme's *now*.
PATIENCE = timedelta(minutes=10)
#: In which order messages stand on one card: those that name a deadline or a changed day, what was asked for, the rest.
_ORDER = (
    (Kind.REMINDER, False),
    (Kind.PERSONAL_REMINDER, False),
    (Kind.REMINDER, True),
    (Kind.DIGEST, False),
    (Kind.TOP_LIST, True),
)


@dataclass(frozen=True)
class Part:
    """A row that waits to go."""

    row: int
    message: int
    kind: Kind
    is_unasked: bool
    useful_until: datetime | None
    reason: str | None
    is_counted: bool
    #: Turned off by its person after it was written.
    is_off: bool

    @property
    def importance(self) -> tuple[int, int]:
        what = (self.kind, self.is_unasked)
        return (_ORDER.index(what) if what in _ORDER else len(_ORDER), self.message)

    @property
    def is_limited(self) -> bool:
        return self.is_unasked and not self.is_counted

    def is_late(self, at: datetime) -> bool:
        return self.useful_until is not None and at > self.useful_until


@dataclass(frozen=True)
class Addressee:
    """Somebody for whom something waits, and what they chose. ``most`` a week, of which ``counted`` were sent."""

    person: int
    hours: Hours
    snoozed_until: datetime | None
    most: int
    counted: int
    parts: tuple[Part, ...]


@dataclass
class Decision:
    """What goes to each person now, most important first; what is held until when and why; what is not sent and why."""

    go: dict[int, list[Part]] = field(default_factory=dict)
    held: dict[tuple[datetime, str], list[int]] = field(default_factory=dict)
    skipped: dict[str, list[int]] = field(default_factory=dict)


def is_being_written(session: Session, programme_key: str, now: datetime) -> bool:
    """Whether rows of a message that others are to come together with are still being written."""
    statement = (
        select(Broadcast.id)
        .join(Message, col(Message.id) == Broadcast.message_id)
        .where(
            Broadcast.programme_key == programme_key,
            col(Broadcast.is_expanded).is_(False),
            col(Broadcast.decided_at) > now - PATIENCE,
            col(Message.gathers_at).is_not(None),
        )
    )
    return session.exec(statement).first() is not None


def waiting(session: Session, programme: Programme, now: datetime) -> list[Addressee]:
    """The next people for whom something is due, with all that waits for them by its limit, too. Each is in the hands
    of one process only."""
    due = (
        select_columns(col(OutboxRow.person_id))
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .where(
            col(OutboxRow.held_until) <= now,
            col(Message.programme_key) == programme.key,
            col(Message.gathers_at).is_not(None),
        )
        .order_by(col(OutboxRow.held_until), col(OutboxRow.id))
        .limit(CHUNK)
    )
    found = {key for (key,) in session.execute(due)}
    mine = select_columns(col(Person.id)).where(col(Person.id).in_(found))
    people = [key for (key,) in session.execute(mine.with_for_update(skip_locked=True, key_share=True))]
    return _addressees(session, programme, people, now) if people else []


def decide(everybody: Iterable[Addressee], now: datetime, zone: ZoneInfo) -> Decision:
    """What becomes of what waits for these people."""
    decision = Decision()
    for one in everybody:
        _decide(decision, one, now, zone)
    return decision


def carry_out(session: Session, decision: Decision) -> None:
    """Holds and skips what was decided to be. What goes is let go, or made one card, by the caller."""
    for (until, reason), rows in decision.held.items():
        _set(session, rows, held_until=until, reason=reason)
    for reason, rows in decision.skipped.items():
        _set(session, rows, status=Status.SKIPPED, reason=reason, held_until=null())


def let_go(session: Session, those: Iterable[Part], now: datetime) -> None:
    """Makes these due at once, each by itself."""
    by_count: dict[bool, list[int]] = {}
    for part in those:
        by_count.setdefault(part.is_limited, []).append(part.row)
    for is_limited, rows in by_count.items():
        count: dict[str, Any] = {"counted_at": now} if is_limited else {}
        _set(session, rows, next_at=machine_clock(), held_until=null(), reason=null(), **count)
    session.info["owes"] = True


def merge(session: Session, message: Message, key: str, those: dict[int, list[Part]], now: datetime) -> None:
    """Makes of what goes to each of these people one card, the message's. A key is used once for a person."""
    outbox.owe_each(session, list(those), message, key, now)
    parts.bind(session, key, [part.row for those_of in those.values() for part in those_of])
    only_unasked = [f"{key}:{who}" for who, mine in those.items() if all(part.is_limited for part in mine)]
    counted = update(OutboxRow).where(col(OutboxRow.idempotency_key).in_(only_unasked))
    session.execute(counted.values(counted_at=now).execution_options(synchronize_session=False))


def had_before(session: Session, key: str, people: Iterable[int]) -> set[int]:
    """Who of these people had a card of that key."""
    keys = [f"{key}:{who}" for who in people]
    rows = session.exec(select(OutboxRow.person_id).where(col(OutboxRow.idempotency_key).in_(keys)))
    return {row for row in rows if row is not None}


def week_of(now: datetime, zone: ZoneInfo) -> datetime:
    """When the week began that it is ``now``: on Monday, by the clock of the organisation's zone."""
    day = now.astimezone(zone).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), zone)


def _decide(decision: Decision, one: Addressee, now: datetime, zone: ZoneInfo) -> None:
    quiet = quiet_hours.quiet_until(one.hours, now, zone, one.snoozed_until)
    left = []
    for part in sorted(one.parts, key=lambda part: part.importance):
        if why := _why_not(part, quiet or now):
            decision.skipped.setdefault(why, []).append(part.row)
        else:
            left.append(part)
    if quiet is not None:
        for part in left:
            decision.held.setdefault((quiet, part.reason or QUIET), []).append(part.row)
    else:
        _let_go_or_put_off(decision, one, left, now, zone)


def _let_go_or_put_off(decision: Decision, one: Addressee, left: list[Part], now: datetime, zone: ZoneInfo) -> None:
    """An announcement stays a card of its own, so each counts by itself; the others are one card together."""
    by_itself = [part for part in left if part.kind == Kind.ANNOUNCEMENT and part.is_limited]
    together = [part for part in left if part not in by_itself]
    may_go = _may_go(one, together)
    going = together if may_go else []
    counted = one.counted + int(may_go and all(part.is_limited for part in together))
    room = len(by_itself) if one.most == NO_LIMIT else max(one.most - counted, 0)
    going += by_itself[:room]
    if going:
        decision.go[one.person] = sorted(going, key=lambda part: part.importance)
    if put_off := [part for part in left if part not in going]:
        _put_off(decision, one, put_off, now, zone)


def _why_not(part: Part, at: datetime) -> str | None:
    if part.is_off:
        return SWITCHED_OFF
    if not part.is_late(at):
        return None
    return OVER_LIMIT if part.reason == OVER_LIMIT else TOO_LATE


def _may_go(one: Addressee, left: list[Part]) -> bool:
    """What comes with something that comes anyway is no message more."""
    if not left:
        return False
    if not all(part.is_limited for part in left):
        return True
    return one.most == NO_LIMIT or one.counted < one.most


def _put_off(decision: Decision, one: Addressee, left: list[Part], now: datetime, zone: ZoneInfo) -> None:
    """Until the next week; something else that goes to them before takes it along."""
    monday = week_of(week_of(now, zone) + timedelta(days=8), zone)
    until = quiet_hours.quiet_until(one.hours, monday, zone, one.snoozed_until) or monday
    for part in left:
        # It may come along with something else until it is too late: that is when it is looked at again.
        last = min(until, part.useful_until) if part.useful_until else until
        decision.held.setdefault((last + timedelta(seconds=last < until), OVER_LIMIT), []).append(part.row)


def backlog(session: Session, programme: Programme, person: Person, now: datetime) -> list[Part]:
    """All that waits for the person, whenever it is due, most important first, for a card that goes now: in the hands
    of this process, which has written the person's row. What is too late, or was turned off, is skipped."""
    decision, left = Decision(), []
    for one in _addressees(session, programme, [person.identity], now, is_all=True):
        for part in sorted(one.parts, key=lambda part: part.importance):
            if part.kind == Kind.ANNOUNCEMENT:
                continue
            if why := _why_not(part, now):
                decision.skipped.setdefault(why, []).append(part.row)
            else:
                left.append(part)
    carry_out(session, decision)
    return left


def _addressees(
    session: Session, programme: Programme, people: list[int], now: datetime, *, is_all: bool = False
) -> list[Addressee]:
    is_due = true() if is_all else (col(OutboxRow.held_until) <= now) | (col(OutboxRow.reason) == OVER_LIMIT)
    statement: Any = (
        select_columns(
            col(OutboxRow.person_id),
            col(OutboxRow.id),
            col(OutboxRow.message_id),
            col(Message.kind),
            col(Message.is_unasked),
            col(Message.useful_until),
            col(OutboxRow.reason),
            col(OutboxRow.counted_at),
            outbox.is_off_by_kind(),
            *COLUMNS,
            col(QuietHours.weekly_most),
        )
        .join(Person, col(Person.id) == OutboxRow.person_id)
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .outerjoin(QuietHours, col(QuietHours.person_id) == OutboxRow.person_id)
        .where(
            col(OutboxRow.person_id).in_(people),
            col(OutboxRow.held_until).is_not(None),
            is_due,
            col(OutboxRow.status) == Status.WAITING,
            col(Message.programme_key) == programme.key,
            col(Message.gathers_at).is_not(None),
        )
        .order_by(col(OutboxRow.person_id), col(OutboxRow.id))
    )
    rows = session.execute(statement).all()
    counted = _counted(session, people, week_of(now, ZoneInfo(programme.timezone)))
    found: dict[int, Any] = {}
    for who, row, message, kind, is_unasked, useful_until, reason, counted_at, is_off, *chosen in rows:
        part = Part(row, message, Kind(kind), is_unasked, useful_until, reason, counted_at is not None, is_off)
        found.setdefault(who, (chosen, []))[1].append(part)
    return [
        Addressee(
            person=who,
            hours=USUAL if begins is None else Hours(begins, ends, free_days),
            snoozed_until=snoozed_until,
            most=programme.messages_a_week if most is None else most,
            counted=counted.get(who, 0),
            parts=tuple(mine),
        )
        for who, ((begins, ends, free_days, snoozed_until, most), mine) in found.items()
    ]


def _counted(session: Session, people: list[int], since: datetime) -> dict[int, int]:
    statement = (
        select_columns(col(OutboxRow.person_id), func.count())
        .where(col(OutboxRow.person_id).in_(people), col(OutboxRow.counted_at) >= since)
        .group_by(col(OutboxRow.person_id))
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _set(session: Session, rows: list[int], **values: Any) -> None:
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(rows), col(OutboxRow.status) == Status.WAITING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
