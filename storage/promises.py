"""Promises: what somebody was promised, and by when."""

from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Programme


class Promise(SQLModel, table=True):
    """An answer owed to a person by ``due_on`` (that day included, in the organisation's zone)."""

    __table_args__ = (UniqueConstraint("programme_key", "about", "about_key", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: What kind of thing it is about (``sign_up``) and its key.
    about: str
    about_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date
    dropped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    kept_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: When leaders were told that it was not kept in time.
    escalated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def make(
    session: Session, person: Person, programme_key: str, about: str, key: str, due_on: date, now: datetime
) -> Promise:
    """Promises an answer. A promise that stands is left as it is; one that was dropped or kept starts anew."""
    found = find(session, person, programme_key, about, key)
    if found and found.dropped_at is None and found.kept_at is None:
        return found
    if found is None:
        found = Promise(
            programme_key=programme_key,
            about=about,
            about_key=key,
            person_id=person.identity,
            made_at=now,
            due_on=due_on,
        )
    found.made_at, found.due_on = now, due_on
    found.dropped_at = found.kept_at = found.escalated_at = None
    session.add(found)
    session.flush()
    return found


def keep(session: Session, person_id: int, programme_key: str, about: str, key: str, now: datetime) -> None:
    """Keeps a promise: the person was answered. None there, or one that ended, is fine."""
    found = session.exec(
        select(Promise).where(
            Promise.programme_key == programme_key,
            Promise.about == about,
            Promise.about_key == key,
            Promise.person_id == person_id,
            *_stands(),
        )
    ).first()
    if found is not None:
        found.kept_at = now
        session.add(found)


def drop(session: Session, person: Person, programme_key: str, about: str, key: str, now: datetime) -> None:
    """Ends a promise whose reason is gone (the person withdrew); none there is fine."""
    found = find(session, person, programme_key, about, key)
    if found and found.dropped_at is None and found.kept_at is None:
        found.dropped_at = now
        session.add(found)


def find(session: Session, person: Person, programme_key: str, about: str, key: str) -> Promise | None:
    return session.exec(
        select(Promise).where(
            Promise.programme_key == programme_key,
            Promise.about == about,
            Promise.about_key == key,
            Promise.person_id == person.id,
        )
    ).first()


def standing(session: Session, person: Person, programme_key: str) -> list[Promise]:
    """What the person is still promised, the soonest first."""
    rows = session.exec(
        select(Promise)
        .where(
            Promise.programme_key == programme_key,
            Promise.person_id == person.id,
            *_stands(),
        )
        .order_by(col(Promise.due_on))
    ).all()
    return list(rows)


def standing_of(
    session: Session, person_ids: list[int], programme_key: str, about: str | None = None
) -> dict[int, list[date]]:
    """The days by which these people are still promised an answer, to all or to one kind of thing, the soonest first;
    who has none is not in it."""
    rows = session.exec(
        select(Promise.person_id, col(Promise.due_on))
        .where(
            Promise.programme_key == programme_key,
            col(Promise.person_id).in_(person_ids),
            *_of(about),
            *_stands(),
        )
        .order_by(col(Promise.due_on))
    ).all()
    found: dict[int, list[date]] = {}
    for person, day in rows:
        found.setdefault(person, []).append(day)
    return found


def due(session: Session, programme_key: str, until: date, about: str | None = None) -> list[date]:
    """The days of all answers, or of those to one kind of thing, that are promised by ``until`` (included) or were
    before: no person, nothing of what."""
    rows = session.exec(
        select(col(Promise.due_on))
        .where(
            Promise.programme_key == programme_key,
            col(Promise.due_on) <= until,
            *_of(about),
            *_stands(),
        )
        .order_by(col(Promise.due_on))
    ).all()
    return list(rows)


def late_and_told(session: Session, programme_key: str, today: date) -> list[date]:
    """The days of answers that are late, where leaders were told so before."""
    rows = session.exec(
        select(col(Promise.due_on))
        .where(
            Promise.programme_key == programme_key,
            col(Promise.due_on) < today,
            col(Promise.escalated_at).is_not(None),
            *_stands(),
        )
        .order_by(col(Promise.due_on))
    ).all()
    return list(rows)


def overdue(session: Session, programme_key: str, today: date, about: str | None = None) -> list[Promise]:
    """What was promised by a day before today, was not kept, and leaders were not told of, the oldest first; locked."""
    rows = session.exec(
        locked(
            session,
            select(Promise)
            .where(
                Promise.programme_key == programme_key,
                col(Promise.due_on) < today,
                col(Promise.escalated_at).is_(None),
                *_of(about),
                *_stands(),
            )
            .order_by(col(Promise.due_on), col(Promise.id)),
        )
    ).all()
    return list(rows)


@dataclass(frozen=True)
class Kept:
    """How a programme keeps its promises, in totals: of ``ended`` ones, which were answered or whose day has been,
    ``in_time`` were answered by their day; ``half_within`` is the number of days within which half of the answered ones
    were, None where none was."""

    ended: int
    in_time: int
    half_within: int | None


def kept(session: Session, programme: Programme, today: date) -> Kept | None:
    """None while fewer ended than the programme's smallest group: of few it would be told how each of them fared."""
    zone = ZoneInfo(programme.timezone)
    rows = session.exec(
        select(col(Promise.made_at), col(Promise.due_on), col(Promise.kept_at)).where(
            Promise.programme_key == programme.key,
            col(Promise.dropped_at).is_(None),
            or_(col(Promise.kept_at).is_not(None), col(Promise.due_on) < today),
        )
    ).all()
    if len(rows) < programme.smallest_group:
        return None
    answered = [(made.astimezone(zone).date(), due, at.astimezone(zone).date()) for made, due, at in rows if at]
    days = [(at - made).days for made, _, at in answered]
    return Kept(len(rows), sum(at <= due for _, due, at in answered), ceil(median(days)) if days else None)


def _of(about: str | None) -> tuple[Any, ...]:
    return () if about is None else (Promise.about == about,)


def _stands() -> tuple[Any, ...]:
    return col(Promise.dropped_at).is_(None), col(Promise.kept_at).is_(None)
