"""Who gave and took roles at the machine's command line: an account of the machine, when, and what it changed."""

from datetime import date, datetime

from sqlalchemy import false
from sqlmodel import Field, Session, SQLModel, select

from storage import status_streams
from storage.database import UtcDateTime
from storage.group_seats import GroupSeat
from storage.people import Grant, Person

#: Longest name of an account of the machine, in characters.
LONGEST_ACCOUNT = 120
#: What somebody has of a role or a seat, to be compared with what they have afterwards; None: nothing.
Held = tuple[date | None, date | None, int | None] | tuple[bool] | None


class RoleChange(SQLModel, table=True):
    """One change of one role. Rows stay: who decides who may do what can be asked after the role is gone.

    ``role`` is one of ``people.ROLES``, or a seat in the group ``workgroup_key``, or a part in the
    work stream of that key. ``changed_at`` is the machine's time.
    """

    __tablename__ = "role_change"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str
    #: Empty for a role in the whole programme.
    workgroup_key: str = ""
    is_taken: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    starts_on: date | None = None
    ends_on: date | None = None
    stands_for: int | None = Field(default=None, foreign_key="person.id", index=True)
    account: str
    changed_at: datetime = Field(sa_type=UtcDateTime)


def held(session: Session, person: Person, programme_key: str, role: str, group_key: str = "") -> Held:
    """What the person has of that role, or of a seat in that group or part in that work stream, as it is stored now."""
    if role in status_streams.PARTS:
        owner = status_streams.owner(session, programme_key, group_key, stands_in=status_streams.PARTS[role])
        return (True,) if owner is not None and owner.id == person.id else None
    if group_key:
        seat = session.exec(
            select(GroupSeat).where(
                GroupSeat.programme_key == programme_key,
                GroupSeat.workgroup_key == group_key,
                GroupSeat.person_id == person.id,
            )
        ).first()
        return (seat.leads,) if seat else None
    given = session.exec(
        select(Grant).where(Grant.person_id == person.id, Grant.programme_key == programme_key, Grant.role == role)
    ).first()
    return (given.starts_on, given.ends_on, given.stands_for) if given else None


def note(
    session: Session,
    person: Person,
    programme_key: str,
    role: str,
    account: str,
    at: datetime,
    before: Held,
    group_key: str = "",
) -> RoleChange | None:
    """Keeps that the account changed it from ``before`` to what it is now; None where nothing changed."""
    after = held(session, person, programme_key, role, group_key)
    if after == before:
        return None
    row = RoleChange(
        programme_key=programme_key,
        person_id=person.identity,
        role=role,
        workgroup_key=group_key,
        is_taken=after is None,
        account=account[:LONGEST_ACCOUNT],
        changed_at=at,
    )
    if after is not None and len(after) == 3:
        row.starts_on, row.ends_on, row.stands_for = after
    session.add(row)
    session.flush()
    return row
