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
#: Working days after a demo, or a sprint without one, on which a missing result is asked for once more.
ASKED_AGAIN = 2
#: Whom something goes to: by their name, or everybody of a sort.
LEADERS, EVERYONE = "leaders", "everyone"
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
class Task:
    """What the team has in hand: of the sprint that began and ended on those days, and when its demo is."""

    began: date
    ends: date
    demo: date | None = None

    @property
    def asked_on(self) -> date:
        """When it is asked what came of it: after the demo, or in the afternoon of the last day, which is read next."""
        return self.demo or almanac.working_day_from(self.ends + DAY)


@dataclass
class Sprints:
    """Sprints that follow each other, when somebody last looked at the queue, and the one team that takes from it."""

    first: date | None = None
    looked_on: date | None = None
    queue: int = 0
    team: tuple[str, ...] = ()
    task: Task | None = None
    is_carried: bool = False

    def due(self, day: date) -> Iterator[Told]:
        before = None
        for start in self.starts():
            if day == working_days_back(start, 2) and not self._is_looked_at(before):
                yield LEADERS, f"leveransekø: {start}"
            if day == start:
                yield LEADERS, f"sprint begynt: {day}"
                yield from self._take(start)
            before = start
        yield from self._of_task(day)

    def starts(self) -> list[date]:
        """The first working days of a year's sprints."""
        first = self.first
        return [almanac.working_day_from(first + DAY * 7 * WEEKS * number) for number in range(18)] if first else []

    def running(self, day: date) -> date | None:
        """When the sprint began that it is on that day."""
        return next((start for start in reversed(self.starts()) if start <= day), None)

    def ends(self, start: date) -> date:
        assert self.first is not None
        weeks = WEEKS * ((start - self.first).days // (7 * WEEKS) + 1)
        return almanac.working_day_by(self.first + DAY * 7 * weeks - DAY)

    def take(self, start: date) -> None:
        """The team takes what carries on, or the first of the queue."""
        self.queue -= not self.is_carried
        self.is_carried, self.task = False, Task(start, self.ends(start))

    def _is_looked_at(self, since: date | None) -> bool:
        return self.looked_on is not None and (since is None or self.looked_on >= since)

    def _take(self, start: date) -> Iterator[Told]:
        if self.team and self.task is None and (self.is_carried or self.queue):
            self.take(start)
            yield from ((name, f"sprint team: {start}") for name in self.team)

    def _of_task(self, day: date) -> Iterator[Told]:
        task = self.task
        if task is None:
            return
        if task.demo and day == almanac.working_day_by(task.demo - DAY):
            yield EVERYONE, f"demo påminnet: {day}"
        again = almanac.working_days_on(task.demo or task.ends, ASKED_AGAIN)
        if day in (task.asked_on, again):
            yield self.team[0], f"resultat spurt: {day}"


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
