"""Working days: not a Saturday, a Sunday or a Norwegian public holiday."""

from datetime import date, timedelta

from storage.quiet_hours import is_free_day

DAY = timedelta(days=1)


def on_or_before(day: date) -> date:
    """The day itself where it is a working day, else the last one before it."""
    while is_free_day(day):
        day -= DAY
    return day


def on_or_after(day: date) -> date:
    """The day itself where it is a working day, else the next one."""
    while is_free_day(day):
        day += DAY
    return day


def after(day: date, count: int) -> date:
    """So many working days after a day; 0 is the day itself, also where it is none. ``count`` is not negative."""
    for _ in range(count):
        day += DAY
        while is_free_day(day):
            day += DAY
    return day


def before(day: date, count: int) -> date:
    """So many working days before a day; 0 is the day itself, also where it is none. ``count`` is not negative."""
    for _ in range(count):
        day = on_or_before(day - DAY)
    return day
