"""Approvals of the top 5: an order that goes to everyone is looked at by two, the one who set it and another."""

from datetime import datetime

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import approvals, initiatives
from storage.approvals import State
from storage.database import UtcDateTime, locked
from storage.initiatives import TopList
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused


class TopApproval(SQLModel, table=True):
    """A request to let one order go to everyone, and who decided: the record, never deleted."""

    __tablename__ = "top_approval"
    id: int | None = Field(default=None, primary_key=True)
    top_list_id: int = Field(foreign_key="top_list.id", index=True)
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: State = Field(default=State.WAITING, sa_type=String)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None


def approvers(session: Session, order: TopList) -> list[Person]:
    """Who may approve the order: every leader and deputy but the one who set it."""
    return approvals.approvers(session, order.programme_key, session.get_one(Person, order.set_by))


def is_needed(session: Session, programme: Programme, order: TopList) -> bool:
    """Whether another one must approve the order before it goes to everyone: where the programme has it so, and there
    is another, until it is approved. What says the same as the last one that was approved need not be again; nor what
    the points make: several people gave those."""
    if not programme.needs_approval or order.ranked_at is not None or not approvers(session, order):
        return False
    approved = _last_approved(session, programme.key)
    return approved is None or _said(approved) != _said(order)


def latest(session: Session, order: TopList) -> TopApproval | None:
    """The last request for this order."""
    statement = select(TopApproval).where(TopApproval.top_list_id == order.id).order_by(col(TopApproval.id).desc())
    return session.exec(statement).first()


def undecided(session: Session, acting: Person, programme_key: str) -> list[TopApproval]:
    """The requests that this person may decide and nobody has decided yet; one's own are not among them. Raises
    NotAllowed for who approves nothing."""
    approvals.must_be_approver(session, acting, programme_key)
    statement = (
        select(TopApproval)
        .join(TopList, col(TopList.id) == TopApproval.top_list_id)
        .where(TopList.programme_key == programme_key, TopApproval.state == State.WAITING)
        .where(TopApproval.asked_by != acting.id)
        .order_by(col(TopApproval.id))
    )
    return list(session.exec(statement).all())


def ask(session: Session, order: TopList, now: datetime) -> tuple[TopApproval, bool]:
    """Asks for approval of the order, in the name of whoever set it; returns whether the request is new. One that waits
    is the request there is; after a rejection it is asked anew."""
    _lock(session, order.id)
    before = latest(session, order)
    if before is not None and before.state == State.WAITING:
        return before, False
    _withdraw(session, order.programme_key)
    assert order.id is not None
    assert order.set_by is not None, "what the points make needs no approval"
    request = TopApproval(top_list_id=order.id, asked_by=order.set_by, asked_at=now)
    session.add(request)
    session.flush()
    return request, True


def seen(session: Session, acting: Person, programme_key: str, request_id: int) -> tuple[TopApproval, TopList]:
    """The request and its order, for those who may approve. Raises NotAllowed for others."""
    approvals.must_be_approver(session, acting, programme_key)
    request = session.get(TopApproval, request_id)
    order = session.get_one(TopList, request.top_list_id) if request else None
    if request is None or order is None or order.programme_key != programme_key:
        raise Refused("refused.top.changed")
    return request, order


def decide(
    session: Session, acting: Person, programme_key: str, request_id: int, reason: str | None, now: datetime
) -> tuple[TopApproval, TopList, bool]:
    """Approves, or rejects for a reason; returns the request, and whether it was this that decided it.

    Raises NotAllowed for who is neither leader nor deputy, Refused for an order of one's own, for one that is not the
    newest any more, and for a rejection without a reason or with one that is too long.
    """
    request, order = seen(session, acting, programme_key, request_id)
    _lock(session, order.id)
    session.refresh(request)
    if order.set_by == acting.id:
        raise Refused("refused.top.own")
    newest = initiatives.top(session, programme_key)
    if request.state == State.WITHDRAWN or (request.state == State.WAITING and newest and newest.id != order.id):
        raise Refused("refused.top.changed")
    if request.state != State.WAITING:
        return request, order, False
    if reason is not None:
        approvals.check(reason)
    request.state = State.APPROVED if reason is None else State.REJECTED
    request.decided_by, request.decided_at, request.reason = acting.id, now, reason
    session.add(request)
    session.flush()
    return request, order, True


def _said(order: TopList) -> tuple[list[str], dict[str, str], str]:
    return order.initiative_keys, order.whys, order.reason


def _withdraw(session: Session, programme_key: str) -> None:
    """What nobody has decided yet of an order before this one need not be decided any more."""
    orders = select(TopList.id).where(TopList.programme_key == programme_key)
    session.execute(
        update(TopApproval)
        .where(col(TopApproval.top_list_id).in_(orders), col(TopApproval.state) == State.WAITING)
        .values(state=State.WITHDRAWN.value)
    )


def _last_approved(session: Session, programme_key: str) -> TopList | None:
    statement = (
        select(TopList)
        .join(TopApproval, col(TopApproval.top_list_id) == col(TopList.id))
        .where(TopList.programme_key == programme_key, TopApproval.state == State.APPROVED)
        .order_by(col(TopApproval.id).desc())
    )
    return session.exec(statement).first()


def _lock(session: Session, order_id: int | None) -> None:
    """Two who ask or decide at once do so one after the other."""
    session.exec(locked(session, select(TopList).where(TopList.id == order_id))).one()
