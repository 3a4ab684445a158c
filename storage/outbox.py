"""The outbox: what is owed to whom, and what became of it. The record of every message, never deleted by sending it.

Two clocks meet here: a row is written when something is due by the programme's *now*; ``next_at``, leases and pace are
seconds of the database's own clock.
"""

from collections.abc import Iterable, Mapping
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
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    null,
    or_,
    true,
)
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage import audiences, lanes
from storage.database import UtcDateTime, machine_clock
from storage.people import Address, Person

#: SQLite only counts rows by itself in a column that is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
#: After so many real attempts a message that is never accepted is given up, and says so: with the waiting between them
#: that is most of a day, so that a platform may be away for hours and nobody is lost.
MOST_ATTEMPTS = 500
#: After so many attempts one that may have arrived is not sent again, of whatever kind: each may have been read.
MOST_REPEATS = 8


#: Why it is uncertain whether something arrived: whoever sent it vanished, or got no answer.
INTERRUPTED = "interrupted"
#: The ``next_at`` of what goes before all that is due in its lane: by its own time it would wait for a million others.
FIRST = 0.0


class Status(StrEnum):
    """What became of a message to one person."""

    WAITING = "waiting"
    SENDING = "sending"  # an attempt was begun; after a crash its outcome is not known
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # may have arrived: never repeated without a person's decision
    SKIPPED = "skipped"  # not sent on purpose, with the reason
    MERGED = "merged"  # part of another row's card: what became of that one became of it; see storage.parts


class Kind(StrEnum):
    """Kinds of message. What is sent again when nobody knows whether it arrived is in REPEATABLE."""

    ANNOUNCEMENT = "announcement"
    REMINDER = "reminder"
    TOP_LIST = "top_list"
    NOTICE = "notice"
    DIGEST = "digest"
    PERSONAL_REMINDER = "personal_reminder"
    CORRECTION = "correction"
    RECALL = "recall"
    PROGRESS = "progress"
    TOGETHER = "together"
    TOGETHER_ONCE = "together_once"  # a card of several, of which one is not repeated


#: What takes the place of something that was sent, and is no message of its own.
EDITS = frozenset({Kind.CORRECTION, Kind.RECALL, Kind.PROGRESS})
#: Cards of several messages; see storage.together.
OF_SEVERAL = frozenset({Kind.TOGETHER, Kind.TOGETHER_ONCE})
#: Reading a reminder twice does no harm, missing it does. What is changed to the same twice is changed once.
REPEATABLE = EDITS | {Kind.REMINDER, Kind.NOTICE, Kind.DIGEST, Kind.PERSONAL_REMINDER, Kind.TOGETHER}


def of_several(kinds: Iterable[Kind]) -> Kind:
    """The kind of a card of such messages: it is repeated only where each of them by itself would be."""
    return Kind.TOGETHER if REPEATABLE.issuperset(kinds) else Kind.TOGETHER_ONCE


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
    #: From this moment, by the programme's *now*, its rows wait for what else their people get (storage.together); None
    #: where each goes by itself.
    gathers_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: Neither asked for nor what the employer must say: a person's number a week holds for it.
    is_unasked: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    #: Must be given, by law or agreement: whoever turned messages off gets it, too; see storage/obligations.py.
    is_required: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


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
    #: The row whose message this one changes where it arrived, and because of what; see storage/amendments.py.
    amends_id: int | None = Field(default=None, sa_type=RowId, foreign_key="outbox.id")
    amendment_id: int | None = Field(default=None, foreign_key="amendment.id")
    #: The row whose card it is a part of, where its status is MERGED.
    part_of: int | None = Field(default=None, sa_type=BigInteger)
    #: When it counted as one of its person's week, by the programme's *now*; None where it does not.
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


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
# One row for each that is changed: two changes of one message are made one after the other, never at once.
Index(
    "uq_outbox_amends_id",
    col(OutboxRow.amends_id),
    unique=True,
    sqlite_where=col(OutboxRow.amends_id).is_not(None),
    postgresql_where=col(OutboxRow.amends_id).is_not(None),
)
Index(
    "ix_outbox_amendment_id",
    col(OutboxRow.amendment_id),
    sqlite_where=col(OutboxRow.amendment_id).is_not(None),
    postgresql_where=col(OutboxRow.amendment_id).is_not(None),
)
# These three hold nothing of a row that is written to be sent at once: a million of them cost nothing here.
Index(
    "ix_outbox_held_for",
    col(OutboxRow.person_id),
    sqlite_where=col(OutboxRow.held_until).is_not(None),
    postgresql_where=col(OutboxRow.held_until).is_not(None),
)
Index(
    "ix_outbox_parts",
    col(OutboxRow.part_of),
    sqlite_where=col(OutboxRow.part_of).is_not(None),
    postgresql_where=col(OutboxRow.part_of).is_not(None),
)
Index(
    "ix_outbox_counted",
    col(OutboxRow.person_id),
    col(OutboxRow.counted_at),
    sqlite_where=col(OutboxRow.counted_at).is_not(None),
    postgresql_where=col(OutboxRow.counted_at).is_not(None),
)
# Nor does this: a row comes into it when it is settled. Not by its status: beginning an attempt, which changes that and
# nothing that an index holds, is then written by PostgreSQL in the row's own page, and to no index.
Index(
    "ix_outbox_settled_of",
    col(OutboxRow.person_id),
    col(OutboxRow.id),
    sqlite_where=col(OutboxRow.next_at).is_(None),
    postgresql_where=col(OutboxRow.next_at).is_(None),
)


def write(
    session: Session,
    programme_key: str,
    kind: Kind,
    cards: Mapping[Any, Any],
    useful_until: datetime | None = None,
    is_urgent: bool = False,
    gathers_at: datetime | None = None,
    is_unasked: bool = False,
    is_required: bool = False,
) -> Message:
    """Stores a message: cards by language, as JSON."""
    message = Message(
        programme_key=programme_key,
        kind=kind,
        cards=dict(cards),
        useful_until=useful_until,
        is_urgent=is_urgent,
        gathers_at=gathers_at,
        is_unasked=is_unasked,
        is_required=is_required,
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
    gathers_at: datetime | None = None,
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
            "gathers_at": gathers_at,
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
    if is_owed(session, key):
        return False
    when = audiences.moment(session, message.programme_key, now) if now else None
    reason = audiences.why_not(when, respect_mute=respect_mute, is_off=is_off(message))
    who = col(Person.id) == person.id
    write_rows(session, message, None, literal(key), people(), who, reason)
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
        reason = audiences.why_not(when, respect_mute=True, is_off=is_off(message))
        write_rows(session, message, None, own_key, people(), who, reason)
        session.info["owes"] = True
    return new


def is_owed(session: Session, key: str) -> bool:
    """Whether something is owed, or was, under that key."""
    return session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).first() is not None


def owes_more(session: Session) -> bool:
    """Whether this session has owed anybody anything."""
    return bool(session.info.get("owes"))


def cards(session: Session, message_id: int) -> dict[str, Any]:
    return session.get_one(Message, message_id).cards


def cards_if_kept(session: Session, message_id: int) -> dict[str, Any] | None:
    """None where the message went with whom it was for: they may be erased after their row was claimed."""
    message = session.get(Message, message_id)
    return message.cards if message is not None else None


def people() -> Any:
    """People, with the address they are reached at."""
    rows = select_columns().select_from(Person)
    return rows.outerjoin(Address, col(Address.id) == Person.address_id)


def write_rows(
    session: Session, message: Message, broadcast_id: int | None, key: Any, source: Any, who: Any, reason: Any
) -> None:
    """Writes a row for each person of ``source`` that ``who`` names and none was written for; what cannot be sent is
    settled from the start, with why. Their lanes are open then."""
    found = {
        "idempotency_key": key,
        "lane": func.coalesce(Address.lane, ""),
        "person_id": col(Person.id),
        "address_id": col(Address.id),
        "reason": reason,
    }
    each = source.add_columns(*(value.label(name) for name, value in found.items())).where(who)
    # Once and for all: merged into what reads it, the reason would be looked up again wherever it is named.
    told = each.cte("told").prefix_with("MATERIALIZED").c
    status = case(
        (told.reason.in_(audiences.ON_PURPOSE), Status.SKIPPED.value),
        (told.reason.is_not(None), Status.FAILED.value),
        else_=Status.WAITING.value,
    )
    values = {name: told[name] for name in found} | {
        "message_id": literal(message.id),
        "broadcast_id": literal(broadcast_id, Integer),
        "status": status,
        "attempts": literal(0),
        "next_at": case((told.reason.is_(None), machine_clock()), else_=null()),
    }
    session.flush()
    if message.gathers_at is not None:
        gathers = bindparam("gathers_at", message.gathers_at, type_=UtcDateTime)
        values |= {"next_at": null(), "held_until": case((told.reason.is_(None), gathers), else_=null())}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table = SQLModel.metadata.tables[OutboxRow.__tablename__]
    # A condition that is always true, for SQLite to know where the select ends: https://sqlite.org/lang_upsert.html
    rows = select_columns(*values.values()).where(true())
    new = dialect.insert(table).from_select(list(values), rows, include_defaults=False).on_conflict_do_nothing()
    lanes.open_each(session, {lane for (lane,) in session.connection().execute(new.returning(table.c.lane))})


def is_off(message: Message) -> Any:
    """SQL: whether the person turned off what the message is."""
    if message.is_required:
        return false()
    is_off: Any = col(Person.is_muted)
    if message.kind == Kind.REMINDER:
        is_off = or_(is_off, ~col(Person.wants_reminders))
    return or_(is_off, col(Person.only_musts)) if is_left_out(message.kind, message.is_unasked) else is_off


def is_off_by_kind() -> Any:
    """SQL: the same where the message is a row's, too: both it and the person are joined."""
    is_left_out = or_(col(Message.is_unasked), col(Message.kind) == Kind.DIGEST)
    is_off = or_(
        col(Person.is_muted),
        and_(col(Message.kind) == Kind.REMINDER, ~col(Person.wants_reminders)),
        and_(col(Person.only_musts), is_left_out),
    )
    return and_(~col(Message.is_required), is_off)


def is_left_out(kind: Kind, is_unasked: bool) -> bool:
    """Whether who wants only what the employer must say goes without it."""
    return is_unasked or kind == Kind.DIGEST
