"""Milestones and phases: what happens when, never said more exactly than it is known."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.programmes import Localised, kept


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    DAY_RANGE = "day_range"
    BY_DAY = "by_day"  # the day itself still counts ("innen")
    BEFORE_DAY = "before_day"  # the day before is the last one ("før")
    MONTH = "month"
    SEASON = "season"
    RELATIVE = "relative"  # a word only ("onsdag") in a document without a date
    ONGOING = "ongoing"
    NONE = "none"


#: Precisions whose window says when the milestone is.
DATED = (
    Precision.DAY,
    Precision.DAY_RANGE,
    Precision.BY_DAY,
    Precision.BEFORE_DAY,
    Precision.MONTH,
    Precision.SEASON,
)

#: One can be reminded of these: a month or a season has no day to be reminded before.
REMINDED = (Precision.DAY, Precision.DAY_RANGE, Precision.BY_DAY, Precision.BEFORE_DAY)

#: Kinds of date that are no part of the plan.
NOT_PLANNED = ("figure_date", "past_event")
#: By then something has to be done: who is reminded of it is reminded, however much else they get.
DEADLINES = (Precision.BY_DAY, Precision.BEFORE_DAY)


class Milestone(SQLModel, table=True):
    """Something dated in a programme.

    ``first_day`` and ``last_day`` are the window in the organisation's zone, both included: equal for a day, the whole
    month for a month, the deadline's last valid day for a deadline; None where no window is known. ``said_day`` is the
    day a deadline names ("før 1. juli" names the 1st and ends on 30 June).
    """

    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    #: milestone, related_event, figure_date (a date in a figure, its meaning inferred) or past_event
    kind: str = "milestone"
    title: Localised = Field(sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    precision: Precision = Field(sa_type=String)
    first_day: date | None = Field(default=None, index=True)
    last_day: date | None = None
    said_day: date | None = None
    word: Localised | None = Field(default=None, sa_type=JSON)
    note: Localised | None = Field(default=None, sa_type=JSON)
    #: What no document says of it: time of day, place, …
    not_stated: list[Localised] = Field(default_factory=list, sa_type=JSON)
    related: list[str] = Field(default_factory=list, sa_type=JSON)
    #: Another milestone of the same thing whose document gives another date.
    conflicts_with: str | None = None
    #: What is to be decided then, by which political body, and at which milestones it is discussed before; None where
    #: nothing is. See storage/coming_decisions.py.
    decides: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


class Phase(SQLModel, table=True):
    """A phase. An end that no document gives is None; ``starts``/``ends`` windows as for milestones."""

    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    title: Localised = Field(sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    about: Localised | None = Field(default=None, sa_type=JSON)
    start_precision: Precision = Field(default=Precision.NONE, sa_type=String)
    start_first: date | None = None
    start_last: date | None = None
    end_precision: Precision = Field(default=Precision.NONE, sa_type=String)
    end_first: date | None = None
    end_last: date | None = None
    #: What two documents say differently about its start, told as such.
    conflict: Localised | None = Field(default=None, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


def get(session: Session, programme_key: str, key: str) -> Milestone:
    """The milestone. Raises KeyError when the programme has none of that key."""
    found = session.exec(
        select(Milestone).where(Milestone.programme_key == programme_key, Milestone.key == key)
    ).first()
    if found is None:
        raise KeyError(key)
    return found


@kept
def every(session: Session, programme_key: str) -> list[Milestone]:
    """All milestones, the dated ones by date, then the ongoing and undated ones in the file's order."""
    rows = session.exec(
        select(Milestone).where(Milestone.programme_key == programme_key).order_by(col(Milestone.position))
    ).all()
    return sorted(rows, key=lambda row: (row.first_day is None, row.first_day or date.max, row.position))


def otherwise(session: Session, row: Milestone) -> Milestone | None:
    """The same thing by another document, where that gives it another date than the row has."""
    if not row.conflicts_with:
        return None
    other = next((one for one in every(session, row.programme_key) if one.key == row.conflicts_with), None)
    if other is None or (other.precision, other.first_day, other.last_day) == (
        row.precision,
        row.first_day,
        row.last_day,
    ):
        return None
    return other


def coming_up(session: Session, programme_key: str, today: date) -> list[Milestone]:
    """What is not over by ``today`` (which counts), soonest first; neither undated ones nor dates without a meaning."""
    ahead = [
        (row.last_day, row.first_day or row.last_day, row.position, row)
        for row in every(session, programme_key)
        if row.last_day and row.last_day >= today and row.kind not in NOT_PLANNED
    ]
    return [row for *_, row in sorted(ahead, key=lambda found: found[:3])]


def between(session: Session, programme_key: str, first: date, last: date) -> list[Milestone]:
    """Whose window touches ``first`` to ``last``, both included, in order of date."""
    rows = session.exec(
        select(Milestone)
        .where(
            Milestone.programme_key == programme_key,
            col(Milestone.first_day) <= last,
            col(Milestone.last_day) >= first,
        )
        .order_by(col(Milestone.first_day), col(Milestone.position))
    ).all()
    return list(rows)


def ongoing(session: Session, programme_key: str) -> list[Milestone]:
    rows = session.exec(
        select(Milestone)
        .where(Milestone.programme_key == programme_key, Milestone.precision == Precision.ONGOING)
        .order_by(col(Milestone.position))
    ).all()
    return list(rows)


@kept
def phases(session: Session, programme_key: str) -> list[Phase]:
    rows = session.exec(select(Phase).where(Phase.programme_key == programme_key).order_by(col(Phase.position))).all()
    return list(rows)


def phase_on(session: Session, programme_key: str, today: date) -> Phase | None:
    """The phase the plan has on that day, or None where no phase is named or none has begun."""
    return session.exec(
        select(Phase)
        .where(
            Phase.programme_key == programme_key,
            col(Phase.start_first) <= today,
            or_(col(Phase.end_last).is_(None), col(Phase.start_first) <= today),
        )
        .order_by(col(Phase.position).desc())
    ).first()
