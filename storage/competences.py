"""Competence (kompetanse): the switch, and which volunteers may be looked at for what they said they can.

It is off until a leader records that it was discussed with the employees' side (drøfting) and that the consequences
for people's privacy were assessed (DPIA), each with its day and where to find it. Only what volunteers told after they
were told what it is used for is ever compared with a need. Whatever was gathered is erased when it is switched off,
and on the day that was recorded as the last one.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage import erased_remains
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sign_ups import SignUp

#: Longest reference to a record, in characters.
LONGEST_REFERENCE = 120
#: For how many days it can be on at the most; longer than a programme runs without being discussed anew.
MOST_DAYS = 3 * 365


class CompetenceSwitch(SQLModel, table=True):
    """That it was on, from when until when, and what that rests on. Rows stay; the one without an end holds."""

    __tablename__ = "competence_switch"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: The discussion with the employees' side, and where its minutes are.
    discussed_on: date
    discussion: str
    #: The assessment of what it means for people's privacy (DPIA), and where it is.
    assessed_on: date
    assessment: str
    #: The last day; what was gathered is erased when it is over.
    until: date
    switched_by: int = Field(foreign_key="person.id")
    switched_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: None where the last day came.
    ended_by: int | None = Field(default=None, foreign_key="person.id")


class CompetenceNeed(SQLModel, table=True):
    """One thing that a group, or an initiative it works for, needs somebody to know. It tells of nobody."""

    __tablename__ = "competence_need"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    #: Empty where the group itself needs it.
    initiative_key: str = ""
    position: int = 0
    title: str
    #: What is done where nobody said they can; see ``competence_needs.Filling``.
    filling: str = "none"
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


class CompetenceShared(SQLModel, table=True):
    """That a volunteer told what they can after they were told what it is used for. The words are the sign-up's own."""

    __tablename__ = "competence_shared"
    sign_up_id: int = Field(foreign_key="sign_up.id", primary_key=True)
    shared_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Grounds:
    """What switching it on rests on; see ``CompetenceSwitch``. A day that was not read is None."""

    discussed_on: date | None
    discussion: str
    assessed_on: date | None
    assessment: str
    until: date | None


class Ungrounded(Refused):
    """Something of the grounds is missing or cannot be so. ``field`` is which."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(f"refused.competence.{key}", **values)
        self.field = field


def find(session: Session, programme_key: str) -> CompetenceSwitch | None:
    """What it rests on while it is on; None while it is off."""
    return session.exec(
        select(CompetenceSwitch).where(
            CompetenceSwitch.programme_key == programme_key, col(CompetenceSwitch.ended_at).is_(None)
        )
    ).first()


def must_be_on(session: Session, programme_key: str) -> CompetenceSwitch:
    """Raises Refused, with what is missing, while it is off."""
    found = find(session, programme_key)
    if found is None:
        raise Refused("refused.competence.off")
    return found


def switch_on(
    session: Session, acting: Person, programme: Programme, grounds: Grounds, now: datetime
) -> tuple[CompetenceSwitch, bool]:
    """Switches it on; while it is on already nothing changes. Returns what it rests on, and whether that is new.

    Raises NotAllowed without the leader's role, Ungrounded for a record that is missing, too long or not yet made, and
    for a last day that is over or too far ahead.
    """
    acting.must_be(session, "leader", programme.key)
    _alone(session, programme.key)
    found = find(session, programme.key)
    if found is not None:
        return found, False
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    row = CompetenceSwitch(
        programme_key=programme.key, switched_by=acting.identity, switched_at=now, **_checked(grounds, today)
    )
    session.add(row)
    session.flush()
    return row, True


def switch_off(session: Session, acting: Person, programme_key: str, now: datetime) -> bool:
    """Switches it off and erases what was gathered; returns whether it was on. Raises NotAllowed without the leader's
    role."""
    acting.must_be(session, "leader", programme_key)
    _alone(session, programme_key)
    found = find(session, programme_key)
    if found is None:
        return False
    _end(session, found, now, acting.identity)
    return True


def end_due(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's job: after the last day it is switched off, and what volunteers told of their competences is emptied
    as well. Nobody is owed anything by that; returns 0."""
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    found = find(session, programme.key)
    if found is None or found.until >= today:
        return 0
    _alone(session, programme.key)
    found = find(session, programme.key)
    if found is not None and found.until < today:
        shared = select(CompetenceShared.sign_up_id)
        theirs = (col(SignUp.programme_key) == programme.key, col(SignUp.id).in_(shared))
        session.execute(update(SignUp).where(*theirs).values(competences=""))
        _end(session, found, now, None)
    return 0


def share(session: Session, row: SignUp, now: datetime, *, was_told: bool) -> None:
    """Notes that what the volunteer told may be compared with the group's needs: only while it is on, and only if they
    ``was_told`` so before they wrote. What they emptied, or changed without being told, is not compared any more."""
    found = session.get(CompetenceShared, row.identity)
    may = was_told and bool(row.competences) and find(session, row.programme_key) is not None
    if may and found is None:
        session.add(CompetenceShared(sign_up_id=row.identity, shared_at=now))
    elif not may and found is not None:
        session.delete(found)
    session.flush()


def shared(session: Session, sign_up_ids: list[int]) -> set[int]:
    """Those of the sign-ups whose volunteers told it knowing what it is used for."""
    which = col(CompetenceShared.sign_up_id).in_(sign_up_ids)
    return set(session.exec(select(CompetenceShared.sign_up_id).where(which)))


def _checked(grounds: Grounds, today: date) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for one in fields(Grounds):
        value = getattr(grounds, one.name)
        value = " ".join(value.split()) if isinstance(value, str) else value
        if not value:
            raise Ungrounded(f"no_{one.name}", one.name)
        if isinstance(value, str) and len(value) > LONGEST_REFERENCE:
            raise Ungrounded("long_reference", one.name, length=len(value), limit=LONGEST_REFERENCE)
        said[one.name] = value
    for name in ("discussed_on", "assessed_on"):
        if getattr(grounds, name) > today:
            raise Ungrounded("not_yet", name)
    assert grounds.until is not None, "looked at above"
    if not today <= grounds.until <= today + timedelta(days=MOST_DAYS):
        raise Ungrounded("until", "until", years=MOST_DAYS // 365)
    return said


def _end(session: Session, found: CompetenceSwitch, now: datetime, by: int | None) -> None:
    key = found.programme_key
    session.execute(delete(CompetenceNeed).where(col(CompetenceNeed.programme_key) == key))
    of_programme = select(SignUp.id).where(SignUp.programme_key == key)
    session.execute(delete(CompetenceShared).where(col(CompetenceShared.sign_up_id).in_(of_programme)))
    found.ended_at, found.ended_by = now, by
    session.add(found)
    erased_remains.note(session)
    session.flush()
    session.expire_all()


def _alone(session: Session, programme_key: str) -> None:
    """Two who press at once do so one after the other."""
    session.exec(locked(session, select(Programme.key).where(Programme.key == programme_key))).one()
