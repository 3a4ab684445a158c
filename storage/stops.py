"""Stopping a broadcast while it runs: what is not on the wire yet is not sent, and is accounted for as that."""

from datetime import datetime

from sqlalchemy import null, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.broadcasts import CHUNK, Broadcast
from storage.database import locked
from storage.outbox import OutboxRow, Status
from storage.people import Person
from storage.refusals import Refused

#: Why somebody did not get what was stopped.
STOPPED = "stopped"


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
    free = (
        select_columns(col(OutboxRow.id))
        .where(col(OutboxRow.id).in_(chunk), col(OutboxRow.status) == Status.WAITING)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(free))
        .values(status=Status.SKIPPED, reason=STOPPED, next_at=null(), held_until=null())
        .execution_options(synchronize_session=False)
    )
    broadcast.sweep = chunk[-1] if len(chunk) == CHUNK else None
    session.add(broadcast)
    return broadcast.sweep is not None


def _has_waiting(session: Session, broadcast: Broadcast) -> bool:
    waits = select(OutboxRow.id).where(OutboxRow.broadcast_id == broadcast.id, OutboxRow.status == Status.WAITING)
    return not broadcast.is_expanded or session.exec(waits.limit(1)).first() is not None
