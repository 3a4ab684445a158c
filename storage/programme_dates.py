"""Dates as documents say them, and the window of days that each of them means."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from storage.milestones import DATED, Precision

#: First and last month of the seasons that fit within a year; a winter does not, so a file says its months.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}


class Window(NamedTuple):
    """The days a date means, both included, and the day a deadline names; None where there is none."""

    first: date | None = None
    last: date | None = None
    said: date | None = None


class DateError(ValueError):
    """A date that cannot be meant. ``key`` names the reason, ``values`` fill it in."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def day(value: str) -> date:
    """The day written as 2020-12-31. Raises DateError for another form and for a day that no calendar has."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise DateError("day_form", value=value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DateError("no_such_day", value=value) from None


def window(precision: Precision, value: str | None = None, end: date | None = None) -> Window:
    """What a said date means in days. Raises DateError where value and precision do not fit."""
    if end is not None and precision is not Precision.DAY_RANGE:
        raise DateError("end_without_range", precision=precision)
    if precision not in DATED:
        if value is not None:
            raise DateError("value_without_date", precision=precision)
        return Window()
    if value is None:
        raise DateError("precision_without_date", precision=precision)
    match precision:
        case Precision.MONTH:
            return _month(value)
        case Precision.SEASON:
            return _season(value)
        case Precision.DAY_RANGE:
            return _range(day(value), end)
        case Precision.BY_DAY:
            return Window(day(value), day(value), day(value))
        case Precision.BEFORE_DAY:
            before = day(value) - timedelta(days=1)
            return Window(before, before, day(value))
    return Window(day(value), day(value))


def _month(value: str) -> Window:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value)
    if not found:
        raise DateError("month_form", value=value)
    return _months(int(found[1]), int(found[2]), int(found[2]))


def _season(value: str) -> Window:
    found = re.fullmatch(r"(\d{4})-(\w+)", value)
    if not found or found[2] not in SEASONS:
        raise DateError("season_form", value=value, allowed=", ".join(SEASONS))
    return _months(int(found[1]), *SEASONS[found[2]])


def _months(year: int, first: int, last: int) -> Window:
    return Window(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def _range(first: date, last: date | None) -> Window:
    if last is None:
        raise DateError("range_without_end")
    if last < first:
        raise DateError("end_before_start", start=first.isoformat(), end=last.isoformat())
    return Window(first, last)
