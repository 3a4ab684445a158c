"""On which days status reports come: every so many weeks from a first day, told by the file or set in the chat."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from sqlmodel import Field, Session, SQLModel, col, select

from storage import status_reports, status_rules, working_days
from storage.database import UtcDateTime
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.status_reports import ReportState
from storage.status_rules import must_lead, of

#: How far ahead of the day the first report may be.
FARTHEST_FIRST = timedelta(days=366)
MOST_WEEKS = 26


@dataclass(frozen=True)
class Rhythm:
    """A report is meant for ``first_day`` and every so many weeks after it, at ``clock`` in the organisation's zone.

    One that is meant for a day off is made on the last working day before it: the days that are meant never move.
    """

    first_day: date
    every_weeks: int
    clock: time
    #: So many working days before a report its questions are asked.
    days_before: int = 2

    def meant(self, since: date) -> Iterator[date]:
        """The days that are meant, from ``since`` on, without an end."""
        step = timedelta(weeks=self.every_weeks)
        passed = max(0, -((self.first_day - since) // step))
        day = self.first_day + passed * step
        while True:
            if day >= since:
                yield day
            day += step


class ReportRhythm(SQLModel, table=True):
    """A rhythm that a project leader set; the newest one holds, the older ones are history."""

    __tablename__ = "report_rhythm"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    first_day: date
    every_weeks: int
    clock: time
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)


def find(session: Session, programme_key: str) -> ReportRhythm | None:
    """What was set last in the chat; None while nothing was."""
    which = ReportRhythm.programme_key == programme_key
    return session.exec(select(ReportRhythm).where(which).order_by(col(ReportRhythm.id).desc())).first()


def rhythm(session: Session, programme: Programme) -> Rhythm | None:
    """The rhythm that holds; None where there are no reports, or nobody has said on which day the first one comes."""
    rules = of(programme)
    if rules is None:
        return None
    chosen = find(session, programme.key)
    if chosen is not None:
        return Rhythm(chosen.first_day, chosen.every_weeks, chosen.clock, rules.days_before)
    if rules.first_day is None:
        return None
    return Rhythm(rules.first_day, rules.every_weeks, rules.clock, rules.days_before)


def choose(
    session: Session, acting: Person, programme: Programme, wanted: Rhythm, now: datetime, today: date
) -> ReportRhythm:
    """Sets the rhythm from now on; the one that holds already stays. Raises NotAllowed for who does not lead the
    reports, Refused where the programme has none, for a first day that has been or is too far off, and for no number of
    weeks."""
    rules = must_lead(session, acting, programme)
    if not 1 <= wanted.every_weeks <= MOST_WEEKS:
        raise Refused("refused.status.weeks", most=MOST_WEEKS)
    held = find(session, programme.key)
    if held is not None and rhythm(session, programme) == Rhythm(
        wanted.first_day, wanted.every_weeks, wanted.clock, rules.days_before
    ):
        return held
    if not today <= wanted.first_day <= today + FARTHEST_FIRST:
        raise Refused("refused.status.first_day")
    row = ReportRhythm(
        programme_key=programme.key,
        first_day=wanted.first_day,
        every_weeks=wanted.every_weeks,
        clock=wanted.clock,
        set_by=acting.identity,
        set_at=now,
    )
    session.add(row)
    session.flush()
    _move_open(session, programme, now)
    return row


def _move_open(session: Session, programme: Programme, now: datetime) -> None:
    """What is being asked for is made on the next day of the new rhythm: no two reports are asked for at once."""
    report, held = status_reports.current(session, programme.key), rhythm(session, programme)
    if report is None or held is None or report.state != ReportState.ASKED:
        return
    zone = ZoneInfo(programme.timezone)
    day = next(coming(held, None, now, zone))
    if status_reports.find(session, programme.key, day) is None:
        report.meant_for, report.day, report.composes_at = day, made_on(day), made_at(held, day, zone)
        status_reports.touch(session, report)


def made_on(meant: date) -> date:
    """The working day on which the report that is meant for a day is made."""
    return working_days.on_or_before(meant)


def made_at(rhythm: Rhythm, meant: date, zone: ZoneInfo) -> datetime:
    return moment(made_on(meant), rhythm.clock, zone)


def asked_at(rhythm: Rhythm, meant: date, zone: ZoneInfo) -> datetime:
    """When the questions of a report are asked."""
    return moment(working_days.before(made_on(meant), rhythm.days_before), rhythm.clock, zone)


def coming(rhythm: Rhythm, last_day: date | None, now: datetime, zone: ZoneInfo) -> Iterator[date]:
    """The days that reports after ``now`` are meant for, the soonest first; none after the project's last day."""
    today = now.astimezone(zone).date()
    those = (day for day in rhythm.meant(today) if made_at(rhythm, day, zone) > now)
    return takewhile(lambda day: last_day is None or day <= last_day, those)


def moments(session: Session, programme: Programme, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """When the reports after ``now`` are made, the soonest first: the one that is being asked for as its questions say,
    which is later than its day where they were asked late, then those of the rhythm."""
    report, held = status_reports.current(session, programme.key), rhythm(session, programme)
    if report is not None and report.state == ReportState.ASKED and report.composes_at > now:
        yield report.composes_at
    if held is None:
        return
    for day in coming(held, status_rules.last_day(session, programme), now, zone):
        if report is None or report.meant_for != day:
            yield made_at(held, day, zone)


def newest_asked(rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> date | None:
    """The day that the newest report whose questions are due is meant for; None before the first."""
    today = now.astimezone(zone).date()
    # The report after the one that is looked for is not asked for yet, so that its day is still to come.
    since = today - timedelta(weeks=rhythm.every_weeks)
    found = None
    for day in rhythm.meant(since):
        if asked_at(rhythm, day, zone) > now:
            return found
        found = day
    return found


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Aware; where no clock shows that time of day, when the clock has been set forward."""
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)
