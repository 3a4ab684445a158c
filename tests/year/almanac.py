"""The almanac: days and hours as a calendar on the wall has them. Nothing here asks the bot."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
DAY = timedelta(days=1)
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
          "desember")  # fmt: skip
#: Days after Easter Sunday that are holidays: Maundy Thursday, Good Friday, Easter, Ascension Day and Whitsun.
_BY_EASTER = (-3, -2, 0, 1, 39, 49, 50)
_FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))


@cache
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    return frozenset(
        [*(date(year, month, day) for month, day in _FIXED), *(easter + timedelta(days=after) for after in _BY_EASTER)]
    )


def _easter(year: int) -> date:
    """Gauss's rule as Meeus, Jones and Butcher wrote it down."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_free(day: date) -> bool:
    """Whether nobody is at work."""
    return day.weekday() >= 5 or day in _holidays(day.year)


def working_day_by(day: date) -> date:
    """That day, or the last working day before it."""
    while is_free(day):
        day -= DAY
    return day


def working_day_from(day: date) -> date:
    """That day, or the first working day after it."""
    while is_free(day):
        day += DAY
    return day


def working_days_on(day: date, count: int) -> date:
    """So many working days after a day."""
    for _ in range(count):
        day = working_day_from(day + DAY)
    return day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of the day by the clock on the wall, in UTC."""
    return datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)


def said(day: date) -> str:
    """The day as one says it."""
    return f"{WEEKDAYS[day.weekday()]} {day.day}. {MONTHS[day.month - 1]} {day.year}"
