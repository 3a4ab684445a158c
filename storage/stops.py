"""Stopping a broadcast while it runs: what is not on the wire yet is not sent, and is accounted for as that."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, false, null, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.broadcasts import CHUNK, Broadcast
from storage.database import locked
from storage.outbox import INTERRUPTED, OutboxRow, Status
from storage.people import Person
from storage.refusals import Refused

#: Why somebody did not get what was stopped.
STOPPED = "stopped"
#: What has arrived, may have, or is arriving.
_ARRIVED = (Status.SENT, Status.SENDING, Status.UNCERTAIN)


def stop(session: Session, acting: Person, broadcast_id: int, now: datetime) -> None:
    """Has nothing more of a broadcast sent: no attempt begins once this is committed, in any process. Stopped twice is
    stopped once. Raises NotAllowed without the leader's role, Refused where everything is out already."""
    broadcast: Broadcast = session.exec(locked(session, select(Broadcast).where(Broadcast.id == broadcast_id))).one()
    acting.must_be(session, "leader", broadcast.programme_key)
    if broadcast.stopped_at is not None:
        return
    if not _has_waiting(session, broadcast):
        raise Refused("refused.announcement.over")
    end(session, acting, broadcast, now)


def end(session: Session, acting: Person, broadcast: Broadcast, now: datetime) -> None:
    """Lets nothing more of a broadcast begin, whether or not anything waits: what is on the wire may come back."""
    # Who has no row yet gets none: the report counts them as stopped.
    broadcast.stopped_at, broadcast.stopped_by, broadcast.is_expanded = now, acting.id, True
    broadcast.sweep = 0
    session.add(broadcast)


def told_to(broadcast: Any, person: Person | None) -> Any:
    """SQL: whether what that broadcast said is something to tell the person of: it was not stopped, or reached them
    before. ``broadcast`` is a column with its id; without a person only what was not stopped."""
    this = aliased(Broadcast)
    stopped = select(this.id).where(col(this.id) == broadcast, col(this.stopped_at).is_not(None)).exists()
    return or_(~stopped, _reached(broadcast, person) if person is not None else false())


def has_reached(session: Session, person: Person, broadcast_id: int) -> bool:
    """Whether it arrived in the person's chat, by itself or on a card of several, or may have."""
    found = select(Broadcast.id).where(Broadcast.id == broadcast_id, _reached(col(Broadcast.id), person))
    return session.exec(found).first() is not None


def _reached(broadcast: Any, person: Person) -> Any:
    row, card = aliased(OutboxRow), aliased(OutboxRow)
    on_a_card = and_(col(row.status) == Status.MERGED, col(card.status).in_(_ARRIVED))
    return (
        select_columns(col(row.id))
        .outerjoin(card, col(card.id) == col(row.part_of))
        .where(
            col(row.broadcast_id) == broadcast,
            col(row.person_id) == person.id,
            or_(col(row.status).in_(_ARRIVED), on_a_card),
        )
        .correlate(broadcast.class_)
        .exists()
    )


def unswept(session: Session) -> list[int]:
    """Stopped broadcasts whose rows are not all settled yet."""
    rows = session.exec(select(Broadcast.id).where(col(Broadcast.sweep).is_not(None)).order_by(col(Broadcast.id)))
    return [row for row in rows if row is not None]


def sweep(session: Session, broadcast_id: int) -> bool:
    """Settles the next chunk of a stopped broadcast's rows; returns whether more are left.

    Rows that somebody is at in this moment are passed over: their attempt has begun, or the next claim settles them.
    """
    statement = select(Broadcast).where(Broadcast.id == broadcast_id).with_for_update(skip_locked=True)
    broadcast = session.exec(statement).first()
    if broadcast is None or broadcast.sweep is None:
        return False
    chunk = session.exec(
        select(OutboxRow.id)
        .where(OutboxRow.broadcast_id == broadcast_id, col(OutboxRow.id) > broadcast.sweep)
        .order_by(col(OutboxRow.id))
        .limit(CHUNK)
    ).all()
    # An attempt before may have arrived, and nobody looks for it any more.
    is_unknown = col(OutboxRow.reason) == INTERRUPTED
    free = (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.id).in_(chunk), col(OutboxRow.status) == Status.WAITING)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(free))
        .values(
            status=case((is_unknown, Status.UNCERTAIN.value), else_=Status.SKIPPED.value),
            reason=case((is_unknown, INTERRUPTED), else_=STOPPED),
            next_at=null(),
            held_until=null(),
        )
        .execution_options(synchronize_session=False)
    )
    broadcast.sweep = chunk[-1] if len(chunk) == CHUNK else None
    session.add(broadcast)
    return broadcast.sweep is not None


def _has_waiting(session: Session, broadcast: Broadcast) -> bool:
    waits = select(OutboxRow.id).where(OutboxRow.broadcast_id == broadcast.id, OutboxRow.status == Status.WAITING)
    return not broadcast.is_expanded or session.exec(waits.limit(1)).first() is not None
