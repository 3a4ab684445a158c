"""The order of the queue of deliveries: who moved what, and who looked at it before a sprint and let it stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from storage import deliveries, programmes, sprint_rules
from storage.database import UtcDateTime
from storage.deliveries import Delivery, WrongField
from storage.people import Person
from storage.refusals import Refused


class QueueLook(SQLModel, table=True):
    """Somebody put the queue in that order, or saw that it is in the right one. Never changed."""

    __tablename__ = "delivery_queue_look"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: The ids of the deliveries, first one first.
    order: list[int] = Field(sa_type=JSON)
    looked_by: int = Field(foreign_key="person.id")
    looked_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Difference:
    """What changed of a queue since somebody saw it; all empty where only the order did. ``name`` is who ordered it
    last, or empty."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    name: str


class Stale(Refused):
    """The queue is not any more what the list shows: nothing is moved by it."""

    def __init__(self, changed: Difference) -> None:
        super().__init__("refused.delivery.stale")
        self.changed = changed


def move(
    session: Session, acting: Person, programme_key: str, key: int, to: int, seen: list[int], now: datetime
) -> list[Delivery]:
    """Moves a delivery to that place, from 1 on; returns the queue. ``seen`` is the queue as the person saw it.

    Raises NotAllowed for who does not order the queue, Stale where it is another by now, WrongField for what is not in
    it or no place of it. The same move once more is the same.
    """
    rows = _looked_at(session, acting, programme_key)
    ids = [row.identity for row in rows]
    if key not in ids and key not in seen:
        raise WrongField("refused.delivery.not_queued", "delivery")
    if ids != seen:
        if key in ids and set(ids) == set(seen) and ids == _moved(seen, key, to):
            return rows
        raise Stale(_difference(session, programme_key, rows, seen))
    if not 1 <= to <= len(ids):
        raise WrongField("refused.delivery.place", "place", last=len(ids))
    order = _moved(ids, key, to)
    by_id = {row.identity: row for row in rows}
    moved = [by_id[one] for one in order]
    if order != ids:
        deliveries.place(session, moved)
        programmes.mark_changed(session, programme_key)
    _note(session, acting, programme_key, order, now)
    return moved


def confirm(
    session: Session, acting: Person, programme_key: str, seen: list[int], now: datetime
) -> tuple[QueueLook, bool]:
    """Records that the queue is in the right order; returns that, and whether it is new: twice a day is once. Raises as
    ``move``, Refused for an empty queue."""
    rows = _looked_at(session, acting, programme_key)
    ids = [row.identity for row in rows]
    if not ids:
        raise Refused("refused.delivery.empty")
    if ids != seen:
        raise Stale(_difference(session, programme_key, rows, seen))
    last = latest(session, programme_key)
    if last is not None and (last.order, last.looked_by, last.looked_at.date()) == (ids, acting.identity, now.date()):
        return last, False
    return _note(session, acting, programme_key, ids, now), True


def latest(session: Session, programme_key: str) -> QueueLook | None:
    """Who looked at the queue last; None while nobody has."""
    return session.exec(
        select(QueueLook).where(QueueLook.programme_key == programme_key).order_by(col(QueueLook.id).desc())
    ).first()


def was_looked_at(session: Session, programme_key: str, since: datetime) -> bool:
    """Whether somebody put it in order, or saw that it is, since then."""
    last = latest(session, programme_key)
    return last is not None and last.looked_at >= since


def _looked_at(session: Session, acting: Person, programme_key: str) -> list[Delivery]:
    sprint_rules.must_deliver(session, programme_key)
    sprint_rules.must_prioritise(session, acting, programme_key)
    deliveries.alone(session, programme_key)
    return deliveries.queue(session, programme_key)


def _moved(ids: list[int], key: int, to: int) -> list[int]:
    order = [one for one in ids if one != key]
    order.insert(to - 1, key)
    return order


def _note(session: Session, acting: Person, programme_key: str, order: list[int], now: datetime) -> QueueLook:
    look = QueueLook(programme_key=programme_key, order=order, looked_by=acting.identity, looked_at=now)
    session.add(look)
    session.flush()
    return look


def _difference(session: Session, programme_key: str, rows: list[Delivery], seen: list[int]) -> Difference:
    last = latest(session, programme_key)
    by_id = {row.identity: row for row in deliveries.every(session, programme_key)}
    ids = [row.identity for row in rows]
    return Difference(
        tuple(row.title for row in rows if row.identity not in seen),
        tuple(by_id[one].title for one in seen if one in by_id and one not in ids),
        session.get_one(Person, last.looked_by).name if last else "",
    )
