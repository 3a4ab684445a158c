"""Seats: which of the bot's people sit in which group, and who leads it. Most of those whom documents name have no
account here; whoever has one is given the seat by a coordinator, since two people can have the same name."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.people import Person
from storage.sign_ups import SignUp, SignUpState
from storage.workgroups import Workgroup


class GroupSeat(SQLModel, table=True):
    """A seat in a group. Whoever was accepted as a volunteer sits there without one."""

    __tablename__ = "group_seat"
    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    leads: bool = False
    given_at: datetime = Field(sa_type=UtcDateTime)


def give(session: Session, person: Person, group: Workgroup, now: datetime, *, leads: bool = False) -> GroupSeat:
    """Gives the person a seat in the group, or changes whether they lead it; twice is once."""
    seat = _find(session, person, group.programme_key, group.key) or GroupSeat(
        programme_key=group.programme_key, workgroup_key=group.key, person_id=person.identity, given_at=now
    )
    seat.leads = leads
    session.add(seat)
    session.flush()
    return seat


def take(session: Session, person: Person, group: Workgroup) -> None:
    """Takes the seat; taking one that is not there changes nothing."""
    session.execute(
        delete(GroupSeat).where(
            col(GroupSeat.programme_key) == group.programme_key,
            col(GroupSeat.workgroup_key) == group.key,
            col(GroupSeat.person_id) == person.identity,
        )
    )


def sits_in(session: Session, person: Person, programme_key: str) -> frozenset[str]:
    """The keys of the groups that the person sits in, by a seat or as an accepted volunteer."""
    seats = select(GroupSeat.workgroup_key).where(
        GroupSeat.programme_key == programme_key, GroupSeat.person_id == person.id
    )
    accepted = select(SignUp.workgroup_key).where(
        SignUp.programme_key == programme_key, SignUp.person_id == person.id, SignUp.state == SignUpState.ACCEPTED
    )
    return frozenset(key for rows in (seats, accepted) for key in session.exec(rows) if key)


def leads(session: Session, person: Person, programme_key: str, group_key: str) -> bool:
    """Whether the person leads the group."""
    seat = _find(session, person, programme_key, group_key)
    return seat is not None and seat.leads


def leaders(session: Session, programme_key: str, group_key: str) -> list[Person]:
    """Who leads the group and has an account here."""
    return _holders(session, programme_key, group_key, only_leaders=True)


def members(session: Session, programme_key: str, group_key: str) -> list[Person]:
    """Who has a seat in the group; accepted volunteers are not among them."""
    return _holders(session, programme_key, group_key, only_leaders=False)


def _holders(session: Session, programme_key: str, group_key: str, *, only_leaders: bool) -> list[Person]:
    statement = select(Person).join(GroupSeat, col(GroupSeat.person_id) == Person.id)
    statement = statement.where(GroupSeat.programme_key == programme_key, GroupSeat.workgroup_key == group_key)
    if only_leaders:
        statement = statement.where(col(GroupSeat.leads))
    return list(session.exec(statement.order_by(col(Person.id))))


def _find(session: Session, person: Person, programme_key: str, group_key: str) -> GroupSeat | None:
    return session.exec(
        select(GroupSeat).where(
            GroupSeat.programme_key == programme_key,
            GroupSeat.workgroup_key == group_key,
            GroupSeat.person_id == person.id,
        )
    ).first()
