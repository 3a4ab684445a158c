"""Sprints: which there are and from when until when, by the working calendar; and that they begin in time.

The next sprint is there as soon as one has begun. A leader moves it as long as it has not: so the calendar rests over a
summer. Days off at its edges are no days of a sprint.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import delivery_queue, programmes, sprint_rules, working_days
from storage.database import UtcDateTime
from storage.deliveries import WrongField, alone
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.working_days import DAY

#: How many days ahead a sprint may be planned to begin.
FURTHEST = timedelta(days=366)


class Sprint(SQLModel, table=True):
    """A sprint: ``starts_on`` and ``ends_on`` are working days, both included."""

    __table_args__ = (UniqueConstraint("programme_key", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    number: int
    #: The day that the next one is counted from.
    counted_from: date
    starts_on: date
    ends_on: date
    #: Who chose its days; None where they follow from the sprint before, or from the programme's file.
    set_by: int | None = Field(default=None, foreign_key="person.id")
    #: When the teams took from the queue, and whether somebody had looked at that since the sprint before.
    planned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    was_looked_at: bool = False

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored sprint has an id"
        return self.id


class Changed(Refused):
    """Somebody has moved the sprint meanwhile."""

    def __init__(self) -> None:
        super().__init__("refused.sprint.changed")


def window(counted_from: date, weeks: int) -> tuple[date, date]:
    """The first and the last working day of a sprint of so many weeks that is counted from that day."""
    return working_days.on_or_after(counted_from), working_days.on_or_before(counted_from + weeks * 7 * DAY - DAY)


def start(
    session: Session, acting: Person, programme: Programme, first: date, seen: str, today: date
) -> tuple[Sprint, bool]:
    """Starts the calendar with a first sprint, or moves the one to come; returns it and whether anything changed.

    ``seen`` is the first day of the one to come as the person saw it, empty where there was none. Raises NotAllowed for
    who is no leader, Refused where the programme works without, WrongField for a day that cannot be, and Changed.
    """
    acting.must_be(session, "leader", programme.key)
    sprint_rules.must_deliver(session, programme.key)
    alone(session, programme.key)
    coming = upcoming(session, programme.key, today)
    if coming is not None and coming.starts_on == first:
        return coming, False
    if seen != (coming.starts_on.isoformat() if coming else ""):
        raise Changed
    running = begun(session, programme.key, today)
    _check(first, running, today)
    if coming is None:
        coming = Sprint(
            programme_key=programme.key,
            number=running.number + 1 if running else 1,
            counted_from=first,
            starts_on=first,
            ends_on=first,
        )
    coming.counted_from, coming.set_by = first, acting.identity
    coming.starts_on, coming.ends_on = window(first, sprint_rules.weeks(session, programme.key))
    session.add(coming)
    programmes.mark_changed(session, programme.key)
    session.flush()
    return coming, True


def see_to(session: Session, programme: Programme, today: date) -> None:
    """Has the next sprint be there once one has begun, and the first where the programme's file says its day."""
    if not programme.sprints:
        return
    last = _last(session, programme.key)
    first = sprint_rules.first_day(session, programme.key)
    if (last is not None and last.starts_on > today) or (last is None and first is None):
        return
    alone(session, programme.key)
    weeks = sprint_rules.weeks(session, programme.key)
    last = _last(session, programme.key)
    while last is None or last.starts_on <= today:
        counted = last.counted_from + weeks * 7 * DAY if last else first
        assert counted is not None, "a first day, or a sprint before"
        if last is not None:
            # Where the file has other weeks than it had, the next begins after the last day that was told.
            counted = max(counted, last.ends_on + DAY)
        starts, ends = window(counted, weeks)
        last = Sprint(
            programme_key=programme.key,
            number=last.number + 1 if last else 1,
            counted_from=counted,
            starts_on=starts,
            ends_on=ends,
        )
        session.add(last)
        session.flush()
    programmes.mark_changed(session, programme.key)


def mark_planned(session: Session, sprint: Sprint, now: datetime) -> bool:
    """Notes that the teams take from the queue now; False where another run was first."""
    alone(session, sprint.programme_key)
    session.refresh(sprint)
    if sprint.planned_at is not None:
        return False
    sprint.planned_at, sprint.was_looked_at = now, is_looked_at(session, sprint)
    session.add(sprint)
    session.flush()
    return True


def is_looked_at(session: Session, sprint: Sprint) -> bool:
    """Whether somebody looked at the queue since the teams took from it the last time."""
    if sprint.planned_at is not None:
        return sprint.was_looked_at
    before = [one.planned_at for one in every(session, sprint.programme_key) if one.number < sprint.number]
    since = max((at for at in before if at is not None), default=None)
    last = delivery_queue.latest(session, sprint.programme_key)
    return last is not None and (since is None or last.looked_at > since)


def every(session: Session, programme_key: str) -> list[Sprint]:
    """All of them, the first one first."""
    statement = select(Sprint).where(Sprint.programme_key == programme_key).order_by(col(Sprint.number))
    return list(session.exec(statement.execution_options(populate_existing=True)))


def begun(session: Session, programme_key: str, today: date) -> Sprint | None:
    """The last one that has begun, over or not; None before the first."""
    return next((one for one in every(session, programme_key)[::-1] if one.starts_on <= today), None)


def running(session: Session, programme: Programme, now: datetime) -> Sprint | None:
    """The sprint that runs at this moment; None before the first one, and between two."""
    today = today_of(programme, now)
    sprint = begun(session, programme.key, today)
    return sprint if sprint is not None and today <= sprint.ends_on else None


def upcoming(session: Session, programme_key: str, today: date) -> Sprint | None:
    """The next one that has not begun; None where no calendar was started."""
    return next((one for one in every(session, programme_key) if one.starts_on > today), None)


def get(session: Session, programme_key: str, key: int) -> Sprint:
    """The sprint. Raises Refused where there is none of that number."""
    found = session.exec(select(Sprint).where(Sprint.id == key, Sprint.programme_key == programme_key)).first()
    if found is None:
        raise Refused("refused.sprint.unknown")
    return found


def today_of(programme: Programme, now: datetime) -> date:
    return now.astimezone(ZoneInfo(programme.timezone)).date()


def _last(session: Session, programme_key: str) -> Sprint | None:
    rows = every(session, programme_key)
    return rows[-1] if rows else None


def _check(first: date, running: Sprint | None, today: date) -> None:
    if first < today:
        raise WrongField("refused.sprint.past", "day")
    if first > today + FURTHEST:
        raise WrongField("refused.sprint.far", "day")
    if working_days.on_or_before(first) != first:
        raise WrongField("refused.sprint.free_day", "day")
    if running is not None and first <= running.ends_on:
        raise WrongField("refused.sprint.running", "day", day=running.ends_on.isoformat())
