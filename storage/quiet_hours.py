"""Quiet hours: when a person wants nothing sent that can wait. By the programme's *now*, in the organisation's zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlmodel import Field, Session, SQLModel, col

from storage.database import UtcDateTime
from storage.people import Person
from storage.refusals import Refused

HOURS_A_DAY = 24
#: A number of messages a week that is none: as many as there are.
NO_LIMIT = 0
#: The highest number a week that can be chosen.
MOST_A_WEEK = 50
#: The longest that everything can be put off at once.
LONGEST_SNOOZE = timedelta(days=31)


@dataclass(frozen=True)
class Hours:
    """Quiet from ``begins`` to ``ends``, whole hours of the day (0 to 23), over midnight where that is earlier; never
    where both are the same. ``free_days``: on Saturdays, Sundays and Norwegian public holidays all day long, too."""

    begins: int = 17
    ends: int = 7
    free_days: bool = True


#: What holds for whoever has set nothing.
USUAL = Hours()


class QuietHours(SQLModel, table=True):
    """The hours of a person who set their own, or who put everything off until a moment."""

    __tablename__ = "quiet_hours"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    begins: int = USUAL.begins
    ends: int = USUAL.ends
    free_days: bool = USUAL.free_days
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: How many unasked messages a week they want at the most, NO_LIMIT for any number; None for the programme's.
    weekly_most: int | None = None

    @property
    def hours(self) -> Hours:
        return Hours(self.begins, self.ends, self.free_days)


def of(session: Session, person: Person) -> QuietHours:
    """The person's own hours, or the usual ones in a row that is not stored."""
    return session.get(QuietHours, person.identity) or QuietHours(person_id=person.identity)


def choose(session: Session, person: Person, hours: Hours) -> QuietHours:
    """Sets the person's own hours. Raises Refused for an hour that no day has."""
    if not (0 <= hours.begins < HOURS_A_DAY and 0 <= hours.ends < HOURS_A_DAY):
        raise Refused("refused.quiet.hour")
    row = of(session, person)
    row.begins, row.ends, row.free_days = hours.begins, hours.ends, hours.free_days
    session.add(row)
    session.flush()
    return row


def limit(session: Session, person: Person, most: int) -> QuietHours:
    """Sets how many unasked messages a week the person wants; NO_LIMIT for any number. Raises Refused for more than
    MOST_A_WEEK."""
    if not NO_LIMIT <= most <= MOST_A_WEEK:
        raise Refused("refused.quiet.weekly_most", most=MOST_A_WEEK)
    row = of(session, person)
    row.weekly_most = most
    session.add(row)
    session.flush()
    return row


def snooze(session: Session, person: Person, until: datetime | None, now: datetime) -> QuietHours:
    """Puts everything that can wait off until then; None ends that. Raises Refused for more than LONGEST_SNOOZE."""
    if until is not None and until - now > LONGEST_SNOOZE:
        raise Refused("refused.quiet.snooze", days=LONGEST_SNOOZE.days)
    row = of(session, person)
    row.snoozed_until = until if until is not None and until > now else None
    session.add(row)
    session.flush()
    return row


def quiet_until(hours: Hours, now: datetime, zone: ZoneInfo, snoozed_until: datetime | None = None) -> datetime | None:
    """When the quiet time that it is ``now`` is over, in UTC; None where it is not quiet."""
    moment = now
    if snoozed_until is not None and snoozed_until > moment:
        moment = snoozed_until
    while _is_quiet(hours, moment.astimezone(zone)):
        moment = _next_limit(hours, moment, zone)
    return moment.astimezone(UTC) if moment > now else None


def is_free_day(day: date) -> bool:
    """A Saturday, a Sunday or a Norwegian public holiday."""
    return day.weekday() >= 5 or day in _public_holidays(day.year)


def _is_quiet(hours: Hours, local: datetime) -> bool:
    if hours.free_days and is_free_day(local.date()):
        return True
    if hours.begins <= hours.ends:
        return hours.begins <= local.hour < hours.ends
    return local.hour >= hours.begins or local.hour < hours.ends


def _next_limit(hours: Hours, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after this one at which quiet time may end: by the hour, or at midnight after a free day."""
    day = moment.astimezone(zone).date()
    limits = (
        datetime.combine(day, time(hours.ends), zone),
        datetime.combine(day + timedelta(days=1), time(), zone),
    )
    # In UTC: two times of one zone are compared by their clocks, which are set back and forth twice a year.
    return min(limit.astimezone(UTC) for limit in limits if limit.astimezone(UTC) > moment.astimezone(UTC))


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("NO", years=year))


COLUMNS = (
    col(QuietHours.begins),
    col(QuietHours.ends),
    col(QuietHours.free_days),
    col(QuietHours.snoozed_until),
)
