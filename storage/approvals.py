"""Approvals: what goes to everyone at once is looked at by two, the one who sends it and another leader or a deputy."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import decided_announcements, people
from storage.announcements import Announcement
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused

#: Roles that may approve.
APPROVING = ("leader", "deputy")
LONGEST_REASON = 500


class State(StrEnum):
    """What became of a request for approval."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # changed, moved or cancelled before anybody decided


class Approval(SQLModel, table=True):
    """A request to send one version of an announcement to everyone, and who decided: the record, never deleted."""

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    version: int
    #: What was asked for: the moment to send at; None for at once.
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_by: int = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    state: State = Field(default=State.WAITING, sa_type=String)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None


def approvers(session: Session, programme_key: str, asking: Person) -> list[Person]:
    """Who may approve what that person asks for: every other leader, and every deputy."""
    found = {person.identity: person for role in APPROVING for person in people.holders(session, programme_key, role)}
    return [person for key, person in found.items() if key != asking.id]


def is_needed(session: Session, programme: Programme, asking: Person, announcement: Announcement) -> bool:
    """Whether somebody else must look at it before it goes to everyone: where the programme has it so, and there is
    somebody else, until this version is approved."""
    if announcement.audience is not None or not programme.needs_approval:
        return False
    if not approvers(session, programme.key, asking):
        return False
    return _latest(session, announcement, State.APPROVED) is None


def waiting(session: Session, announcement: Announcement) -> Approval | None:
    """The request that nobody has decided yet, for what the announcement says now."""
    return _latest(session, announcement, State.WAITING)


def undecided(session: Session, acting: Person, programme_key: str) -> list[tuple[Approval, Announcement]]:
    """The requests that this person may decide and nobody has decided yet, the oldest first; one's own are not among
    them. Raises NotAllowed for who approves nothing."""
    must_be_approver(session, acting, programme_key)
    statement = (
        select(Approval, Announcement)
        .join(Announcement, col(Announcement.id) == Approval.announcement_id)
        .where(Announcement.programme_key == programme_key, Approval.state == State.WAITING)
        .where(Approval.asked_by != acting.id, Approval.version == Announcement.version)
        .order_by(col(Approval.id))
    )
    return list(session.exec(statement).all())


def ask(
    session: Session, acting: Person, announcement: Announcement, at: datetime | None, now: datetime
) -> tuple[Approval, bool]:
    """Asks for approval of what the announcement says now; returns whether the request is new. The same again is the
    request there is; another moment is another request. Raises NotAllowed without the leader's role."""
    acting.must_be(session, "leader", announcement.programme_key)
    before = waiting(session, announcement)
    if before is not None and before.send_at == at:
        return before, False
    withdraw(session, announcement)
    assert announcement.id is not None
    request = Approval(
        announcement_id=announcement.id,
        version=announcement.version,
        send_at=at,
        asked_by=acting.identity,
        asked_at=now,
    )
    session.add(request)
    session.flush()
    return request, True


def decide(
    session: Session, acting: Person, programme_key: str, request_id: int, reason: str | None, now: datetime
) -> tuple[Approval, Announcement, bool]:
    """Approves, or rejects for a reason; returns the request, and whether it was this that decided it.

    Raises NotAllowed for who is neither leader nor deputy, Refused for one's own request, for one that was withdrawn or
    whose announcement changed since, for a rejection without a reason or with one that is too long, and where nobody
    said whether it tells of a decision; NotReady for what tells of one that has not been discussed.
    """
    must_be_approver(session, acting, programme_key)
    request, announcement = _get(session, programme_key, request_id)
    if request.asked_by == acting.id:
        raise Refused("refused.approval.own")
    if request.state == State.WITHDRAWN and request.send_at is not None and request.send_at <= now:
        raise Refused("refused.approval.expired")
    if request.version != announcement.version or request.state == State.WITHDRAWN:
        raise Refused("refused.approval.changed")
    if request.state != State.WAITING:
        return request, announcement, False
    if reason is not None:
        check(reason)
    else:
        decided_announcements.must_be_said(session, programme_key, announcement.id)
        decided_announcements.must_be_ready(session, programme_key, announcement.id)
    request.state = State.APPROVED if reason is None else State.REJECTED
    request.decided_by, request.decided_at, request.reason = acting.id, now, reason
    session.add(request)
    return request, announcement, True


def must_be_approver(session: Session, acting: Person, programme_key: str) -> None:
    if not people.roles(session, acting, programme_key) & set(APPROVING):
        raise NotAllowed("leader")


def seen(session: Session, acting: Person, programme_key: str, request_id: int) -> tuple[Approval, Announcement]:
    """The request and its announcement, for those who may approve. Raises NotAllowed for others."""
    must_be_approver(session, acting, programme_key)
    return _get(session, programme_key, request_id)


def withdraw(session: Session, announcement: Announcement) -> None:
    """What nobody has decided yet need not be decided any more."""
    session.execute(
        update(Approval)
        .where(col(Approval.announcement_id) == announcement.id, col(Approval.state) == State.WAITING)
        .values(state=State.WITHDRAWN.value)
    )


def deciders(session: Session, announcement: Announcement) -> list[int]:
    """Who approved what was sent."""
    statement = select(Approval.decided_by).where(
        Approval.announcement_id == announcement.id, Approval.state == State.APPROVED
    )
    return [key for key in session.exec(statement.order_by(col(Approval.id))) if key is not None]


def person(session: Session, key: int | None) -> Person:
    return session.get_one(Person, key)


def _get(session: Session, programme_key: str, request_id: int) -> tuple[Approval, Announcement]:
    """Both, locked by the announcement's row: two who decide at once do so one after the other."""
    statement = (
        select(Announcement)
        .join(Approval, col(Approval.announcement_id) == col(Announcement.id))
        .where(Approval.id == request_id, Announcement.programme_key == programme_key)
    )
    announcement: Announcement | None = session.exec(locked(session, statement)).first()
    if announcement is None:
        raise Refused("refused.announcement.unknown")
    request = session.get_one(Approval, request_id)
    session.refresh(request)
    return request, announcement


def _latest(session: Session, announcement: Announcement, state: State) -> Approval | None:
    statement = (
        select(Approval)
        .where(
            Approval.announcement_id == announcement.id,
            Approval.version == announcement.version,
            Approval.state == state,
        )
        .order_by(col(Approval.id).desc())
    )
    return session.exec(statement).first()


def check(reason: str) -> None:
    """Raises Refused for a rejection without a reason, and for a reason that is too long."""
    if not reason:
        raise Refused("refused.approval.no_reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.approval.long_reason", length=len(reason), limit=LONGEST_REASON)
