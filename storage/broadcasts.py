"""Broadcasts: one message owed to everyone, an audience or a channel; decided at once, written as rows in chunks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    true,
    update,
)
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from storage import audiences, employees, groups, lanes, outbox, parts, small_parts
from storage.audiences import EVERYONE, Audience, Moment
from storage.database import UtcDateTime, machine_clock
from storage.employees import Employee
from storage.groups import Group
from storage.outbox import Message, OutboxRow, Status
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused

#: How many people one transaction writes rows for: other writers wait no longer than that takes.
CHUNK = 500
#: How many times as many rows it looks through at most, where others than those meant are in between.
LOOKED_THROUGH = 20


class Broadcast(SQLModel, table=True):
    """A message owed to an audience; counted, then expanded into rows in chunks, first for those whom the bot has met,
    then for whom the people file adds. The cursors are the last person and the last employee done."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    message_id: int = Field(foreign_key="message.id")
    #: How many people it was meant for when it was decided; 0 until they are counted.
    planned: int
    #: Very many are counted after the decision, as of it, by a reader: others may write meanwhile.
    is_counted: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    #: Whether its reasons would tell of fewer people than a count may, as of the decision; counted with them. See
    #: storage/small_parts.py.
    tells_of_few: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    cursor: int = 0
    last_person: int
    is_expanded: bool = False
    #: Since when nothing more of it is sent, and who decided so; ``sweep`` is the last of its rows that was settled
    #: because of that, None where there is nothing to settle. See storage/stops.py.
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stopped_by: int | None = Field(default=None, foreign_key="person.id")
    sweep: int | None = Field(default=None, sa_type=BigInteger)
    #: None for everyone.
    audience: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: The programme's *now* when it was decided; None where nothing of the people file is to count.
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    employee_cursor: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_employee: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class Counted(NamedTuple):
    """How many people a broadcast was meant for, and whether what is told of them tells of a few of them."""

    planned: int
    tells_of_few: bool


def owe_everyone(
    session: Session, programme_key: str, message: Message, key: str, now: datetime | None = None
) -> Broadcast:
    """Owes a message to all people of the programme as of now. The same key again returns the broadcast there is.

    With ``now`` the programme's people file counts too: who of it lacks the app is planned for, and nobody is sent
    anything outside their dates.
    """
    return _decide(session, programme_key, message, EVERYONE, key, now)


def owe_audience(
    session: Session, programme_key: str, message: Message, audience: Audience, key: str, now: datetime
) -> Broadcast:
    """Owes a message to those whom the audience holds now. The same key again returns the broadcast there is.

    Raises Refused for an audience that holds nobody.
    """
    audiences.check(session, programme_key, audience)
    broadcast = _decide(session, programme_key, message, audience, key, now)
    if is_for_nobody(session, broadcast):
        raise Refused("refused.audience.empty")
    return broadcast


def owe_group(session: Session, programme_key: str, message: Message, group: Group, key: str) -> Broadcast:
    """Owes a message to one channel. The same key again returns the broadcast there is."""
    found = session.exec(select(Broadcast).where(Broadcast.key == key)).first()
    if found:
        return found
    session.info["owes"] = True
    assert message.id is not None
    broadcast = Broadcast(
        key=key, programme_key=programme_key, message_id=message.id, planned=1, last_person=0, is_expanded=True
    )
    session.add(broadcast)
    session.flush()
    address = groups.address_of(session, group)
    lanes.open_lane_of(session, address)
    row = OutboxRow(
        idempotency_key=key,
        lane=address.lane,
        address_id=address.id,
        message_id=message.id,
        broadcast_id=broadcast.id,
        status=Status.WAITING,
    )
    session.add(row)
    session.flush()
    session.execute(update(OutboxRow).where(col(OutboxRow.id) == row.id).values(next_at=machine_clock()))
    return broadcast


def audience(session: Session, programme_key: str, now: datetime, chosen: Audience = EVERYONE) -> int:
    """How many people a broadcast would be meant for."""
    return audiences.size(session, chosen, audiences.moment(session, programme_key, now))


def is_for_nobody(session: Session, broadcast: Broadcast) -> bool:
    """Whether nobody is in the audience."""
    if broadcast.is_counted:
        return broadcast.planned == 0
    return not audiences.holds_anybody(session, Audience.of(broadcast.audience), _moment(session, broadcast))


def uncounted(session: Session) -> list[int]:
    """Broadcasts whose people were too many to be counted when they were decided, oldest first."""
    return _ids(session, col(Broadcast.is_counted).is_(False))


def count(session: Session, broadcast_id: int) -> Counted:
    """How many people a broadcast was meant for when it was decided. Only reads, and takes seconds for a million."""
    broadcast = session.get_one(Broadcast, broadcast_id)
    return _counted(session, Audience.of(broadcast.audience), _moment(session, broadcast))


def set_count(session: Session, broadcast_id: int, counted: Counted) -> None:
    """Records what was counted, once."""
    this = (col(Broadcast.id) == broadcast_id, col(Broadcast.is_counted).is_(False))
    session.execute(update(Broadcast).where(*this).values(is_counted=True, **counted._asdict()))


def is_counted(session: Session, broadcast_id: int) -> bool:
    return session.get_one(Broadcast, broadcast_id).is_counted


def tells_of_few(session: Session, broadcast_id: int) -> bool:
    """Whether its reasons would tell of too few, as of the decision; nothing is known before its people are counted."""
    return session.get_one(Broadcast, broadcast_id).tells_of_few


def is_below(session: Session, broadcast_id: int, smallest: int) -> bool:
    """Whether it was meant for fewer than so many; not known of one whose people are being counted: those are many."""
    broadcast = session.get_one(Broadcast, broadcast_id)
    return broadcast.is_counted and broadcast.planned < smallest


def unexpanded(session: Session) -> list[int]:
    """Broadcasts that are counted and still lack rows, oldest first."""
    return _ids(session, col(Broadcast.is_counted), col(Broadcast.is_expanded).is_(False))


def is_owed(session: Session, key: str) -> bool:
    """Whether a broadcast of that key was decided before."""
    return session.exec(select(Broadcast.id).where(Broadcast.key == key)).first() is not None


def expand(session: Session, broadcast_id: int) -> bool:
    """Writes the next chunk of rows; returns whether more are left. Two processes at it write each row once."""
    statement = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update(skip_locked=True)
    broadcast = session.exec(statement).first()
    if broadcast is None or broadcast.is_expanded or not broadcast.is_counted:
        return False
    message = session.get_one(Message, broadcast.message_id)
    when = _moment(session, broadcast)
    chosen = Audience.of(broadcast.audience)
    met = audiences.met_by(chosen, when, by_id=True)
    if met is None:
        broadcast.cursor = broadcast.last_person
    is_full = _expand_met(session, broadcast, message, when, met)
    if not is_full and broadcast.cursor == broadcast.last_person:
        _expand_listed(session, broadcast, message, when, audiences.listed_by(chosen, when, by_id=True))
    is_done = broadcast.cursor == broadcast.last_person and broadcast.employee_cursor == broadcast.last_employee
    broadcast.is_expanded = is_done
    session.add(broadcast)
    return not is_done


def account_for(session: Session, person: Person) -> None:
    """Writes the person's rows of what was decided and has none of theirs yet: before they are erased."""
    for broadcast_id in _ids(session, col(Broadcast.is_expanded).is_(False)):
        broadcast = session.get_one(Broadcast, broadcast_id)
        when = _moment(session, broadcast)
        met = audiences.met_by(Audience.of(broadcast.audience), when)
        if met is not None and broadcast.cursor < person.identity <= broadcast.last_person:
            message = session.get_one(Message, broadcast.message_id)
            key = literal(f"{broadcast.key}:{person.identity}")
            reason = audiences.why_not(when, respect_mute=True, is_off=outbox.is_off(message))
            who = and_(met, col(Person.id) == person.id)
            outbox.write_rows(session, message, broadcast.id, key, outbox.people(), who, reason)


def report(session: Session, broadcast_id: int) -> tuple[int, dict[tuple[Status, str | None], int]]:
    """How many were planned, and how many have which status for which reason.

    Who has no row yet is waiting; who has none when all rows are written is unaccounted for, and said to be. Once it is
    stopped nobody waits any more: they get nothing, because of that. Until they are counted nobody is planned or
    waiting. Whoever came to belong to them between the decision and the writing of their rows is one of the planned.
    """
    broadcast = session.get_one(Broadcast, broadcast_id)
    rows = session.exec(
        select(OutboxRow.status, OutboxRow.reason, func.count())
        .where(OutboxRow.broadcast_id == broadcast_id)
        .group_by(OutboxRow.status, col(OutboxRow.reason))
    ).all()
    counts: dict[tuple[Status, str | None], int] = {(Status(status), reason): count for status, reason, count in rows}
    missing = broadcast.planned - sum(counts.values())
    if missing > 0:
        state = (Status.FAILED, "unaccounted") if broadcast.is_expanded else (Status.WAITING, None)
        if broadcast.stopped_at is not None:
            state = (Status.WAITING, None)
        counts[state] = counts.get(state, 0) + missing
    if broadcast.stopped_at is not None:
        counts = _stopped(counts)
    counts = parts.settled(session, broadcast_id, counts)
    return max(broadcast.planned, sum(counts.values())), counts


def stopped_at(session: Session, broadcast_id: int) -> datetime | None:
    """Since when nothing more of a broadcast is sent; None where nobody stopped it."""
    return session.get_one(Broadcast, broadcast_id).stopped_at


def _decide(
    session: Session, programme_key: str, message: Message, audience: Audience, key: str, now: datetime | None
) -> Broadcast:
    found = session.exec(select(Broadcast).where(Broadcast.key == key)).first()
    if found:
        return found
    session.info["owes"] = True
    employees.hold(session, programme_key)
    when = audiences.moment(session, programme_key, now) if now else _without_file(programme_key)
    is_counted = not audiences.is_large(session, programme_key)
    counted = _counted(session, audience, when) if is_counted else Counted(0, tells_of_few=False)
    assert message.id is not None
    broadcast = Broadcast(
        key=key,
        programme_key=programme_key,
        message_id=message.id,
        planned=counted.planned,
        is_counted=is_counted,
        tells_of_few=counted.tells_of_few,
        last_person=session.exec(select(func.max(Person.id))).one() or 0,
        audience=audience.stored(),
        decided_at=now,
        last_employee=when.last_employee,
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def _counted(session: Session, audience: Audience, when: Moment) -> Counted:
    return Counted(audiences.size(session, audience, when), small_parts.tells_of_few(session, audience, when))


def _expand_met(session: Session, broadcast: Broadcast, message: Message, when: Moment, met: Any) -> bool:
    """Writes rows for the next people whom the bot has met; returns whether that was a full chunk."""
    chunk = _next(session, col(Person.id), met, broadcast.cursor, broadcast.last_person)
    if chunk.size:
        key = literal(f"{broadcast.key}:") + cast(col(Person.id), String)
        reason = audiences.why_not(when, respect_mute=True, is_off=outbox.is_off(message))
        outbox.write_rows(session, message, broadcast.id, key, outbox.people(), chunk.who, reason)
    broadcast.cursor = chunk.end
    return chunk.size == CHUNK


def _expand_listed(session: Session, broadcast: Broadcast, message: Message, when: Moment, listed: Any) -> None:
    """Writes rows for the next people of the people file who have none yet."""
    chunk = _next(session, col(Employee.id), listed, broadcast.employee_cursor, broadcast.last_employee)
    if chunk.size:
        of_person = literal(f"{broadcast.key}:") + cast(col(Person.id), String)
        of_row = literal(f"{broadcast.key}:employee:") + cast(col(Employee.id), String)
        key = case((col(Person.id).is_(None), of_row), else_=of_person)
        reason = audiences.why_not_listed(when, outbox.is_off(message))
        outbox.write_rows(session, message, broadcast.id, key, audiences.of_file(), chunk.who, reason)
    broadcast.employee_cursor = chunk.end


@dataclass(frozen=True)
class _Chunk:
    """The next rows of a table that a broadcast is for: which, how many, and the last id that was looked at."""

    who: Any
    size: int
    end: int


def _next(session: Session, key: Any, meant: Any, cursor: int, last: int) -> _Chunk:
    """The next chunk behind the cursor, by a range of ids: no longer a look for the last people than for the first."""
    end = min(last, cursor + CHUNK * LOOKED_THROUGH)
    if cursor == end:
        return _Chunk(None, 0, end)
    left = select_columns(key.label("key")).where(meant, key > cursor, key <= end)
    found = left.order_by(key).limit(CHUNK).subquery()
    size, last_found = session.execute(select_columns(func.count(), func.max(found.c.key))).one()
    if size == CHUNK:
        end = last_found
    return _Chunk(and_(meant, key > cursor, key <= end), size, end)


def _moment(session: Session, broadcast: Broadcast) -> Moment:
    """The moment that a broadcast was decided at, with the people file as it reached then."""
    if broadcast.decided_at is None:
        return replace(_without_file(broadcast.programme_key), last_person=broadcast.last_person)
    zone = ZoneInfo(session.get_one(Programme, broadcast.programme_key).timezone)
    return Moment(broadcast.programme_key, broadcast.decided_at, broadcast.last_employee, zone, broadcast.last_person)


def _ids(session: Session, *conditions: Any) -> list[int]:
    rows = session.exec(select(Broadcast.id).where(*conditions).order_by(col(Broadcast.id)))
    return [row for row in rows if row is not None]


def _without_file(programme_key: str) -> Moment:
    return Moment(programme_key, datetime.min.replace(tzinfo=UTC), 0, ZoneInfo("UTC"))


def _stopped(counts: dict[tuple[Status, str | None], int]) -> dict[tuple[Status, str | None], int]:
    found: dict[tuple[Status, str | None], int] = {}
    for (status, reason), count in counts.items():
        state = (Status.SKIPPED, "stopped") if status == Status.WAITING else (status, reason)
        found[state] = found.get(state, 0) + count
    return found
