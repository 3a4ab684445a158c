"""The outbox: what is owed to whom, and what became of it. The record of every message, never deleted by sending it.

Two clocks meet here: a row is written when something is due by the programme's *now*; ``next_at``, leases and pace are
seconds of the database's own clock.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    insert,
    literal,
    null,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage import groups, lanes
from storage.database import UtcDateTime, machine_clock
from storage.groups import Group
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


def owe(session: Session, person: Person, message: Message, key: str, respect_mute: bool = False) -> bool:
    """Owes one person a message. The same key again owes nothing more: returns whether it is new.

    Whoever asked for it by an act of their own gets the answer, muted or not; ``respect_mute`` is for all else.
    """
    if session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).first() is not None:
        return False
    _write_rows(session, message, None, literal(key), col(Person.id) == person.id, respect_mute)
    session.info["owes"] = True
    return True


def owe_each(session: Session, person_ids: list[int], message: Message, key: str) -> int:
    """Owes these people, unless they turned messages off, a message, each under a key of their own that begins with
    ``key``. The same key again owes nothing more: returns to how many it is new."""
    own_key = literal(f"{key}:") + cast(col(Person.id), String)
    known = select(OutboxRow.id).where(OutboxRow.idempotency_key == own_key).exists()
    who = and_(col(Person.id).in_(person_ids), ~known)
    new = session.exec(select(func.count()).select_from(Person).where(who)).one()
    if new:
        _write_rows(session, message, None, own_key, who)
        session.info["owes"] = True
    return new


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
    broadcast.is_expanded = len(chunk) < CHUNK
    session.add(broadcast)
    return not broadcast.is_expanded


def cards(session: Session, message_id: int) -> dict[str, Any]:
    return session.get_one(Message, message_id).cards


def report(session: Session, broadcast_id: int) -> tuple[int, dict[tuple[Status, str | None], int]]:
    """How many were planned, and how many have which status for which reason.

    Who has no row yet is waiting; who has none when all rows are written is unaccounted for, and said to be.
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
        counts[state] = counts.get(state, 0) + missing
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
    lanes.open_for(session, who)


def _reason(message: Message, respect_mute: bool) -> Any:
    is_off: Any = col(Person.is_muted)
    if message.kind == Kind.REMINDER:
        is_off = or_(is_off, ~col(Person.wants_reminders))
    reasons = [(is_off, "switched_off")] if respect_mute else []
    unreachable = [
        (col(Address.id).is_(None), literal("no_address")),
        (col(Address.gone_reason).is_not(None), col(Address.gone_reason)),
    ]
    return case(*reasons, *unreachable, else_=null())
