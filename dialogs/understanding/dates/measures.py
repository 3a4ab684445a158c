"""What the date grammar measures with: days, months, weeks and seasons nearest to today, and steps from a day."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from re import Match

DAY = timedelta(days=1)
Days = tuple[date, date]


class NoSuchDayError(ValueError):
    """A day that no calendar has: 31 November, 29 February of most years. ``year`` is None where it does not matter."""

    def __init__(self, day: int, month: int, year: int | None) -> None:
        super().__init__(day, month, year)
        self.day, self.month, self.year = day, month, year


@dataclass(frozen=True)
class Day:
    """What the grammar measures from: today, the tense, the days a follow-up goes on from, and the days of what the
    text names ("dagen før MBM"), by the number of their token."""

    today: date
    is_past: bool = False
    anchor: Days | None = None
    known: Mapping[int, Days] = field(default_factory=dict)


Rule = Callable[["Match[str]", Day], "Days | None"]
#: In the past tense a day this near ahead is rather a slip of tense than a day a year ago.
_NEAR_AHEAD = timedelta(days=31)
#: And without a tense a day so near behind is rather meant than the same in eleven months.
_JUST_BEEN = timedelta(days=31)


def on(day: int, month: int, year: int | None, at: Day) -> date:
    """The day of that year; without a year the nearest one ahead, or behind in the past tense, but one that has just
    been rather than one in most of a year: "hva skjer 16. desember" on the 17th."""
    if year is not None:
        return _dated(year + 2000 if year < 100 else year, month, day)
    if at.is_past:
        years = (at.today.year + 1, at.today.year, at.today.year - 1)
        known = [date(one, month, day) for one in years if _exists(one, month, day)]
        return next((one for one in known if one <= at.today + _NEAR_AHEAD), None) or _dated(at.today.year, month, day)
    just_been = [date(one, month, day) for one in (at.today.year, at.today.year - 1) if _exists(one, month, day)]
    behind = next((one for one in just_been if at.today - _JUST_BEEN <= one < at.today), None)
    if behind is not None:
        return behind
    here = _dated(at.today.year, month, day)
    return here if here >= at.today else _dated(at.today.year + 1, month, day)


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _dated(year: int, month: int, day: int) -> date:
    """Raises NoSuchDayError for a day that its month lacks."""
    if 1 <= month <= 12 and not _exists(year, month, day):
        raise NoSuchDayError(day, month, year if (day, month) == (29, 2) else None)
    return date(year, month, day)


def month_of(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def month(month: int, year: int | None, at: Day) -> Days:
    if year is None:
        year = at.today.year
        if at.is_past:
            year -= month > at.today.month
        else:
            year += month < at.today.month
    return month_of(year, month)


def later(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def week_of(day: date) -> Days:
    monday = day - DAY * day.weekday()
    return monday, monday + 6 * DAY


def iso_week(week: int, year: int | None, at: Day) -> Days:
    if year is None:
        year = at.today.isocalendar().year
        behind = date.fromisocalendar(year, week, 7) < at.today
        year += behind and not at.is_past
    return week_of(date.fromisocalendar(year, week, 1))


def weekday_near(weekday: int, at: Day) -> date:
    if at.is_past:
        return at.today - DAY * ((at.today.weekday() - weekday) % 7)
    return at.today + DAY * ((weekday - at.today.weekday()) % 7)


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian computus."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped, left = divmod(century, 4)
    moon = (19 * golden + century - skipped - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    quarter, odd = divmod(rest, 4)
    sunday = (32 + 2 * left + 2 * quarter - moon - odd) % 7
    shift = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


_SEASONS = {"sommer": (6, 8), "høst": (9, 11), "vår": (3, 5), "vinter": (12, 14)}


def season(name: str, year: int | None, at: Day) -> Days:
    first, last = _SEASONS[name]
    year = year or at.today.year
    days = date(year, first, 1), month_of(year + (last > 12), (last - 1) % 12 + 1)[1]
    if days[1] < at.today and not at.is_past and year == at.today.year:
        return season(name, year + 1, Day(at.today, is_past=True))
    return days


#: How many days or months each unit of time has.
_IN_DAYS = {"dag": 1, "uke": 7, "fortnight": 14}
_IN_MONTHS = {"mnd": 1, "kvartal": 3, "halvår": 6, "year": 12}
#: How many "some" are.
FEW = (2, 6)


def moved(days: Days, count: str, unit: str, sign: int = 1) -> Days:
    """The days so much later, or earlier by a ``sign`` of -1: "2", "1.5", or "few", which widens them to a range."""
    if count == "few":
        near, far = (moved(days, str(one), unit, sign) for one in FEW)
        return min(near[0], far[0]), max(near[1], far[1])
    number = float(count)
    if unit in _IN_DAYS:
        size = number * _IN_DAYS[unit]
        least, most = sorted((sign * int(size), sign * -int(-size // 1)))
        return days[0] + DAY * least, days[1] + DAY * most
    whole, part = divmod(number * _IN_MONTHS[unit], 1)
    rest = DAY * sign * round(30 * part)
    return later(days[0], sign * int(whole)) + rest, later(days[1], sign * int(whole)) + rest
