"""What is owed and held: until its person's quiet time is over. The two clocks meet here.

A row that is held has no ``next_at``, so that no process claims it, and ``held_until`` by the programme's *now*. When
that has come, by whichever clock, it is due at once by the machine's.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, null, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage import parts, quiet_hours
from storage.database import machine_clock
from storage.outbox import INTERRUPTED, OF_SEVERAL, REPEATABLE, Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import COLUMNS, USUAL, Hours, QuietHours

#: What can wait. What somebody asked for by an act of their own cannot.
CAN_WAIT = (Kind.ANNOUNCEMENT, Kind.REMINDER, Kind.TOP_LIST, Kind.DIGEST, Kind.PERSONAL_REMINDER, *sorted(OF_SEVERAL))
#: Why a row waits, and why it was not sent at all.
QUIET, TOO_LATE = "quiet", "too_late"
#: How many rows one transaction releases.
CHUNK = 1000


def hold(session: Session, ids: list[int], now: datetime, begun: frozenset[int] = frozenset()) -> None:
    """Of these rows, holds those whose person has quiet time, and skips what is, or then would be, too late. What was
    ``begun`` may have arrived: a card of several is not taken apart then, or each part would come once more."""
    for row in _candidates(session, ids):
        until = quiet_hours.quiet_until(row.hours, now, ZoneInfo(row.timezone), row.snoozed_until)
        if row.useful_until is not None and (until or now) > row.useful_until:
            values: dict[str, Any] = {"status": Status.SKIPPED, "reason": TOO_LATE, "held_until": null()}
        elif until is not None and row.can_wait and row.kind in OF_SEVERAL and row.id not in begun:
            # By then some of it may be too late, and something else may have come to it.
            parts.take_apart(session, row.id, until, QUIET)
            continue
        elif until is not None and row.can_wait:
            values = {"reason": QUIET, "held_until": until}
            if row.kind not in REPEATABLE:
                # What may have arrived is looked for when the time is over: that must not be forgotten until then.
                values["reason"] = case((col(OutboxRow.reason) == INTERRUPTED, INTERRUPTED), else_=QUIET)
        else:
            continue
        statement = update(OutboxRow).where(col(OutboxRow.id) == row.id, col(OutboxRow.status) == Status.WAITING)
        session.execute(statement.values(next_at=null(), **values))


def release(session: Session, programme: Programme, now: datetime) -> int:
    """Makes due what was held until now, some of it at a time; returns how much. Whether it is quiet again is looked
    at when it is claimed."""
    over = (
        select_columns(col(OutboxRow.id))
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .where(
            col(OutboxRow.held_until) <= now,
            col(Message.programme_key) == programme.key,
            # The others are released by storage.together.
            col(Message.gathers_at).is_(None),
        )
        .order_by(col(OutboxRow.held_until), col(OutboxRow.id))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    ids = [row[0] for row in session.execute(over)]
    return _make_due(session, col(OutboxRow.id).in_(ids)) if ids else 0


def look_again(session: Session, person: Person, now: datetime) -> None:
    """Their quiet hours changed: what is held for them is looked at anew."""
    is_theirs = col(OutboxRow.person_id) == person.identity
    gathered = select_columns(col(Message.id)).where(col(Message.gathers_at).is_not(None))
    gathers = col(OutboxRow.message_id).in_(gathered)
    if _make_due(session, and_(is_theirs, ~gathers)):
        session.info["owes"] = True
    held = (is_theirs, gathers, col(OutboxRow.held_until).is_not(None), col(OutboxRow.status) == Status.WAITING)
    session.execute(update(OutboxRow).where(*held).values(held_until=now))


def _make_due(session: Session, which: Any) -> int:
    is_held = (col(OutboxRow.held_until).is_not(None), col(OutboxRow.status) == Status.WAITING)
    statement = update(OutboxRow).where(which, *is_held)
    reason = case((col(OutboxRow.reason) == INTERRUPTED, INTERRUPTED), else_=null())
    values = {"next_at": machine_clock(), "held_until": null(), "reason": reason}
    return len(session.execute(statement.values(**values).returning(col(OutboxRow.id))).all())


class _Candidate:
    """A row and what decides whether it is held."""

    def __init__(self, row: Any) -> None:
        self.id, self.kind, is_urgent, self.useful_until, self.timezone, begins, ends, free_days, self.snoozed_until = (
            row
        )
        self.can_wait = self.kind in CAN_WAIT and not is_urgent
        self.hours = USUAL if begins is None else Hours(begins, ends, free_days)


def _candidates(session: Session, ids: list[int]) -> list[_Candidate]:
    statement: Any = (
        select(  # type: ignore[call-overload]
            col(OutboxRow.id), Message.kind, Message.is_urgent, Message.useful_until, Programme.timezone, *COLUMNS
        )
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .join(Programme, col(Programme.key) == Message.programme_key)
        .outerjoin(QuietHours, col(QuietHours.person_id) == OutboxRow.person_id)
        .where(col(OutboxRow.id).in_(ids), OutboxRow.status == Status.WAITING, col(OutboxRow.person_id).is_not(None))
    )
    return [_Candidate(row) for row in session.execute(statement)]
