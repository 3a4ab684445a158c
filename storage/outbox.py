"""The outbox: what is owed to whom, and what became of it. The record of every message, never deleted by sending it.

Two clocks meet here: a row is written when something is due by the programme's *now*; ``next_at``, leases and pace are
seconds of the database's own clock.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage import audiences, employees, groups, lanes
from storage.audiences import EVERYONE, Audience, Moment
from storage.database import UtcDateTime, machine_clock
from storage.employees import Employee
from storage.groups import Group
from storage.people import Address, Person
from storage.programmes import Programme
from storage.refusals import Refused

#: SQLite only counts rows by itself in a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
#: How many people one transaction writes rows for: other writers wait no longer than that takes.
CHUNK = 1000
#: After so many real attempts a message that is never accepted is given up, and says so.
MOST_ATTEMPTS = 8


class Status(StrEnum):
    """What became of a message to one person."""

    WAITING = "waiting"
    SENDING = "sending"  # an attempt was begun; after a crash its outcome is not known
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # may have arrived: never repeated without a person's decision
    SKIPPED = "skipped"  # not sent on purpose, with the reason


class Kind(StrEnum):
    """Kinds of message. What is sent again when nobody knows whether it arrived is in REPEATABLE."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    TOP_LIST = "top_list"
    NOTICE = "notice"
    DIGEST = "digest"
    PERSONAL_REMINDER = "personal_reminder"


#: Reading a reminder twice does no harm, missing it does.
REPEATABLE = frozenset({Kind.REMINDER, Kind.NOTICE, Kind.DIGEST, Kind.PERSONAL_REMINDER})


class Message(SQLModel, table=True):
    """A card per language, made by a dialog. There is no way to change one: what was told can be shown again."""

    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    kind: Kind = Field(sa_type=String)
    cards: dict[str, Any] = Field(sa_type=JSON)
    #: What a standing message is known by: one that many are owed, each at a moment of their own.
    key: str | None = Field(default=None, index=True, unique=True)
    #: Reaches people in their quiet hours, too.
    is_urgent: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    #: Not sent after this, by the programme's *now*; None where it is of use at any time.
    useful_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Broadcast(SQLModel, table=True):
    """A message owed to an audience; expanded into rows in chunks, first for those whom the bot has met, then for whom
    the people file adds. The cursors are the last person and the last employee done."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    message_id: int = Field(foreign_key="message.id")
    #: How many people it was meant for when it was decided.
    planned: int
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


class OutboxRow(SQLModel, table=True):
    """One message owed to one person, or to a group where ``person_id`` is None. ``next_at`` is when to try, or the end
    of somebody's lease; None when settled."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    idempotency_key: str = Field(unique=True)
    lane: str
    person_id: int | None = Field(default=None, foreign_key="person.id")
    address_id: int | None = Field(default=None, foreign_key="address.id")
    message_id: int = Field(foreign_key="message.id")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    status: Status = Field(sa_type=String)
    attempts: int = 0
    next_at: float | None = None
    reason: str | None = None
    platform_id: str | None = None
    #: By the programme's *now*: until when it is held, without a ``next_at``; see storage.held.
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


# With the id in it, a million rows due at the same moment are claimed without sorting them.
Index(
    "ix_outbox_due",
    col(OutboxRow.lane),
    col(OutboxRow.next_at),
    col(OutboxRow.id),
    sqlite_where=col(OutboxRow.next_at).is_not(None),
    postgresql_where=col(OutboxRow.next_at).is_not(None),
)
Index(
    "ix_outbox_held",
    col(OutboxRow.held_until),
    col(OutboxRow.id),
    sqlite_where=col(OutboxRow.held_until).is_not(None),
    postgresql_where=col(OutboxRow.held_until).is_not(None),
)


def write(
    session: Session,
    programme_key: str,
    kind: Kind,
    cards: Mapping[Any, Any],
    useful_until: datetime | None = None,
    is_urgent: bool = False,
) -> Message:
    """Stores a message: cards by language, as JSON."""
    message = Message(
        programme_key=programme_key, kind=kind, cards=dict(cards), useful_until=useful_until, is_urgent=is_urgent
    )
    session.add(message)
    session.flush()
    return message


def standing(
    session: Session,
    programme_key: str,
    kind: Kind,
    key: str,
    cards: Mapping[Any, Any],
    useful_until: datetime | None = None,
) -> Message:
    """The message of that key, written where there is none yet. Two processes may do so at once."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    found = select(Message).where(Message.key == key)
    message = session.exec(found).first()
    if message is None:
        values = {
            "programme_key": programme_key,
            "kind": kind.value,
            "cards": dict(cards),
            "key": key,
            "useful_until": useful_until,
        }
        session.execute(dialect.insert(SQLModel.metadata.tables["message"]).values(values).on_conflict_do_nothing())
        message = session.exec(found).one()
    return message


def owe(
    session: Session,
    person: Person,
    message: Message,
    key: str,
    respect_mute: bool = False,
    now: datetime | None = None,
) -> bool:
    """Owes one person a message. The same key again owes nothing more: returns whether it is new.

    Whoever asked for it by an act of their own gets the answer, muted or not; ``respect_mute`` is for all else. With
    ``now`` nobody is sent anything outside the dates of the programme's people file.
    """
    if session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).first() is not None:
        return False
    when = audiences.moment(session, message.programme_key, now) if now else None
    reason = audiences.why_not(when, respect_mute=respect_mute, is_off=_is_off(message))
    who = col(Person.id) == person.id
    _write_rows(session, message, None, literal(key), _people(), who, reason)
    lanes.open_for(session, who)
    session.info["owes"] = True
    return True


def owe_each(session: Session, person_ids: list[int], message: Message, key: str, now: datetime) -> int:
    """Owes these people, unless they turned messages off or it is outside their dates in the people file, a message,
    each under a key of their own that begins with ``key``. The same key again owes nothing more: returns to how many it
    is new."""
    own_key = literal(f"{key}:") + cast(col(Person.id), String)
    known = select(OutboxRow.id).where(OutboxRow.idempotency_key == own_key).exists()
    who = and_(col(Person.id).in_(person_ids), ~known)
    new = session.exec(select(func.count()).select_from(Person).where(who)).one()
    if new:
        when = audiences.moment(session, message.programme_key, now)
        reason = audiences.why_not(when, respect_mute=True, is_off=_is_off(message))
        _write_rows(session, message, None, own_key, _people(), who, reason)
        lanes.open_for(session, who)
        session.info["owes"] = True
    return new


def owes_more(session: Session) -> bool:
    """Whether this session has owed anybody anything."""
    return bool(session.info.get("owes"))


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
    if broadcast.planned == 0:
        raise Refused("refused.audience.empty")
    return broadcast


def _decide(
    session: Session, programme_key: str, message: Message, audience: Audience, key: str, now: datetime | None
) -> Broadcast:
    found = session.exec(select(Broadcast).where(Broadcast.key == key)).first()
    if found:
        return found
    session.info["owes"] = True
    employees.hold(session, programme_key)
    when = audiences.moment(session, programme_key, now) if now else _without_file(programme_key)
    assert message.id is not None
    broadcast = Broadcast(
        key=key,
        programme_key=programme_key,
        message_id=message.id,
        planned=audiences.size(session, audience, when),
        last_person=session.exec(select(func.max(Person.id))).one() or 0,
        audience=audience.stored(),
        decided_at=now,
        last_employee=when.last_employee,
    )
    session.add(broadcast)
    session.flush()
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


def is_owed(session: Session, key: str) -> bool:
    """Whether a broadcast of that key was decided before."""
    return session.exec(select(Broadcast.id).where(Broadcast.key == key)).first() is not None


def audience(session: Session, programme_key: str, now: datetime, chosen: Audience = EVERYONE) -> int:
    """How many people a broadcast would be meant for."""
    return audiences.size(session, chosen, audiences.moment(session, programme_key, now))


def unexpanded(session: Session) -> list[int]:
    """Broadcasts that still lack rows, oldest first."""
    rows = session.exec(select(Broadcast.id).where(col(Broadcast.is_expanded).is_(False)).order_by(col(Broadcast.id)))
    return [row for row in rows if row is not None]


def expand(session: Session, broadcast_id: int) -> bool:
    """Writes the next chunk of rows; returns whether more are left. Two processes at it write each row once."""
    statement = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update(skip_locked=True)
    broadcast = session.exec(statement).first()
    if broadcast is None or broadcast.is_expanded:
        return False
    message = session.get_one(Message, broadcast.message_id)
    when = _moment(session, broadcast)
    chosen = Audience.of(broadcast.audience)
    met = audiences.met_by(chosen, when)
    is_full = met is not None and _expand_met(session, broadcast, message, when, met)
    if not is_full and broadcast.employee_cursor < broadcast.last_employee:
        is_full = _expand_listed(session, broadcast, message, when, audiences.listed_by(chosen, when))
    broadcast.is_expanded = not is_full
    session.add(broadcast)
    return is_full


def _expand_met(session: Session, broadcast: Broadcast, message: Message, when: Moment, met: Any) -> bool:
    """Writes rows for the next people whom the bot has met; returns whether that was a full chunk."""
    left = and_(met, col(Person.id) > broadcast.cursor, col(Person.id) <= broadcast.last_person)
    chunk = session.exec(select(Person.id).where(left).order_by(col(Person.id)).limit(CHUNK)).all()
    if chunk:
        key = literal(f"{broadcast.key}:") + cast(col(Person.id), String)
        reason = audiences.why_not(when, respect_mute=True, is_off=_is_off(message))
        these = and_(left, col(Person.id) <= chunk[-1])
        _write_rows(session, message, broadcast, key, _people(), these, reason)
        lanes.open_for(session, these)
        broadcast.cursor = chunk[-1] or 0
    return len(chunk) == CHUNK


def _expand_listed(session: Session, broadcast: Broadcast, message: Message, when: Moment, listed: Any) -> bool:
    """Writes rows for the next people of the people file who have none yet; returns whether that was a full chunk."""
    left = and_(listed, col(Employee.id) > broadcast.employee_cursor)
    chunk = session.exec(select(Employee.id).where(left).order_by(col(Employee.id)).limit(CHUNK)).all()
    if chunk:
        these = and_(left, col(Employee.id) <= chunk[-1])
        of_person = literal(f"{broadcast.key}:") + cast(col(Person.id), String)
        of_row = literal(f"{broadcast.key}:employee:") + cast(col(Employee.id), String)
        key = case((col(Person.id).is_(None), of_row), else_=of_person)
        reason = audiences.why_not_listed(when, _is_off(message))
        _write_rows(session, message, broadcast, key, audiences.of_file(), these, reason)
        known = select_columns(employees.person_of()).select_from(Employee).where(these)
        lanes.open_for(session, col(Person.id).in_(known))
        broadcast.employee_cursor = chunk[-1] or 0
    return len(chunk) == CHUNK


def _moment(session: Session, broadcast: Broadcast) -> Moment:
    """The moment that a broadcast was decided at, with the people file as it reached then."""
    if broadcast.decided_at is None:
        return _without_file(broadcast.programme_key)
    zone = ZoneInfo(session.get_one(Programme, broadcast.programme_key).timezone)
    return Moment(broadcast.programme_key, broadcast.decided_at, broadcast.last_employee, zone)


def _without_file(programme_key: str) -> Moment:
    return Moment(programme_key, datetime.min.replace(tzinfo=UTC), 0, ZoneInfo("UTC"))


def cards(session: Session, message_id: int) -> dict[str, Any]:
    return session.get_one(Message, message_id).cards


def report(session: Session, broadcast_id: int) -> tuple[int, dict[tuple[Status, str | None], int]]:
    """How many were planned, and how many have which status for which reason.

    Who has no row yet is waiting; who has none when all rows are written is unaccounted for, and said to be. Once it is
    stopped nobody waits any more: they get nothing, because of that.
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
    return broadcast.planned, counts


def stopped_at(session: Session, broadcast_id: int) -> datetime | None:
    """Since when nothing more of a broadcast is sent; None where nobody stopped it."""
    return session.get_one(Broadcast, broadcast_id).stopped_at


def _stopped(counts: dict[tuple[Status, str | None], int]) -> dict[tuple[Status, str | None], int]:
    found: dict[tuple[Status, str | None], int] = {}
    for (status, reason), count in counts.items():
        state = (Status.SKIPPED, "stopped") if status == Status.WAITING else (status, reason)
        found[state] = found.get(state, 0) + count
    return found


def _people() -> Any:
    """People, with the address they are reached at."""
    rows = select_columns().select_from(Person)
    return rows.outerjoin(Address, col(Address.id) == Person.address_id)


def _write_rows(
    session: Session, message: Message, broadcast: Broadcast | None, key: Any, source: Any, who: Any, reason: Any
) -> None:
    """Writes a row for each person of ``source`` that ``who`` names and none was written for; what cannot be sent is
    settled from the start, with why."""
    status = case(
        (reason.in_(audiences.ON_PURPOSE), Status.SKIPPED.value),
        (reason.is_not(None), Status.FAILED.value),
        else_=Status.WAITING.value,
    )
    values = {
        "idempotency_key": key,
        "lane": func.coalesce(Address.lane, ""),
        "person_id": col(Person.id),
        "address_id": col(Address.id),
        "message_id": literal(message.id),
        "broadcast_id": literal(broadcast.id if broadcast else None, Integer),
        "status": status,
        "attempts": literal(0),
        "next_at": case((reason.is_(None), machine_clock()), else_=null()),
        "reason": reason,
    }
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = source.add_columns(*values.values()).where(who)
    new = dialect.insert(OutboxRow).from_select(list(values), rows, include_defaults=False)
    session.execute(new.on_conflict_do_nothing())


def _is_off(message: Message) -> Any:
    """SQL: whether the person turned off what the message is."""
    is_off: Any = col(Person.is_muted)
    return or_(is_off, ~col(Person.wants_reminders)) if message.kind == Kind.REMINDER else is_off
