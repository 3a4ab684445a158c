"""Rhythms: how often, on which week day and at what time of day the top 5 goes to everyone by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.people import Person
from storage.quiet_hours import USUAL as USUAL_HOURS
from storage.quiet_hours import quiet_until
from storage.refusals import Refused

DAYS_A_WEEK = 7
#: The last such week day of a month, among the places that one can have in it.
LAST = -1
#: Which of its week days in a month: a fifth one is not in every month.
PLACES = (1, 2, 3, 4, LAST)
#: What is sent at an hour that people have quiet is of use so long after it is over for most of them.
USEFUL_AFTER_QUIET = timedelta(days=1)
#: Farther than this no occurrence is from any moment.
_FARTHEST = 62


class Often(StrEnum):
    """How often."""

    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"
    NEVER = "never"


@dataclass(frozen=True)
class Rhythm:
    """``weekday`` is 0 for Monday; ``place`` is which of its days in the month, where it is monthly, one of PLACES;
    ``clock`` is in the organisation's zone. Of two weeks ``begins`` is in the one that counts."""

    often: Often = Often.MONTHLY
    weekday: int = 0
    place: int = 1
    clock: time = time(9)
    begins: date = date(2020, 1, 6)


#: On the first Monday of the month at nine, until leaders choose.
USUAL = Rhythm()


class TopRhythm(SQLModel, table=True):
    """A rhythm that a leader set; the newest one holds, the older ones are history."""

    __tablename__ = "top_rhythm"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    often: Often = Field(sa_type=String)
    weekday: int
    place: int
    clock: time
    begins: date
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(Often(self.often), self.weekday, self.place, self.clock, self.begins)


def find(session: Session, programme_key: str) -> TopRhythm | None:
    """What leaders set last; None while they have set nothing."""
    which = TopRhythm.programme_key == programme_key
    return session.exec(select(TopRhythm).where(which).order_by(col(TopRhythm.id).desc())).first()


def of(session: Session, programme_key: str) -> Rhythm:
    """The rhythm that holds."""
    row = find(session, programme_key)
    return row.rhythm if row is not None else USUAL


def choose(
    session: Session, acting: Person, programme_key: str, wanted: Rhythm, now: datetime, zone: ZoneInfo
) -> TopRhythm:
    """Sets the rhythm from now on; the one that holds already stays. Every other week begins with the next such day.

    Raises NotAllowed without the leader's role, Refused for a week day or a place in the month that there is not.
    """
    acting.must_be(session, "leader", programme_key)
    if not 0 <= wanted.weekday < DAYS_A_WEEK or wanted.place not in PLACES:
        raise Refused("refused.rhythm.unread")
    holding = find(session, programme_key)
    if holding is not None and _is_same(holding.rhythm, wanted):
        return holding
    weekly = Rhythm(Often.WEEKLY, wanted.weekday, clock=wanted.clock)
    row = TopRhythm(
        programme_key=programme_key,
        often=wanted.often,
        weekday=wanted.weekday,
        place=wanted.place,
        clock=wanted.clock,
        begins=next(coming(weekly, now, zone)).date(),
        set_by=acting.identity,
        set_at=now,
    )
    session.add(row)
    session.flush()
    return row


def coming(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments after ``now`` (aware), the soonest first; aware, in the zone. None where it is never.

    Where no clock shows that time of day, it is when the clock has been set forward; where it comes twice, the first.
    """
    day = now.astimezone(zone).date()
    while rhythm.often != Often.NEVER:
        at = _moment(day, rhythm.clock, zone)
        if _is_on(rhythm, day) and at.astimezone(UTC) > now.astimezone(UTC):
            yield at
        day += timedelta(days=1)


def last(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest moment that is not after ``now``; None where it is never."""
    if rhythm.often == Often.NEVER:
        return None
    today = now.astimezone(zone).date()
    for before in range(_FARTHEST):
        day = today - timedelta(days=before)
        at = _moment(day, rhythm.clock, zone)
        if _is_on(rhythm, day) and at.astimezone(UTC) <= now.astimezone(UTC):
            return at
    raise AssertionError("every rhythm comes within two months")


def reaches_most_at(at: datetime, zone: ZoneInfo) -> datetime:
    """When those get what is due then who have set no quiet hours of their own."""
    return quiet_until(USUAL_HOURS, at, zone) or at


def useful_until(due_at: datetime, useful_for: timedelta, zone: ZoneInfo) -> datetime:
    """Until when an occurrence is of use: holidays that it falls on must not make it too late for everybody."""
    return max(due_at + useful_for, reaches_most_at(due_at, zone) + USEFUL_AFTER_QUIET)


def _is_same(one: Rhythm, other: Rhythm) -> bool:
    def told(rhythm: Rhythm) -> tuple[object, ...]:
        place = rhythm.place if rhythm.often == Often.MONTHLY else 0
        return (rhythm.often, rhythm.weekday, place, rhythm.clock)

    return told(one) == told(other)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    # There and back: of an hour that is skipped, what the clock shows then.
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


def _is_on(rhythm: Rhythm, day: date) -> bool:
    if day.weekday() != rhythm.weekday:
        return False
    if rhythm.often == Often.BIWEEKLY:
        return (day - rhythm.begins).days // DAYS_A_WEEK % 2 == 0
    if rhythm.often == Often.MONTHLY and rhythm.place == LAST:
        return (day + timedelta(days=DAYS_A_WEEK)).month != day.month
    if rhythm.often == Often.MONTHLY:
        return (day.day - 1) // DAYS_A_WEEK + 1 == rhythm.place
    return True
