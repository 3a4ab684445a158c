"""Sign-ups: who volunteered for which workgroup."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import Refused
from storage.workgroups import Openness, Workgroup


class SignUp(SQLModel, table=True):
    """One person's wish to be in one group: one row, however often pressed; withdrawing keeps it as withdrawn."""

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    signed_up_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def sign_up(session: Session, person: Person, group: Workgroup, now: datetime) -> tuple[SignUp, bool]:
    """Signs the person up; a second time changes nothing. Returns the sign-up and whether it is new.

    Raises Refused when the group takes no volunteers.
    """
    if group.openness != Openness.OPEN:
        raise Refused("refused.workgroup.closed", group=group.title)
    found = _find(session, person, group)
    if found and found.withdrawn_at is None:
        return found, False
    if found is None:
        found = SignUp(
            programme_key=group.programme_key, workgroup_key=group.key, person_id=person.identity, signed_up_at=now
        )
    found.signed_up_at, found.withdrawn_at = now, None
    session.add(found)
    session.flush()
    return found, True


def withdraw(session: Session, person: Person, group: Workgroup, now: datetime) -> SignUp:
    """Withdraws the person's sign-up. Raises Refused when there is none to withdraw."""
    found = _find(session, person, group)
    if found is None or found.withdrawn_at is not None:
        raise Refused("refused.workgroup.not_signed_up", group=group.title)
    found.withdrawn_at = now
    session.add(found)
    return found


def standing(session: Session, person: Person, programme_key: str) -> list[SignUp]:
    """The person's own sign-ups that stand, oldest first."""
    rows = session.exec(
        select(SignUp)
        .where(
            SignUp.programme_key == programme_key,
            SignUp.person_id == person.id,
            col(SignUp.withdrawn_at).is_(None),
        )
        .order_by(col(SignUp.signed_up_at))
    ).all()
    return list(rows)


def volunteers(session: Session, acting: Person, programme_key: str) -> list[tuple[SignUp, Person]]:
    """Everyone's sign-ups that stand, oldest first: for coordinators. Raises NotAllowed for anyone else."""
    acting.must_be(session, "coordinator", programme_key)
    rows = session.exec(
        select(SignUp, Person)
        .join(Person, col(Person.id) == SignUp.person_id)
        .where(SignUp.programme_key == programme_key, col(SignUp.withdrawn_at).is_(None))
        .order_by(col(SignUp.signed_up_at), col(SignUp.id))
    ).all()
    return list(rows)


def how_many_stand(session: Session, acting: Person, programme_key: str) -> int:
    """How many sign-ups stand: for coordinators. Raises NotAllowed for anyone else."""
    acting.must_be(session, "coordinator", programme_key)
    statement = select(func.count()).where(SignUp.programme_key == programme_key, col(SignUp.withdrawn_at).is_(None))
    return session.exec(statement).one()


def _find(session: Session, person: Person, group: Workgroup) -> SignUp | None:
    statement = select(SignUp).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        SignUp.person_id == person.id,
    )
    found: SignUp | None = session.exec(locked(session, statement)).first()
    return found
