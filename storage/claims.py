"""Claims: which process may send which rows of the outbox now, and how its attempts ended."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, bindparam, exists, func, literal, null, or_, tuple_, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from storage import employees, held, lanes, outbox
from storage.amendments import Amendment
from storage.broadcasts import Broadcast
from storage.database import machine_clock
from storage.lanes import Lane
from storage.outbox import EDITS, MOST_REPEATS, REPEATABLE, Kind, Message, OutboxRow, Status
from storage.people import Address, Person

#: Why it is uncertain whether something arrived: whoever sent it vanished.
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Claimed:
    """A row that this process may send until its lease ends, with all that sending needs."""

    id: int
    #: What the message to this person is known by, the same at each attempt.
    key: str
    attempts: int
    kind: Kind
    message_id: int
    language: str
    address: Address
    #: Seconds from the claim until the pace allows this one.
    starts_in: float
    #: The end of the lease, by the database's clock: whose claim it is. Another claim has another end.
    lease_end: float
    #: What the platform knows the message by that this one takes the place of; None for one of its own.
    edits: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. ``retry_in`` None settles the row with ``status``."""

    row_id: int
    status: Status
    reason: str | None = None
    platform_id: str | None = None
    retry_in: float | None = None


def due(session: Session, ahead: float) -> list[Lane]:
    """The lanes in which something is due and may start within ``ahead`` seconds: a paused one is not among them."""
    waits = select(OutboxRow.id).where(OutboxRow.lane == Lane.name, col(OutboxRow.next_at) <= machine_clock()).exists()
    return list(session.exec(select(Lane).where(waits, col(Lane.tat) <= machine_clock() + ahead).order_by(Lane.name)))


def claim(session: Session, lane_name: str, most: int, lease: float, moment: datetime | None = None) -> list[Claimed]:
    """Claims up to ``most`` due rows of a lane for ``lease`` seconds, and reserves their places in its pace.

    Rows whose sender vanished in the middle of an attempt come up here again when its lease is over: those of a
    repeatable kind are claimed anew, the others are settled as uncertain. What is not wanted or not reachable any more
    is settled as that, and with a ``moment`` (the programme's *now*) what falls into quiet hours is held: what may have
    arrived too, but then as uncertain.
    """
    now = machine_clock()
    waiting = (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.lane) == lane_name, col(OutboxRow.next_at) <= now)
        .order_by(col(OutboxRow.next_at), col(OutboxRow.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    statement = update(OutboxRow).where(col(OutboxRow.id).in_(waiting)).values(next_at=now + lease)
    ids = [row[0] for row in session.execute(statement.returning(col(OutboxRow.id)))]
    if not ids:
        return []
    again = _settle_unknown(session, ids)
    _settle_unwanted(session, ids)
    if moment is not None:
        held.hold(session, ids, moment, begun=frozenset(again))
    _may_have_arrived(session, again)
    listed = employees.language_of(Person.id, Message.programme_key)
    language = func.coalesce(Person.language, Person.spoken, listed, "nb")
    amended = aliased(OutboxRow)
    rows = session.exec(
        select(OutboxRow, Message.id, Message.kind, language, Address, amended.platform_id)  # type: ignore[call-overload]
        .outerjoin(Broadcast, col(Broadcast.id) == OutboxRow.broadcast_id)
        # What was corrected meanwhile goes out as it reads now, whatever it was when the row was written.
        .join(Message, col(Message.id) == func.coalesce(col(Broadcast.message_id), col(OutboxRow.message_id)))
        .outerjoin(amended, col(amended.id) == OutboxRow.amends_id)
        .outerjoin(Person, col(Person.id) == OutboxRow.person_id)
        .join(Address, col(Address.id) == OutboxRow.address_id)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.next_at).is_not(None))
        .order_by(col(OutboxRow.id))
    ).all()
    starts = lanes.reserve(session, lane_name, len(rows))
    return [
        Claimed(
            id=row.id or 0,
            key=row.idempotency_key,
            attempts=row.attempts,
            kind=Kind(kind),
            message_id=message_id,
            language=language,
            address=address,
            starts_in=start,
            lease_end=row.next_at or 0.0,
            edits=known_as if kind in EDITS else None,
        )
        for (row, message_id, kind, language, address, known_as), start in zip(rows, starts, strict=True)
    ]


# Every message runs these: built once, and on the table, they need not be built and compared anew each time.
_ROWS = SQLModel.metadata.tables[OutboxRow.__tablename__]
_MINE = (_ROWS.c.id == bindparam("row")) & (_ROWS.c.next_at == bindparam("lease_end"))
_BROADCASTS = SQLModel.metadata.tables["broadcast"]
_AMENDMENTS = SQLModel.metadata.tables["amendment"]
_IS_STOPPED_OR_CORRECTED = exists().where(
    _BROADCASTS.c.id == _ROWS.c.broadcast_id,
    or_(_BROADCASTS.c.stopped_at.is_not(None), _BROADCASTS.c.message_id != bindparam("message")),
)
_IS_REPLACED = exists().where(_AMENDMENTS.c.id == _ROWS.c.amendment_id, _AMENDMENTS.c.is_replaced)
# By the id alone they are found; by both they are known for this process's own.
_EACH_MINE = _ROWS.c.id.in_(bindparam("rows", expanding=True)) & tuple_(_ROWS.c.id, _ROWS.c.next_at).in_(
    bindparam("claims", expanding=True)
)
_BEGIN = (
    update(_ROWS)
    .where(_EACH_MINE, _ROWS.c.status.in_([Status.WAITING, Status.SENDING]), ~_IS_STOPPED_OR_CORRECTED, ~_IS_REPLACED)
    .values(status=Status.SENDING.value, attempts=_ROWS.c.attempts + 1, message_id=bindparam("message"))
    .returning(_ROWS.c.id)
)
_GIVE_BACK = update(_ROWS).where(_MINE, _ROWS.c.status == Status.WAITING).values(next_at=machine_clock())
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


def begin_attempt(session: Session, claimed: Claimed) -> bool:
    """Records, before the post, that the attempt begins: what is on the wire at a crash is known to have been.

    False when the claim is not this process's any more, or the broadcast was stopped, or what it says was corrected or
    changed again since: then nothing may be sent. The row keeps which message that was.
    """
    return begin_attempts(session, [claimed]) == [True]


def begin_attempts(session: Session, claimed: list[Claimed]) -> list[bool]:
    """The same of several at once, in their order: one statement of each message costs hardly more than for one row."""
    by_message: dict[int, list[Claimed]] = {}
    for row in claimed:
        by_message.setdefault(row.message_id, []).append(row)
    begun: set[int] = set()
    for message, rows in by_message.items():
        mine = {"rows": [row.id for row in rows], "claims": [(row.id, row.lease_end) for row in rows]}
        begun |= {row_id for (row_id,) in session.connection().execute(_BEGIN, mine | {"message": message})}
    return [row.id in begun for row in claimed]


def settle(session: Session, outcome: Outcome) -> None:
    """Records how an attempt ended."""
    settle_all(session, [outcome])


def settle_all(session: Session, outcomes: list[Outcome]) -> list[None]:
    """The same of several at once."""
    ended = [
        {
            "row": outcome.row_id,
            "ended": outcome.status,
            "why": outcome.reason,
            "known_as": outcome.platform_id or None,
            "seconds": outcome.retry_in,
        }
        for outcome in outcomes
    ]
    session.connection().execute(_SETTLE, ended)
    return [None] * len(outcomes)


def give_back(session: Session, claimed: Claimed) -> None:
    """Returns a claimed row that no attempt was begun on, for anyone to claim. Somebody else's is left alone."""
    session.connection().execute(_GIVE_BACK, {"row": claimed.id, "lease_end": claimed.lease_end})


def mark_gone(session: Session, address_id: int, reason: str) -> None:
    """Remembers that an address cannot be reached any more, so that nothing is tried there again."""
    session.execute(update(Address).where(col(Address.id) == address_id).values(gone_reason=reason))


def _settle_unknown(session: Session, ids: list[int]) -> list[int]:
    """Settles what may have arrived and is not to be sent again; returns what is. That waits anew: whether it is quiet,
    and the message still wanted, is asked of it as of all that wait."""
    begun = (
        select_columns(col(OutboxRow.id), col(Message.kind), col(OutboxRow.attempts))
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.status) == Status.SENDING)
    )
    rows = session.execute(begun).all()
    again = [row for row, kind, attempts in rows if kind in REPEATABLE and attempts < MOST_REPEATS]
    uncertain = {"status": Status.UNCERTAIN, "reason": INTERRUPTED, "next_at": null()}
    for those, values in ((again, {"status": Status.WAITING}), ([row[0] for row in rows], uncertain)):
        if those:
            which = (col(OutboxRow.id).in_(those), col(OutboxRow.status) == Status.SENDING)
            session.execute(update(OutboxRow).where(*which).values(**values))
    return again


def _may_have_arrived(session: Session, ids: list[int]) -> None:
    """Of what was begun before and is not sent again after all, nobody can say that it was not sent."""
    if ids:
        settled = (col(OutboxRow.id).in_(ids), col(OutboxRow.status).in_((Status.SKIPPED, Status.FAILED)))
        session.execute(update(OutboxRow).where(*settled).values(status=Status.UNCERTAIN, reason=INTERRUPTED))


def _settle_unwanted(session: Session, ids: list[int]) -> None:
    """Settles what was stopped or the person turned off, or whose address was lost, after the row was written."""
    chosen = (
        select_columns(col(OutboxRow.id))
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .join(Person, col(Person.id) == OutboxRow.person_id)
        .where(
            col(OutboxRow.id).in_(ids),
            col(Message.kind).not_in(EDITS | {Kind.NOTICE}),
            outbox.is_off_by_kind(),
        )
    )
    lost = select_columns(col(OutboxRow.id)).join(Address, col(Address.id) == OutboxRow.address_id)
    lost = lost.where(col(OutboxRow.id).in_(ids), col(Address.gone_reason).is_not(None))
    why_lost = select_columns(col(Address.gone_reason)).where(col(Address.id) == OutboxRow.address_id).scalar_subquery()
    stopped = select_columns(col(OutboxRow.id)).outerjoin(Broadcast, col(Broadcast.id) == OutboxRow.broadcast_id)
    stopped = stopped.outerjoin(Amendment, col(Amendment.id) == OutboxRow.amendment_id)
    is_over = or_(col(Broadcast.stopped_at).is_not(None), col(Amendment.is_replaced))
    stopped = stopped.where(col(OutboxRow.id).in_(ids), is_over)
    for unwanted, status, reason in (
        (stopped, Status.SKIPPED, literal("stopped")),
        (chosen, Status.SKIPPED, literal("switched_off")),
        (lost, Status.FAILED, why_lost),
    ):
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id).in_(unwanted), col(OutboxRow.status) == Status.WAITING)
            .values(status=status, reason=reason, next_at=null())
        )
