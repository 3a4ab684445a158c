"""Claims: which process may send which rows of the outbox now, and how its attempts ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, Integer, bindparam, cast, exists, func, literal, null, or_, update
from sqlalchemy import column as sql_column
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col

from storage import amendments, employees, held, lanes, outbox
from storage.amendments import Amendment
from storage.broadcasts import Broadcast
from storage.database import Ids, as_read, is_among, machine_clock
from storage.lanes import Lane
from storage.outbox import (
    EDITS,
    INTERRUPTED,
    MOST_ATTEMPTS,
    MOST_REPEATS,
    REPEATABLE,
    Kind,
    Message,
    OutboxRow,
    RowId,
    Status,
)
from storage.people import Address, Person

#: Seconds by which a lease's end may differ that was written in digits and read by SQLite. Two leases differ by more.
ROUNDED = 0.001


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
    #: When the pace allows this one.
    place: lanes.Place
    #: The end of the lease, by the database's clock: whose claim it is. Another claim has another end.
    lease_end: float
    #: What the platform knows the message by that this one takes the place of; None for one of its own.
    edits: str | None = None
    #: An attempt before may have arrived, or a part of it: where a platform can tell, it is asked.
    is_again: bool = False

    @property
    def starts_in(self) -> float:
        """Seconds from the claim until the pace allows it."""
        return self.place.starts_in

    def ended(
        self,
        status: Status,
        reason: str | None = None,
        platform_id: str | None = None,
        retry_in: float | None = None,
    ) -> "Outcome":
        """How the attempt that was begun on this claim ended."""
        return Outcome(self.id, self.lease_end, status, reason, platform_id, retry_in)

    def waits(self, reason: str | None, retry_in: float) -> "Outcome":
        """The attempt is to be made again in that many seconds. That one before it may have arrived is known on:
        otherwise the platform would not be asked any more."""
        return self.ended(Status.WAITING, INTERRUPTED if self.is_again else reason, retry_in=retry_in)


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended that was begun in the lease with that end. ``retry_in`` None settles the row with
    ``status``."""

    row_id: int
    lease_end: float
    status: Status
    reason: str | None = None
    platform_id: str | None = None
    retry_in: float | None = None


@dataclass(frozen=True)
class Due:
    """A lane in which something is due."""

    name: str
    channel: str
    #: Seconds between two sends; 0.0 where it has no pace.
    interval: float
    #: Seconds until the first free place of its pace; 0.0 or less where that is now.
    opens_in: float


def due(session: Session) -> list[Due]:
    """The lanes in which something is due, paused ones too."""
    rows = session.connection().execute(_DUE)
    return [Due(name, lanes.channel_of(name), interval, opens_in) for name, interval, opens_in in rows]


def claim(
    session: Session,
    lane_name: str,
    most: int,
    lease: float,
    moment: datetime | None = None,
    ahead: float | None = None,
    can_tell: Callable[[Address], bool] | None = None,
) -> list[Claimed]:
    """Claims up to ``most`` due rows of a lane for ``lease`` seconds, and reserves their places in its pace: none with
    ``ahead``, where the first free place is more than so many seconds away.

    Rows whose sender vanished in the middle of an attempt come up here again when its lease is over: those of a
    repeatable kind are claimed anew, and those whose platform ``can_tell`` what arrived at an address, to be looked
    for; the others are settled as uncertain. What is not wanted or not reachable any more
    is settled as that, and with a ``moment`` (the programme's *now*) what falls into quiet hours is held: what may have
    arrived too, but then as uncertain.
    """
    session.flush()
    if ahead is not None and not lanes.opens_within(session, lane_name, ahead):
        return []
    these = {"of_lane": lane_name, "most": most, "lease": lease}
    ids = list(session.connection().execute(_CLAIM, these).scalars())
    if not ids:
        return []
    rows = _read(session, ids)
    is_plain = len(rows) == len(ids) and all(map(_is_plain, rows))
    again = [] if is_plain else _settle_unknown(session, ids, can_tell)
    begun = {*again, *(row[_DECIDES] for row in rows if row[_SENT_TO - 1] == INTERRUPTED)}
    if not is_plain:
        _settle_unwanted(session, ids)
    if moment is not None:
        held.hold(session, ids, moment, begun=frozenset(begun))
    _may_have_arrived(session, sorted(begun))
    if moment is not None or not is_plain:
        rows = _read(session, ids)
    places = lanes.reserve(session, lane_name, len(rows))
    return [_claimed(row, place) for row, place in zip(rows, places, strict=True)]


def _read(session: Session, ids: list[int]) -> list[Any]:
    """What sending these rows needs, of those that are still claimed."""
    return list(session.connection().execute(_READ, {"ids": ids}))


def _is_plain(row: Any) -> bool:
    """Whether nothing of a row is to be settled before it is sent, as of nearly all."""
    status, is_over, is_off, gone_reason = row[:_DECIDES]
    return status == Status.WAITING and not (is_over or is_off) and gone_reason is None


def _claimed(row: Any, place: lanes.Place) -> Claimed:
    row_id, key, attempts, lease_end, message_id, kind, language, known_as, reason = row[_DECIDES:_SENT_TO]
    kind = Kind(kind)
    return Claimed(
        id=row_id,
        key=key,
        attempts=attempts,
        kind=kind,
        message_id=message_id,
        language=language,
        address=as_read(Address, dict(zip(_ADDRESS, row[_SENT_TO:], strict=True))),
        place=place,
        lease_end=lease_end or 0.0,
        edits=known_as if kind in EDITS else None,
        is_again=reason == INTERRUPTED,
    )


# Every message runs these: built once, and with any number of rows as one value, they need not be built, written and
# planned anew each time.
_ROWS = SQLModel.metadata.tables[OutboxRow.__tablename__]
_BROADCASTS = SQLModel.metadata.tables["broadcast"]
_AMENDMENTS = SQLModel.metadata.tables["amendment"]
# Asked once: asked at each row, it could not be looked up in the index, and each would have another lease.
_NOW = select_columns(machine_clock()).scalar_subquery()
_DUE = (
    select_columns(col(Lane.name), col(Lane.interval), col(Lane.tat) - machine_clock())
    .where(select_columns(_ROWS.c.id).where(_ROWS.c.lane == Lane.name, _ROWS.c.next_at <= _NOW).exists())
    .order_by(Lane.name)
)
_WAITING = (
    select_columns(_ROWS.c.id)
    .where(_ROWS.c.lane == bindparam("of_lane"), _ROWS.c.next_at <= _NOW)
    .order_by(_ROWS.c.next_at, _ROWS.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(_ROWS)
    .where(_ROWS.c.id.in_(_WAITING))
    .values(next_at=_NOW + bindparam("lease", type_=Float))
    .returning(_ROWS.c.id)
)
_told, _amended = aliased(Message), aliased(OutboxRow)
_listed = employees.language_of(Person.id, _told.programme_key)
_is_off = col(Message.kind).not_in(EDITS | {Kind.NOTICE}) & outbox.is_off_by_kind()
_ADDRESS = [column.name for column in SQLModel.metadata.tables["address"].columns]
_READ: Any = (
    select_columns(
        # What decides whether it is sent: see _is_plain.
        col(OutboxRow.status),
        or_(col(Broadcast.stopped_at).is_not(None), func.coalesce(col(Amendment.is_replaced), literal(False))),
        func.coalesce(_is_off, literal(False)),
        col(Address.gone_reason),
        # What a Claimed holds: see _claimed.
        col(OutboxRow.id),
        col(OutboxRow.idempotency_key),
        col(OutboxRow.attempts),
        col(OutboxRow.next_at),
        col(_told.id),
        col(_told.kind),
        func.coalesce(Person.language, Person.spoken, _listed, "nb"),
        col(_amended.platform_id),
        col(OutboxRow.reason),
        *(getattr(Address, name) for name in _ADDRESS),
    )
    .select_from(OutboxRow)
    .join(Message, col(Message.id) == OutboxRow.message_id)
    .outerjoin(Broadcast, col(Broadcast.id) == OutboxRow.broadcast_id)
    .outerjoin(Amendment, col(Amendment.id) == OutboxRow.amendment_id)
    # What was corrected meanwhile goes out as it reads now, whatever it was when the row was written.
    .join(_told, col(_told.id) == func.coalesce(col(Broadcast.message_id), col(OutboxRow.message_id)))
    .outerjoin(_amended, col(_amended.id) == OutboxRow.amends_id)
    .outerjoin(Person, col(Person.id) == OutboxRow.person_id)
    .join(Address, col(Address.id) == OutboxRow.address_id)
    .where(is_among(col(OutboxRow.id), bindparam("ids", type_=Ids)), col(OutboxRow.next_at).is_not(None))
    .order_by(col(OutboxRow.id))
)
_DECIDES, _SENT_TO = 4, 13
_IS_STOPPED_OR_CORRECTED = exists().where(
    _BROADCASTS.c.id == _ROWS.c.broadcast_id,
    or_(_BROADCASTS.c.stopped_at.is_not(None), _BROADCASTS.c.message_id != bindparam("message")),
)
_IS_REPLACED = exists().where(_AMENDMENTS.c.id == _ROWS.c.amendment_id, _AMENDMENTS.c.is_replaced)
# By the id they are found; by the lease's end they are known for this process's own.
_MINE = is_among(_ROWS.c.id, bindparam("ids", type_=Ids)) & (_ROWS.c.next_at == bindparam("lease_end", type_=Float))
_BEGIN = (
    update(_ROWS)
    .where(_MINE, _ROWS.c.status.in_([Status.WAITING, Status.SENDING]), ~_IS_STOPPED_OR_CORRECTED, ~_IS_REPLACED)
    # By the database's clock: a process that was frozen since it looked at its own begins nothing that outlives it.
    .where(_ROWS.c.next_at > _NOW + bindparam("takes", type_=Float))
    .values(status=Status.SENDING.value, attempts=_ROWS.c.attempts + 1, message_id=bindparam("message"))
    .returning(_ROWS.c.id)
)
_GIVE_BACK = update(_ROWS).where(_MINE, _ROWS.c.status == Status.WAITING).values(next_at=machine_clock())


def _settle_statements(each: Any, field: Any) -> tuple[Any, Any]:
    """Record how attempts ended that are listed in one JSON value, of which ``each`` makes rows: of what is in the same
    lease still, and that what was taken for uncertain since has arrived."""
    this = _ROWS.c.id == cast(field(each, 0), RowId)
    settle = (
        update(_ROWS)
        .where(this, func.abs(_ROWS.c.next_at - cast(field(each, 5), Float)) < ROUNDED)
        .values(
            status=field(each, 1),
            reason=field(each, 2),
            platform_id=field(each, 3),
            # Without seconds to wait it is null, as the sum then is: never again.
            next_at=machine_clock() + cast(field(each, 4), Float),
        )
    )
    # A change of what arrived is not meant: its row may tell of a later change by now.
    is_uncertain = (_ROWS.c.status == Status.UNCERTAIN, _ROWS.c.reason == INTERRUPTED, _ROWS.c.amends_id.is_(None))
    arrived = (
        update(_ROWS)
        .where(this, field(each, 1) == Status.SENT.value, *is_uncertain)
        .values(status=Status.SENT.value, reason=null(), platform_id=field(each, 3))
        .returning(_ROWS.c.broadcast_id)
    )
    return settle, arrived


_ENDED = bindparam("ended", type_=postgresql.JSONB().with_variant(JSON(), "sqlite"))
_SETTLE = {
    "sqlite": _settle_statements(
        func.json_each(_ENDED).table_valued("value"), lambda each, place: func.json_extract(each.c.value, f"$[{place}]")
    ),
    "postgresql": _settle_statements(
        func.jsonb_array_elements(_ENDED).table_valued(sql_column("value", postgresql.JSONB)),
        lambda each, place: each.c.value[place].astext,
    ),
}


def begin_attempt(session: Session, claimed: Claimed, takes: float = 0.0) -> bool:
    """Records, before the post, that the attempt begins: what is on the wire at a crash is known to have been.

    False when the claim is not this process's any more, or ends within the seconds that an attempt ``takes``, or the
    broadcast was stopped, or what it says was corrected or changed again since: then nothing may be sent. The row keeps
    which message that was.
    """
    return begin_attempts(session, [claimed], takes) == [True]


def begin_attempts(session: Session, claimed: list[Claimed], takes: float = 0.0) -> list[bool]:
    """The same of several at once, in their order: one statement of each message costs hardly more than for one row."""
    alike: dict[tuple[int, float], list[int]] = {}
    for row in claimed:
        alike.setdefault((row.message_id, row.lease_end), []).append(row.id)
    begun: set[int] = set()
    for (message, lease_end), ids in alike.items():
        these = {"ids": ids, "lease_end": lease_end, "message": message, "takes": takes}
        begun.update(session.connection().execute(_BEGIN, these).scalars())
    return [row.id in begun for row in claimed]


def settle(session: Session, outcome: Outcome) -> None:
    """Records how an attempt ended. What another process has claimed since is left alone: whoever wakes up late, or
    tries again what was recorded before, must not have sent anew what that one has sent. Only that something arrived
    is worth knowing still, where nobody knew."""
    settle_all(session, [outcome])


def settle_all(session: Session, outcomes: list[Outcome]) -> list[None]:
    """The same of several at once."""
    ended = [
        (one.row_id, one.status, one.reason, one.platform_id or None, one.retry_in, one.lease_end) for one in outcomes
    ]
    connection = session.connection()
    settle, arrived = _SETTLE[connection.dialect.name]
    if connection.execute(settle, {"ended": ended}).rowcount < len(outcomes):
        found = {broadcast for (broadcast,) in connection.execute(arrived, {"ended": ended})}
        amendments.look_again(session, found - {None})
    return [None] * len(outcomes)


def give_back(session: Session, claimed: Claimed) -> None:
    """Returns a claimed row that no attempt was begun on, for anyone to claim. Somebody else's is left alone."""
    give_back_all(session, [claimed])


def give_back_all(session: Session, claimed: list[Claimed]) -> list[None]:
    """The same of several at once."""
    alike: dict[float, list[int]] = {}
    for row in claimed:
        alike.setdefault(row.lease_end, []).append(row.id)
    for lease_end, ids in alike.items():
        session.connection().execute(_GIVE_BACK, {"ids": ids, "lease_end": lease_end})
    return [None] * len(claimed)


def mark_gone(session: Session, address_id: int, reason: str) -> None:
    """Remembers that an address cannot be reached any more, so that nothing is tried there again."""
    session.execute(update(Address).where(col(Address.id) == address_id).values(gone_reason=reason))


def _settle_unknown(session: Session, ids: list[int], can_tell: Callable[[Address], bool] | None) -> list[int]:
    """Settles what may have arrived and is not to be sent again; returns what is. That waits anew: whether it is quiet,
    and the message still wanted, is asked of it as of all that wait."""
    begun = (
        select_columns(OutboxRow.id, Message.kind, OutboxRow.attempts, Address)  # type: ignore[call-overload]
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .join(Address, col(Address.id) == OutboxRow.address_id)
        .where(col(OutboxRow.id).in_(ids), col(OutboxRow.status) == Status.SENDING)
    )
    rows = session.execute(begun).all()
    again = [
        row
        for row, kind, attempts, address in rows
        # Asking does no harm, however often: nothing is sent again that is there.
        if (kind in REPEATABLE and attempts < MOST_REPEATS)
        or (can_tell is not None and attempts < MOST_ATTEMPTS and can_tell(address))
    ]
    uncertain = {"status": Status.UNCERTAIN, "reason": INTERRUPTED, "next_at": null()}
    for those, values in (
        (again, {"status": Status.WAITING, "reason": INTERRUPTED}),
        ([row[0] for row in rows], uncertain),
    ):
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
