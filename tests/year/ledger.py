"""What is due by the calendar, the programme's file and what people did: worked out here once more, from our own notes.

Nothing here asks the bot or its tables. Each morning's messages are written down with who is to get them and on which
day, before the clock runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from bot.settings import PROGRAMMES
from tests.year import almanac
from tests.year.almanac import DAY
from tests.year.cast import Plot, Somebody
from tests.year.rounds import EVERYONE, LEADERS, Reports, Review, Sprints

#: A milestone of these is reminded of. What no document plans is not.
EXACT, UNPLANNED = ("day", "day_range", "by_day", "before_day"), ("figure_date", "past_event")
#: Days before a deadline of proposals on which a group's leader is reminded.
BEFORE_DEADLINE = (28, 14, 7, 2)
#: Days between two reminders that something is not recorded, and for how many days there are any.
A_WEEK, REMINDED_FOR = 7, 84
MUTED, UNSET = "har slått av meldinger", "ingen topp 5 var satt"


class Due(NamedTuple):
    """A message that somebody is to get on that day; with a reason it does not reach them, which is no mistake."""

    name: str
    what: str
    on: date
    reason: str = ""

    @property
    def kind(self) -> str:
        return self.what.partition(":")[0]


@dataclass
class Promised:
    """An answer promised to somebody; ``late`` once leaders were told."""

    name: str
    by: date
    is_late: bool = False


@dataclass
class Ledger:
    """Our own notes of a year."""

    plot: Plot
    people: list[Somebody]
    file: dict[str, Any] = field(init=False)
    #: Who has written to the bot, and who turned messages off.
    here: set[str] = field(default_factory=set)
    muted: set[str] = field(default_factory=set)
    reminded: dict[str, date] = field(default_factory=dict)
    #: Since when somebody has a summary, and until when they were told.
    summed_up: dict[str, datetime] = field(default_factory=dict)
    promised: list[Promised] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    meetings: list[tuple[str, date]] = field(default_factory=list)
    announced: list[datetime] = field(default_factory=list)
    has_top: bool = False
    #: Every other week from that day on, at half past ten; before it, on the first Monday of the month at nine.
    rhythm_from: date | None = None
    rhythm_set: date | None = None
    leaders_told: datetime | None = None
    #: When leaders were last told that something is not recorded, and in which quarters they were asked about advice.
    unrecorded: dict[str, date] = field(default_factory=dict)
    asked: set[date] = field(default_factory=set)
    #: The milestones of which somebody recorded what was decided.
    recorded: set[str] = field(default_factory=set)
    reports: Reports = field(init=False)
    sprints: Sprints = field(default_factory=Sprints)
    review: Review | None = None

    def __post_init__(self) -> None:
        path = PROGRAMMES / f"{self.plot.programme}.yaml"
        self.file = YAML(typ="safe").load(path.read_text("utf-8"))
        last = (self.file.get("status_reports") or {}).get("milestone")
        self.reports = Reports(self.day_of(last)[0] if last else date.max)

    def due(self, day: date) -> list[Due]:
        """What is due at nine that day, or at half past ten; on a free day it comes on the next working day."""
        comes = almanac.working_day_from(day)
        return [
            *self._milestones(day),
            *self._asked_for(day),
            *self._top(day, comes),
            *self._deadlines(day),
            *self._unrecorded(day),
            *self._recommendations(day),
            *self._meetings(day),
            *self._leaders_card(day, comes),
            *self._promises(day),
            *self._summaries(day, comes),
            *self._roles(day),
            *self._rounds(day),
        ]

    def invite(self, day: date) -> list[Due]:
        """Somebody invited everyone to a demo."""
        return self._to_all(f"demo invitert: {day}", day)

    def announce(self, title: str, moment: datetime) -> list[Due]:
        """Somebody told everyone something."""
        self.announced.append(moment)
        return self._to_all(f"melding: {title}", moment.astimezone(almanac.OSLO).date())

    def day_of(self, key: str) -> tuple[date, str]:
        """A milestone's first day, as one is reminded of it, and how exactly it is known."""
        entry = next(one for one in self.file["milestones"] if one["key"] == key)
        value = entry["date"]["value"]
        return (value - DAY if entry["date"]["precision"] == "before_day" else value), entry["date"]["precision"]

    @property
    def days(self) -> dict[str, date]:
        """The milestones that are on a day."""
        every = self.file["milestones"]
        return {one["key"]: one["date"]["value"] for one in every if one["date"]["precision"] == "day"}

    def holders(self, role: str, day: date) -> list[str]:
        return [one.name for one in self.people if one.name in self.here and one.holds(role, day)]

    def readers(self, day: date) -> list[str]:
        """Who gets a status report: the steering group, and who speaks for the employees and their safety."""
        groups = {*self.file["status_reports"]["groups"]}
        roles = ("employee_representative", "safety_representative")
        those = [one for one in self.people if groups & {*one.seats} or any(one.holds(role, day) for role in roles)]
        return [one.name for one in those if one.name in self.here]

    def in_group(self, group: str) -> list[str]:
        seats = [one.name for one in self.people if one.name in self.here and group in one.seats]
        return [*seats, *(sorted(self.accepted) if group == self.plot.open_group else ())]

    def _to_all(self, what: str, on: date, reason: str = "") -> list[Due]:
        return [self._to(one.name, what, on, reason) for one in self.people if one.name in self.here]

    def _to(self, name: str, what: str, on: date, reason: str = "") -> Due:
        return Due(name, what, on, reason or (MUTED if name in self.muted else ""))

    def _milestones(self, day: date) -> Iterator[Due]:
        for entry in self.file["milestones"]:
            if entry["date"]["precision"] not in EXACT or entry.get("kind") in UNPLANNED:
                continue
            if day == almanac.working_day_by(self.day_of(entry["key"])[0] - DAY):
                yield from self._to_all(f"milepæl: {entry['key']}", day)

    def _asked_for(self, day: date) -> Iterator[Due]:
        for one in self.people:
            if one.name in self.reminded and day == self.reminded[one.name]:
                assert one.reminded
                yield self._to(one.name, f"egen påminnelse: {one.reminded[0]}", day)

    def is_top_day(self, day: date) -> bool:
        if self.rhythm_from is not None and self.rhythm_set is not None and day > self.rhythm_set:
            return day >= self.rhythm_from and (day - self.rhythm_from).days % 14 == 0
        return day.weekday() == 0 and day.day <= 7

    def _top(self, day: date, comes: date) -> list[Due]:
        if not self.is_top_day(day):
            return []
        return self._to_all(f"topp 5: {day}", comes, "" if self.has_top else UNSET)

    def _deadlines(self, day: date) -> Iterator[Due]:
        tracks = (self.file.get("proposals") or {}).get("tracks", ())
        for track in tracks:
            last = self.day_of(track["milestone"])[0]
            for before in BEFORE_DEADLINE:
                if day == almanac.working_day_from(last - DAY * before):
                    for one in self.people:
                        if one.leads and one.name in self.here:
                            yield self._to(one.name, f"frist: {track['milestone']} {one.leads} {before}", day)

    def _unrecorded(self, day: date) -> Iterator[Due]:
        """What nobody has recorded: leaders are told a working day later, and then a week apart."""
        leaders = self._leaders_by_evening(day)
        if almanac.is_free(day) or not leaders:
            return
        for entry in self.file["milestones"]:
            key, before = entry["key"], self.unrecorded.get(entry["key"])
            last = self._last_day(entry) if "decides" in entry else day
            is_soon = before is not None and (day - before).days < A_WEEK
            is_left = key not in self.recorded and last < day <= last + DAY * REMINDED_FOR
            if is_left and not is_soon:
                self.unrecorded[key] = day
                yield from (self._to(name, f"ikke ført: {key} {day}", day) for name in leaders)

    def _leaders_by_evening(self, day: date) -> list[str]:
        """Those who come in the afternoon are told of what waits, too."""
        return [one.name for one in self.people if one.holds("leader", day)]

    def _last_day(self, entry: dict[str, Any]) -> date:
        """The last day of what is to be decided: of some only the month is known."""
        value = entry["date"]["value"]
        if entry["date"]["precision"] != "month":
            return self.day_of(entry["key"])[0]
        year, month = map(int, str(value).split("-"))
        return date(year + month // 12, month % 12 + 1, 1) - DAY

    def _recommendations(self, day: date) -> Iterator[Due]:
        """Nobody says what became of any, so leaders are asked each quarter."""
        first = almanac.working_day_from(day.replace(day=1))
        leaders = self._leaders_by_evening(day)
        is_asked = day.month in (1, 4, 7, 10) and first <= day < first + DAY * A_WEEK and leaders
        if is_asked and self.file.get("recommendations") and first not in self.asked:
            self.asked.add(first)
            yield from (self._to(name, f"anbefalinger: {first}", day) for name in leaders)

    def _meetings(self, day: date) -> Iterator[Due]:
        for group, on in self.meetings:
            if day == almanac.working_day_by(on - DAY):
                yield from (self._to(name, f"møte: {group} {on}", day) for name in self.in_group(group))

    def _promises(self, day: date) -> Iterator[Due]:
        if almanac.is_free(day):
            return
        new = [one for one in self.promised if one.by < day and not one.is_late]
        leaders = self.holders("leader", day)
        if new and leaders:
            yield from (self._to(name, f"løfte brutt: {day}", day) for name in leaders)
            for one in new:
                one.is_late = True
        if any(one.by <= almanac.working_days_on(day, 2) for one in self.promised):
            yield from (self._to(name, f"løfter: {day}", day) for name in self.holders("coordinator", day))

    def _leaders_card(self, day: date, comes: date) -> Iterator[Due]:
        if day.weekday() != 0:
            return
        nine = almanac.at(day, 9)
        is_news = any((self.leaders_told or nine - timedelta(days=7)) < moment <= nine for moment in self.announced)
        self.leaders_told = nine
        soon = any(day <= one.by <= day + DAY * 7 or (one.by < day and one.is_late) for one in self.promised)
        if is_news or soon:
            yield from (self._to(name, f"lederkort: {day}", comes) for name in self.holders("leader", day))

    def _summaries(self, day: date, comes: date) -> Iterator[Due]:
        nine = almanac.at(day, 9)
        for one in self.people:
            if one.digest == day.weekday() and one.name in self.summed_up:
                since, self.summed_up[one.name] = self.summed_up[one.name], nine
                if any(since < moment <= nine for moment in self.announced):
                    yield self._to(one.name, f"oppsummering: {day}", comes)

    def _roles(self, day: date) -> Iterator[Due]:
        for one in self.people:
            if one.name in self.here and one.until is not None and day == one.until + DAY:
                yield Due(one.name, "rolle over: leader", day)

    def _rounds(self, day: date) -> Iterator[Due]:
        review = self.review.due(day) if self.review else ()
        for whom, what in (*self.reports.due(day), *self.sprints.due(day), *review):
            if whom == EVERYONE:
                yield from self._to_all(what, day)
                continue
            for name in self.holders("leader", day) if whom == LEADERS else [whom]:
                yield self._to(name, what, day)
