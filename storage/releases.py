"""Release from daily work (frikjøp): which sign-ups need it, and where it stands. The place is kept meanwhile.

Who asks and who answers is in ``release_steps``; what holds an answer back is asked for here.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, locked
from storage.workgroups import Workgroup


class ReleaseState(StrEnum):
    """Where a release stands."""

    NEEDED = "needed"  # nobody was asked yet: it is not known who the nearest leader is
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"


class Release(SQLModel, table=True):
    """The release that one sign-up needs; without a row it needs none. It is over with the sign-up."""

    __tablename__ = "work_release"
    __table_args__ = (UniqueConstraint("sign_up_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    sign_up_id: int = Field(foreign_key="sign_up.id")
    state: ReleaseState = Field(default=ReleaseState.NEEDED, sa_type=String)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    #: The coordinator who wanted it, None where the group's rule does.
    wanted_by: int | None = Field(default=None, foreign_key="person.id")
    #: The nearest leader, who was asked.
    leader_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: By when the leader is to answer, that day included, in the organisation's zone.
    due_on: date | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: The leader, or the coordinator who wrote down what the leader said.
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    #: Why it was refused.
    reason: str = ""
    #: When coordinators were told that nobody answers.
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored release has an id"
        return self.id


#: The leader has not said yes or no.
UNANSWERED = (ReleaseState.NEEDED, ReleaseState.ASKED)
#: Nobody is taken into a group while its release stands so.
HOLDS_BACK = (ReleaseState.NEEDED, ReleaseState.ASKED, ReleaseState.REFUSED)


def needs(group: Workgroup, hours: int | None) -> bool:
    """Whether the group's rule asks for a release of somebody who offers so many hours a week."""
    from_hours = group.release_from_hours
    return from_hours is not None and (from_hours == 0 or (hours or 0) >= from_hours)


def see_to(session: Session, group: Workgroup, sign_up_id: int, hours: int | None, begun_at: datetime) -> None:
    """Begins the release that the group's rule wants, or ends the one that it wants no more. What a coordinator wants,
    and what was answered, stays."""
    found = find(session, sign_up_id, to_change=True)
    if found is None:
        if needs(group, hours):
            session.add(Release(programme_key=group.programme_key, sign_up_id=sign_up_id, begun_at=begun_at))
    elif found.wanted_by is None and found.state in UNANSWERED and not needs(group, hours):
        session.delete(found)
    session.flush()


def begin_anew(session: Session, sign_up_id: int) -> None:
    """Forgets the release of a sign-up that ended and begins once more."""
    found = find(session, sign_up_id, to_change=True)
    if found is not None:
        session.delete(found)
        session.flush()


def find(session: Session, sign_up_id: int, *, to_change: bool = False) -> Release | None:
    statement = select(Release).where(Release.sign_up_id == sign_up_id)
    if to_change:
        statement = locked(session, statement).execution_options(populate_existing=True)
    return session.exec(statement).first()


def of_each(session: Session, sign_up_ids: list[int]) -> dict[int, Release]:
    """The releases of these sign-ups; one that needs none is not in it."""
    rows = session.exec(select(Release).where(col(Release.sign_up_id).in_(sign_up_ids))).all()
    return {row.sign_up_id: row for row in rows}


def holds_back(session: Session, sign_up_id: int) -> bool:
    """Whether a release is needed and not given."""
    found = find(session, sign_up_id)
    return found is not None and found.state in HOLDS_BACK


def take_along(session: Session, from_id: int, to_id: int) -> None:
    """What the leader said holds for the other group, too: it is about the person's time."""
    found, there = find(session, from_id), find(session, to_id)
    if found is None or found.state != ReleaseState.GIVEN or (there and there.state == ReleaseState.GIVEN):
        return
    there = there or Release(programme_key=found.programme_key, sign_up_id=to_id, begun_at=found.begun_at)
    for name in ("state", "wanted_by", "leader_id", "asked_at", "due_on", "answered_at", "answered_by"):
        setattr(there, name, getattr(found, name))
    session.add(there)
    session.flush()
