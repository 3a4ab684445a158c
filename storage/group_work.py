"""The work of a group: where it stands and what came of it, as whoever runs the groups says."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, select

from storage import group_seats, people
from storage.database import UtcDateTime
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Workgroup

#: Who says where each group stands, and calls its meetings; whoever leads a group does so for that one.
RUNNING = ("coordinator", "leader")
LONGEST_RESULT = 1000


class WorkState(StrEnum):
    """Where the work of a group stands."""

    PLANNED = "planned"
    WORKING = "working"
    PAUSED = "paused"
    DELIVERED = "delivered"
    ENDED = "ended"


class GroupWork(SQLModel, table=True):
    """What was said of a group's work at one moment; the newest row counts, and none is deleted."""

    __tablename__ = "group_work"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    state: WorkState = Field(sa_type=String)
    #: What came of it, in the words of whoever runs the group; empty while nothing has.
    result: str = ""
    said_by: int = Field(foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


def must_run(session: Session, acting: Person, programme_key: str, group_key: str) -> None:
    """Raises NotAllowed unless the person runs this group."""
    if not runs(session, acting, programme_key, group_key):
        raise NotAllowed("group_runner")


def runs(session: Session, acting: Person, programme_key: str, group_key: str) -> bool:
    """Whether they run all of the programme's groups, or lead this one."""
    if people.roles(session, acting, programme_key) & set(RUNNING):
        return True
    return group_seats.leads(session, acting, programme_key, group_key)


def of(session: Session, group: Workgroup) -> GroupWork | None:
    """What was said last; None where nobody has said anything yet."""
    return session.exec(
        select(GroupWork)
        .where(GroupWork.programme_key == group.programme_key, GroupWork.workgroup_key == group.key)
        .order_by(col(GroupWork.id).desc())
    ).first()


def say(
    session: Session, acting: Person, group: Workgroup, state: WorkState, result: str, now: datetime
) -> tuple[GroupWork, bool]:
    """Says where the work stands; the same again is the same. Returns it and whether it is new.

    Raises NotAllowed for who does not run groups, Refused for a result that is too long.
    """
    must_run(session, acting, group.programme_key, group.key)
    if len(result) > LONGEST_RESULT:
        raise Refused("refused.group_work.long", length=len(result), limit=LONGEST_RESULT)
    before = of(session, group)
    if before is not None and (before.state, before.result) == (state, result):
        return before, False
    said = GroupWork(
        programme_key=group.programme_key,
        workgroup_key=group.key,
        state=state,
        result=result,
        said_by=acting.identity,
        said_at=now,
    )
    session.add(said)
    session.flush()
    return said, True
