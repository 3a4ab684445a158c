"""What comes round by a rhythm that people set, or has its day: status reports, sprints and a review. Our own notes of
each, and what is due by them on a morning: who gets what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.year import almanac
from tests.year.almanac import DAY

#: Weeks from one report, and from one sprint, to the next; working days before it that owners are asked.
WEEKS, ASKED_BEFORE = 3, 2
#: Working days after its day on which it is told that a report is not sent; and before a review's day that its owner is
#: reminded.
URGED_AFTER, REVIEWED_BEFORE = (1, 3), (5, 2, 0)
#: Whom something goes to: by their name, or everybody of a sort.
LEADERS, READERS = "leaders", "readers"
#: To whom, and what.
Told = tuple[str, str]


def working_days_back(day: date, count: int) -> date:
    """So many working days before a day."""
    for _ in range(count):
        day = almanac.working_day_by(day - DAY)
    return day


@dataclass
class Report:
    """One report: the day it is made on, who has answered, and when it was sent."""

    made_on: date
    answered: set[str] = field(default_factory=set)
    sent_on: date | None = None
    is_lapsed: bool = False

    @property
    def asked_on(self) -> date:
        return working_days_back(self.made_on, ASKED_BEFORE)

    def is_open(self) -> bool:
        return self.sent_on is None and not self.is_lapsed


@dataclass
class Reports:
    """The reports of a programme, every third week until its last day."""

    last_day: date
    first: date | None = None
    owners: tuple[str, ...] = ()
    all: list[Report] = field(default_factory=list)

    def due(self, day: date) -> Iterator[Told]:
        if self.first is None:
            return
        meant = [self.first + DAY * 7 * WEEKS * number for number in range(20)]
        begun = {report.made_on for report in self.all}
        for one in (almanac.working_day_by(on) for on in meant if on <= self.last_day):
            if one not in begun and working_days_back(one, ASKED_BEFORE) == day:
                self.all.append(Report(one))
        for report in self.all:
            yield from self._of(report, day)

    def current(self, day: date) -> Report | None:
        """The newest that is asked for by that day and neither sent nor lapsed."""
        return next((one for one in reversed(self.all) if one.asked_on <= day and one.is_open()), None)

    def _of(self, report: Report, day: date) -> Iterator[Told]:
        waited = [name for name in self.owners if name not in report.answered]
        if day == report.asked_on:
            yield from ((name, f"status spurt: {day}") for name in self.owners)
        if day == almanac.working_days_on(report.asked_on, 1):
            yield from ((name, f"status påminnet: {day}") for name in waited)
        if day == report.made_on:
            yield LEADERS, f"status utkast: {day}"
            for other in self.all:
                if other.made_on < day and other.is_open():
                    other.is_lapsed = True
                    yield LEADERS, f"status bortfalt: {day}"
        if report.is_open() and any(day == almanac.working_days_on(report.made_on, count) for count in URGED_AFTER):
            yield LEADERS, f"status purret: {day}"


@dataclass
class Sprints:
    """Sprints that follow each other, and when somebody last looked at the queue."""

    first: date | None = None
    looked_on: date | None = None

    def due(self, day: date) -> Iterator[Told]:
        if self.first is None:
            return
        starts = [almanac.working_day_from(self.first + DAY * 7 * WEEKS * number) for number in range(18)]
        for before, start in zip([None, *starts], starts, strict=False):
            is_looked_at = self.looked_on is not None and (before is None or self.looked_on >= before)
            if day == working_days_back(start, 2) and not is_looked_at:
                yield LEADERS, f"leveransekø: {start}"
            if day == start:
                yield LEADERS, f"sprint begynt: {day}"


@dataclass
class Review:
    """A risk assessment that somebody was given with a day; ``is_done`` on the day it is finished."""

    owner: str
    by: date
    is_done: bool = False
    is_late: bool = False

    def due(self, day: date) -> Iterator[Told]:
        if self.is_done or almanac.is_free(day):
            return
        if any(day == working_days_back(self.by, count) for count in REVIEWED_BEFORE):
            yield self.owner, f"vurdering: {day}"
        if day > self.by and not self.is_late:
            self.is_late = True
            yield self.owner, f"vurdering: {day}"
            yield LEADERS, f"vurdering: {day}"
