"""Competence (kompetanse): the switch, and which volunteers may be looked at for what they said they can.

It is off until a leader has recorded that it was discussed with the employees' side (drøfting) and that the
consequences for people's privacy were assessed (DPIA), each with its day and where to find it, and the employees' side
has confirmed that record (storage/competence_confirming.py). Only what volunteers told after they
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
    """A record of what it rests on, from when until when, and who of the employees' side confirmed it: on while it is
    confirmed and has no end. A record is never changed, another one takes its place. Rows stay."""

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
    confirmed_by: int | None = Field(default=None, foreign_key="person.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: None where the last day came.
    ended_by: int | None = Field(default=None, foreign_key="person.id")
    #: Why the employees' side said no, or took its yes back; empty where it did not.
    ended_because: str = Field(default="", sa_column_kwargs={"server_default": ""})

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


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


class Changed(Refused):
    """Somebody else recorded it otherwise meanwhile: ``standing``, which is not written over unseen."""

    def __init__(self, name: str, standing: int) -> None:
        super().__init__("refused.competence.recorded", name=name)
        self.standing = standing


class Outdated(Refused):
    """Another record holds than the one that was looked at, or none: nothing is done to what nobody has seen."""

    def __init__(self) -> None:
        super().__init__("refused.competence.changed")


def find(session: Session, programme_key: str) -> CompetenceSwitch | None:
    """What it rests on while it is on; None while it is off."""
    found = standing(session, programme_key)
    return found if found is not None and found.confirmed_at is not None else None


def standing(session: Session, programme_key: str) -> CompetenceSwitch | None:
    """The record that holds, confirmed or waiting to be."""
    statement = select(CompetenceSwitch).where(
        CompetenceSwitch.programme_key == programme_key, col(CompetenceSwitch.ended_at).is_(None)
    )
    return session.exec(statement.execution_options(populate_existing=True)).first()


def must_be_on(session: Session, programme_key: str) -> CompetenceSwitch:
    """Raises Refused, with what is missing, while it is off."""
    found = find(session, programme_key)
    if found is None:
        raise Refused("refused.competence.off")
    return found


def record(
    session: Session, acting: Person, programme: Programme, grounds: Grounds, now: datetime, seen: int = 0
) -> tuple[CompetenceSwitch, bool]:
    """Records what it is to rest on, for the employees' side to confirm; the same again, or while it is on already,
    changes nothing. One that still waits is replaced by whoever has ``seen`` it, by its id. Returns what it rests on,
    and whether that is new.

    Raises NotAllowed without the leader's role, Ungrounded for a record that is missing, too long or not yet made, and
    for a last day that is over or too far ahead, Changed for one that waits and was not seen.
    """
    acting.must_be(session, "leader", programme.key)
    alone(session, programme.key)
    found = standing(session, programme.key)
    if found is not None and found.confirmed_at is not None:
        return found, False
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    said = checked(grounds, today)
    if found is not None:
        if all(getattr(found, name) == value for name, value in said.items()):
            return found, False
        if found.identity != seen:
            raise Changed(session.get_one(Person, found.switched_by).name, found.identity)
        end(session, found, now, acting.identity)
    row = CompetenceSwitch(programme_key=programme.key, switched_by=acting.identity, switched_at=now, **said)
    session.add(row)
    session.flush()
    return row, True


def switch_off(
    session: Session, acting: Person, programme_key: str, seen: int, now: datetime
) -> CompetenceSwitch | None:
    """Switches it off and erases what was gathered, or takes back a record that waits; returns what it rested on, None
    where there is nothing any more. Raises NotAllowed without the leader's role, Refused where another record holds
    than the one that was ``seen``."""
    acting.must_be(session, "leader", programme_key)
    alone(session, programme_key)
    found = standing(session, programme_key)
    if found is None:
        return None
    if found.identity != seen:
        raise Outdated
    end(session, found, now, acting.identity)
    return found


def end_due(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's job: after the last day it is switched off, and what volunteers told of their competences is emptied
    as well. Nobody is owed anything by that; returns 0."""
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    found = standing(session, programme.key)
    if found is None or found.until >= today:
        return 0
    alone(session, programme.key)
    found = standing(session, programme.key)
    if found is not None and found.until < today:
        shared = select(CompetenceShared.sign_up_id)
        theirs = (col(SignUp.programme_key) == programme.key, col(SignUp.id).in_(shared))
        session.execute(update(SignUp).where(*theirs).values(competences=""))
        end(session, found, now, None)
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


def checked(grounds: Grounds, today: date) -> dict[str, Any]:
    """The grounds as they are stored. Raises Ungrounded."""
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


def end(session: Session, found: CompetenceSwitch, now: datetime, by: int | None) -> None:
    """Ends the record, and erases what was gathered under it."""
    key = found.programme_key
    session.execute(delete(CompetenceNeed).where(col(CompetenceNeed.programme_key) == key))
    of_programme = select(SignUp.id).where(SignUp.programme_key == key)
    session.execute(delete(CompetenceShared).where(col(CompetenceShared.sign_up_id).in_(of_programme)))
    found.ended_at, found.ended_by = now, by
    session.add(found)
    erased_remains.note(session)
    session.flush()
    session.expire_all()


def alone(session: Session, programme_key: str) -> None:
    """Two who press at once do so one after the other."""
    session.exec(locked(session, select(Programme.key).where(Programme.key == programme_key))).one()
