"""What the timetable owes to whom over some weeks, worked out from the calendar alone: nothing here asks the bot."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from storage import quiet_hours
from storage.quiet_hours import Hours

OSLO = ZoneInfo("Europe/Oslo")
FREE_DAYS = {date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6)}


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, clock_time(hour, minute), OSLO).astimezone(UTC)


@dataclass(frozen=True)
class Span:
    """Some weeks. ``sleeps`` are when no replica runs; ``nights`` are walked through as slowly as days."""

    name: str
    begins: datetime
    ends: datetime
    sleeps: tuple[tuple[datetime, datetime], ...] = ()
    nights: tuple[date, ...] = ()
    milestones: tuple[date, ...] = ()

    def awake(self, moment: datetime) -> datetime:
        """The first moment from then on at which somebody is awake."""
        return next((until for since, until in self.sleeps if since < moment <= until), moment)

    def days(self) -> Iterator[date]:
        day = self.begins.astimezone(OSLO).date()
        while local(day, 0) < self.ends:
            yield day
            day += timedelta(days=1)

    def hours(self, hour: int) -> list[datetime]:
        """That hour of each day of the span."""
        return [at for at in (local(day, hour) for day in self.days()) if self.begins < at < self.ends]


SPRING = Span(
    "29 March",
    local(date(2026, 2, 27), 4),
    local(date(2026, 4, 15), 18),
    # The milestone of the 11th is over then, that of the 13th is not.
    sleeps=((local(date(2026, 3, 10), 8, 30), local(date(2026, 3, 13), 9, 40)),),
    nights=(date(2026, 3, 29),),
    milestones=tuple(
        date(2026, month, day)
        for month, day in ((3, 3), (3, 11), (3, 13), (3, 14), (3, 24), (3, 29), (3, 30), (4, 7), (4, 8), (4, 14))
    ),
)
AUTUMN = Span(
    "25 October",
    local(date(2026, 10, 1), 4),
    local(date(2026, 11, 11), 18),
    # The top 5 of Monday at nine is still of use on Thursday at twenty to nine, the leaders' card is not.
    sleeps=((local(date(2026, 10, 5), 8, 30), local(date(2026, 10, 8), 8, 40)),),
    nights=(date(2026, 10, 25),),
    milestones=tuple(
        date(2026, month, day)
        for month, day in ((10, 6), (10, 9), (10, 14), (10, 20), (10, 25), (10, 26), (10, 27), (11, 3), (11, 10))
    ),
)
#: Asleep in the hour that comes twice.
ASLEEP = Span(
    "asleep over 25 October",
    local(date(2026, 10, 22), 4),
    local(date(2026, 10, 27), 18),
    sleeps=((local(date(2026, 10, 23), 16, 30), local(date(2026, 10, 26), 16, 40)),),
    milestones=(date(2026, 10, 26), date(2026, 10, 27), date(2026, 10, 28)),
)


@dataclass(frozen=True)
class Somebody:
    """Who is there to be sent to."""

    account: str
    hours: Hours = quiet_hours.USUAL
    digest: str = "off"
    weekday: str | None = None
    days_before: int = 0


PEOPLE = (
    Somebody("leader", digest="weekly"),
    Somebody("always", Hours(0, 0, free_days=False), "daily", None, 3),
    Somebody("usual", quiet_hours.USUAL, "daily", None, 7),
    Somebody("shifts", Hours(7, 15, free_days=False), "weekly", "thursday", 3),
    Somebody("monthly", quiet_hours.USUAL, "monthly", None, 3),
    Somebody("without"),
)
WEEKDAYS = {None: 0, "thursday": 3}
#: How long what the clock missed is still sent, and until when a message is of use that waits for quiet time to end.
USEFUL = {
    "daily": timedelta(hours=12),
    "weekly": timedelta(days=5),
    "monthly": timedelta(days=7),
    "leaders": timedelta(days=2),
    "top_list": timedelta(days=3),
    "announcement": timedelta(hours=2),
}


#: How far back somebody's first digest goes, and the leaders' first card.
LOOKS_BACK = {
    name: timedelta(days=days) for name, days in (("daily", 1), ("weekly", 7), ("monthly", 31), ("leaders", 7))
}
LOOKS_BACK["top_list"] = timedelta()


#: How long after its hour it may wait for somebody's quiet time to end.
KEPT_FOR = {
    **dict.fromkeys(("daily", "weekly", "monthly"), timedelta(days=7)),
    "leaders": timedelta(days=2),
    "top_list": timedelta(days=3),
}


@dataclass(frozen=True)
class Expected:
    """One message to one person: from when on it can arrive, and whether it does, or is too late."""

    account: str
    what: str
    at: datetime
    is_sent: bool = True


def announced(span: Span, chance: random.Random) -> dict[str, datetime]:
    """Title and moment of each planned announcement: one every morning, one on Saturdays, two in a night of change."""
    made = {f"morgen {day}": local(day, 5, chance.choice((0, 15))) for day in span.days()}
    made |= {f"lørdag {day}": local(day, 12) for day in span.days() if day.weekday() == 5}
    for night in span.nights:
        midnight = datetime.combine(night, clock_time(), UTC)
        # On 29 March these are 01:30 and 03:30 by the clock, on 25 October 02:30 twice.
        made |= {f"natt {night} {hours}": midnight + timedelta(hours=hours, minutes=30) for hours in (0, 1)}
    return {title: at for title, at in made.items() if span.begins < at < span.ends}


def expected(span: Span, planned_at: dict[str, datetime]) -> list[Expected]:
    """Everything that anybody is to get, by the calendar."""
    heard_of = [span.awake(at) for at in planned_at.values() if not _is_too_late(span, at)]
    mondays = [at for at in span.hours(9) if _is_on(at, 0)]
    return [
        *_announcements(span, planned_at),
        *_reminders(span),
        *_regular(span, "leaders", PEOPLE[:1], mondays, heard_of),
        *_regular(span, "top_list", PEOPLE, [at for at in mondays if at.astimezone(OSLO).day < 8]),
        *(one for who in PEOPLE if who.digest != "off" for one in _digests(span, who, heard_of)),
    ]


def reminded_at(day: date, days_before: int) -> datetime:
    """When one is reminded of that day: at nine, on the last working day that is so many days before it."""
    due = day - timedelta(days=days_before)
    while due.weekday() >= 5 or due in FREE_DAYS:
        due -= timedelta(days=1)
    return local(due, 9)


def _is_too_late(span: Span, at: datetime) -> bool:
    return span.awake(at) - at > USEFUL["announcement"]


def _announcements(span: Span, planned_at: dict[str, datetime]) -> Iterator[Expected]:
    for title, at in planned_at.items():
        awake = span.awake(at)
        if _is_too_late(span, at):
            # A notice to its author, which no quiet hours hold.
            yield Expected("leader", f"late {title}", awake)
        else:
            yield from (Expected(who.account, f"announcement {title}", heard(who, awake)) for who in PEOPLE)


def _reminders(span: Span) -> Iterator[Expected]:
    for day in span.milestones:
        awake = span.awake(reminded_at(day, 1))
        for who in PEOPLE:
            # Slept through altogether it is owed as too late.
            tonight = local(min(awake.astimezone(OSLO).date(), day) + timedelta(days=1), 0)
            yield Expected(who.account, f"reminder {day}", heard(who, awake), heard(who, awake) <= tonight)
            own = span.awake(reminded_at(day, who.days_before))
            if who.days_before and own > span.begins and own.astimezone(OSLO).date() <= day:
                is_sent = heard(who, own) <= local(day, 0)
                yield Expected(who.account, f"personal {day}", heard(who, own), is_sent)


def _regular(
    span: Span, what: str, whom: tuple[Somebody, ...], dues: list[datetime], news: list[datetime] | None = None
) -> Iterator[Expected]:
    """Of what was due while nobody was awake only the last one counts, while it is of use; of what tells ``news`` only
    that which has some since the one before."""
    told: datetime | None = None
    for place, due in enumerate(dues):
        awake = span.awake(due)
        is_last = place + 1 == len(dues) or dues[place + 1] > awake
        if not is_last or awake - due > USEFUL[what]:
            continue
        since = told or due - LOOKS_BACK[what]
        if news is None or any(since < at <= due for at in news):
            day = due.astimezone(OSLO).date()
            for who in whom:
                at = heard(who, awake)
                yield Expected(who.account, f"{what} {day}", at, at <= due + KEPT_FOR[what])
        told = due


def _digests(span: Span, who: Somebody, news: list[datetime]) -> Iterator[Expected]:
    hours = span.hours(9)
    if who.digest == "daily":
        dues = [at for at in hours if at.astimezone(OSLO).weekday() < 5]
    else:
        dues = [at for at in hours if _is_on(at, WEEKDAYS[who.weekday])]
    if who.digest == "monthly":
        dues = [at for at in dues if at.astimezone(OSLO).day < 8]
    return _regular(span, who.digest, (who,), dues, news)


def _is_on(at: datetime, weekday: int) -> bool:
    return at.astimezone(OSLO).weekday() == weekday


def heard(who: Somebody, moment: datetime) -> datetime:
    """From when on somebody has no quiet hours: looked for in quarters of an hour, by the clock on the wall."""
    while _is_quiet(who.hours, moment.astimezone(OSLO)):
        moment = moment.replace(minute=moment.minute - moment.minute % 15, second=0) + timedelta(minutes=15)
    return moment


def _is_quiet(hours: Hours, at: datetime) -> bool:
    if hours.free_days and (at.weekday() >= 5 or at.date() in FREE_DAYS):
        return True
    if hours.begins <= hours.ends:
        return hours.begins <= at.hour < hours.ends
    return not hours.ends <= at.hour < hours.begins
