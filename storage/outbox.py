"""The outbox: what is owed to whom, and what became of it. The record of every message, never deleted by sending it.

Two clocks meet here: a row is written when something is due by the programme's *now*; ``next_at``, leases and pace are
seconds of the database's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import machine_clock
from storage.people import Address, Person

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


#: Reading a reminder twice does no harm, missing it does.
REPEATABLE = frozenset({Kind.REMINDER, Kind.NOTICE})


class Message(SQLModel, table=True):
    """A card per language, made by a dialog. There is no way to change one: what was told can be shown again."""

    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    kind: Kind = Field(sa_type=String)
    cards: dict[str, Any] = Field(sa_type=JSON)


class Broadcast(SQLModel, table=True):
    """A message owed to everyone in a programme; expanded into rows in chunks, ``cursor`` is the last person done."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    message_id: int = Field(foreign_key="message.id")
    #: How many people it was meant for when it was decided.
    planned: int
    cursor: int = 0
    last_person: int
    is_expanded: bool = False


class OutboxRow(SQLModel, table=True):
    """One message owed to one person. ``next_at`` is when to try, or the end of somebody's lease; None when settled."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, sa_column=Column(RowId, primary_key=True))
    idempotency_key: str = Field(unique=True)
    lane: str
    person_id: int = Field(foreign_key="person.id")
    address_id: int | None = Field(default=None, foreign_key="address.id")
    message_id: int = Field(foreign_key="message.id")
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id", index=True)
    status: Status = Field(sa_type=String)
    attempts: int = 0
    next_at: float | None = None
    reason: str | None = None
    platform_id: str | None = None


# With the id in it, a million rows due at the same moment are claimed without sorting them.
Index(
    "ix_outbox_due",
    col(OutboxRow.lane),
    col(OutboxRow.next_at),
    col(OutboxRow.id),
    sqlite_where=col(OutboxRow.next_at).is_not(None),
    postgresql_where=col(OutboxRow.next_at).is_not(None),
)


class Lane(SQLModel, table=True):
    """A pace limit, shared by every process: one GCRA row. ``tat`` is when the next send may start.

    There is one of each channel's name, which sets the ``interval`` in seconds, and one for each tenant written to.
    """

    name: str = Field(primary_key=True)
    interval: float
    tat: float = 0.0


@dataclass(frozen=True)
class Claimed:
    """A row that this process may send until its lease ends, with all that sending needs."""

    id: int
    attempts: int
    kind: Kind
    message_id: int
    language: str
    address: Address
    #: Seconds from the claim until the pace allows this one.
    starts_in: float


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``retry_in`` None settles the row with ``status``."""

    row_id: int
    status: Status
    reason: str | None = None
    platform_id: str | None = None
    retry_in: float | None = None


def write(session: Session, programme_key: str, kind: Kind, cards: Mapping[Any, Any]) -> Message:
    """Stores a message: cards by language, as JSON."""
    message = Message(programme_key=programme_key, kind=kind, cards=dict(cards))
    session.add(message)
    session.flush()
    return message


def owe(session: Session, person: Person, message: Message, key: str) -> bool:
    """Owes one person a message. The same key again owes nothing more: returns whether it is new."""
    if session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).first() is not None:
        return False
    # Whoever asked for it by an act of their own gets the answer, muted or not.
    _write_rows(session, message, None, literal(key), col(Person.id) == person.id, respect_mute=False)
    session.info["owes"] = True
    return True


def owes_more(session: Session) -> bool:
    """Whether this session has owed anybody anything."""
    return bool(session.info.get("owes"))


def owe_everyone(session: Session, programme_key: str, message: Message, key: str) -> Broadcast:
    """Owes a message to all people of the programme as of now. The same key again returns the broadcast there is."""
    found = session.exec(select(Broadcast).where(Broadcast.key == key)).first()
    if found:
        return found
    session.info["owes"] = True
    planned, last = session.exec(
        select(func.count(), func.max(Person.id)).where(Person.current_programme == programme_key)
    ).one()
    assert message.id is not None
    broadcast = Broadcast(
        key=key, programme_key=programme_key, message_id=message.id, planned=planned, last_person=last or 0
    )
    session.add(broadcast)
    session.flush()
    return broadcast


def is_owed(session: Session, key: str) -> bool:
    """Whether a broadcast of that key was decided before."""
    return session.exec(select(Broadcast.id).where(Broadcast.key == key)).first() is not None


def audience(session: Session, programme_key: str) -> int:
    """How many people a broadcast would be meant for."""
    return session.exec(select(func.count()).where(Person.current_programme == programme_key)).one()


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
    chunk = session.exec(
        select(Person.id)
        .where(
            Person.current_programme == broadcast.programme_key,
            col(Person.id) > broadcast.cursor,
            col(Person.id) <= broadcast.last_person,
        )
        .order_by(col(Person.id))
        .limit(CHUNK)
    ).all()
    if chunk:
        key = literal(f"{broadcast.key}:") + cast(col(Person.id), String)
        who = and_(
            col(Person.current_programme) == broadcast.programme_key,
            col(Person.id) > broadcast.cursor,
            col(Person.id) <= chunk[-1],
        )
        _write_rows(session, message, broadcast, key, who)
        broadcast.cursor = chunk[-1] or 0
    if len(chunk) < CHUNK:
        broadcast.is_expanded = True
        # Who moved to another programme in between was planned for and is not owed: the sum counts rows.
        broadcast.planned = session.exec(select(func.count()).where(OutboxRow.broadcast_id == broadcast_id)).one()
    session.add(broadcast)
    return not broadcast.is_expanded


def due(session: Session, ahead: float) -> list[Lane]:
    """The lanes in which something is due and may start within ``ahead`` seconds: a paused one is not among them."""
    waits = select(OutboxRow.id).where(OutboxRow.lane == Lane.name, col(OutboxRow.next_at) <= machine_clock()).exists()
    return list(session.exec(select(Lane).where(waits, col(Lane.tat) <= machine_clock() + ahead).order_by(Lane.name)))


def lanes(session: Session) -> list[Lane]:
    return list(session.exec(select(Lane).order_by(col(Lane.name))))


def open_lane(session: Session, name: str, interval: float) -> None:
    """Makes sure the lane is there, ``interval`` seconds between two sends."""
    lane = session.get(Lane, name)
    if lane is None:
        session.add(Lane(name=name, interval=interval))
    elif lane.interval != interval:
        lane.interval = interval
        session.add(lane)
    session.flush()


def claim(session: Session, lane_name: str, most: int, lease: float) -> list[Claimed]:
    """Claims up to ``most`` due rows of a lane for ``lease`` seconds, and reserves their places in its pace.

    Rows whose sender vanished in the middle of an attempt come up here again when its lease is over: those of a
    repeatable kind are claimed anew, the others are settled as uncertain.
    """
    now = machine_clock()
    due = (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.lane) == lane_name, col(OutboxRow.next_at) <= now)
        .order_by(col(OutboxRow.next_at), col(OutboxRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    statement = update(OutboxRow).where(col(OutboxRow.id).in_(due)).values(next_at=now + lease)
    ids = [row[0] for row in session.execute(statement.returning(col(OutboxRow.id)))]
    if not ids:
        return []
    _settle_unknown(session, ids)
    rows = session.exec(
        select(OutboxRow, Message.kind, Person.language, Address)
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .join(Person, col(Person.id) == OutboxRow.person_id)
        .join(Address, col(Address.id) == OutboxRow.address_id)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.next_at).is_not(None))
        .order_by(col(OutboxRow.id))
    ).all()
    starts = _reserve(session, lane_name, len(rows))
    return [
        Claimed(row.id or 0, row.attempts, Kind(kind), row.message_id, language or "nb", address, start)
        for (row, kind, language, address), start in zip(rows, starts, strict=True)
    ]


# Every message runs these: built once, and on the table, they need not be built and compared anew each time.
_ROWS = SQLModel.metadata.tables[OutboxRow.__tablename__]
_BEGIN = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("row"))
    .values(status=Status.SENDING.value, attempts=_ROWS.c.attempts + 1)
)
_SETTLE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("row"))
    .values(
        status=bindparam("ended"),
        reason=bindparam("why"),
        platform_id=bindparam("known_as"),
        # Without seconds to wait it is null, as the sum then is: never again.
        next_at=machine_clock() + bindparam("seconds", type_=Float),
    )
)


def begin_attempts(session: Session, row_ids: list[int]) -> None:
    """Records, before the posts, that these attempts begin: what is on the wire at a crash is known to have been."""
    session.connection().execute(_BEGIN, [{"row": row_id} for row_id in row_ids])


def settle(session: Session, outcome: Outcome) -> None:
    """Records how an attempt ended."""
    ended = {
        "row": outcome.row_id,
        "ended": outcome.status,
        "why": outcome.reason,
        "known_as": outcome.platform_id or None,
        "seconds": outcome.retry_in,
    }
    session.connection().execute(_SETTLE, ended)


def give_back(session: Session, row_ids: list[int]) -> None:
    """Returns claimed rows that no attempt was begun on: anyone may claim them at once."""
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(row_ids), col(OutboxRow.status) == Status.WAITING)
        .values(next_at=machine_clock())
    )


def pause(session: Session, lane_name: str, seconds: float) -> None:
    """Holds the whole lane back, for every process: what a platform asks for with Retry-After."""
    until = machine_clock() + seconds
    session.execute(
        update(Lane)
        .where(col(Lane.name) == lane_name)
        .values(tat=case((col(Lane.tat) > until, col(Lane.tat)), else_=until))
    )


def mark_gone(session: Session, address_id: int, reason: str) -> None:
    """Remembers that an address cannot be reached any more, so that nothing is tried there again."""
    session.execute(update(Address).where(col(Address.id) == address_id).values(gone_reason=reason))


def cards(session: Session, message_id: int) -> dict[str, Any]:
    return session.get_one(Message, message_id).cards


def report(session: Session, broadcast_id: int) -> tuple[int, dict[tuple[Status, str | None], int]]:
    """How many were planned, and how many have which status for which reason. What has no row yet is waiting."""
    broadcast = session.get_one(Broadcast, broadcast_id)
    rows = session.exec(
        select(OutboxRow.status, OutboxRow.reason, func.count())
        .where(OutboxRow.broadcast_id == broadcast_id)
        .group_by(OutboxRow.status, col(OutboxRow.reason))
    ).all()
    counts: dict[tuple[Status, str | None], int] = {(Status(status), reason): count for status, reason, count in rows}
    missing = broadcast.planned - sum(counts.values())
    if missing > 0:
        counts[(Status.WAITING, None)] = counts.get((Status.WAITING, None), 0) + missing
    return broadcast.planned, counts


def _write_rows(
    session: Session, message: Message, broadcast: Broadcast | None, key: Any, who: Any, respect_mute: bool = True
) -> None:
    """Writes a row for each person that ``who`` names; what cannot be sent is settled from the start, with why."""
    reason = _reason(message, respect_mute)
    status = case(
        (reason == "switched_off", Status.SKIPPED.value),
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
    people = select_columns(*values.values()).select_from(Person)
    people = people.outerjoin(Address, col(Address.id) == Person.address_id).where(who)
    session.execute(insert(OutboxRow).from_select(list(values), people, include_defaults=False))
    _open_lanes(session, who)


def _open_lanes(session: Session, who: Any) -> None:
    """Gives each tenant that is written to a lane of its own, at its channel's pace."""
    lacking = (
        select_columns(col(Address.lane), col(Lane.interval), literal(0.0))
        .select_from(Person)
        .join(Address, col(Address.id) == Person.address_id)
        .join(Lane, col(Lane.name) == Address.channel)
        .where(who, col(Address.lane).not_in(select_columns(col(Lane.name))))
        .distinct()
    )
    session.execute(insert(Lane).from_select(["name", "interval", "tat"], lacking, include_defaults=False))


def _reason(message: Message, respect_mute: bool) -> Any:
    is_off: Any = col(Person.is_muted)
    if message.kind == Kind.REMINDER:
        is_off = or_(is_off, ~col(Person.wants_reminders))
    reasons = [(is_off, "switched_off")] if respect_mute else []
    unreachable = [(col(Address.id).is_(None), "no_address"), (col(Address.gone_reason).is_not(None), "gone")]
    return case(*reasons, *unreachable, else_=null())


def _settle_unknown(session: Session, ids: list[int]) -> None:
    repeatable = select_columns(col(Message.id)).where(col(Message.kind).in_(REPEATABLE))
    session.execute(
        update(OutboxRow)
        .where(
            col(OutboxRow.id).in_(ids),
            col(OutboxRow.status) == Status.SENDING,
            col(OutboxRow.message_id).not_in(repeatable),
        )
        .values(status=Status.UNCERTAIN, reason="interrupted", next_at=null())
    )


def _reserve(session: Session, lane_name: str, count: int) -> list[float]:
    """Seconds from now at which each of ``count`` sends may start."""
    if count == 0:
        return []
    now = machine_clock()
    free_from = case((col(Lane.tat) > now, col(Lane.tat)), else_=now)
    statement = (
        update(Lane)
        .where(col(Lane.name) == lane_name)
        .values(tat=free_from + count * col(Lane.interval))
        .returning(col(Lane.tat) - now, col(Lane.interval))
    )
    end, interval = session.execute(statement).one()
    return [max(0.0, end - (count - place) * interval) for place in range(count)]
