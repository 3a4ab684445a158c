"""Parts of years and of other spans: quarters, halves, beginnings, middles and ends."""

from datetime import date
from re import Match

from dialogs.understanding.dates.measures import DAY, Day, Days, month_of

#: A year in words or digits behind what is a part of it: "første kvartal i 2021", "second half of next year".
OF_YEAR = (
    r"(?: (?:(?:x|i|om) )?(?:the )?(?:(?P<year>20\d\d)|(?P<step>(?:this|next|last) year|i_år|til_neste|i_fjor|year)))?"
)
_STEPS = {"this": 0, "i_år": 0, "year": 0, "next": 1, "til_neste": 1, "last": -1, "i_fjor": -1}
_MONTHS_IN = {"kvartal": 3, "halvår": 6, "halvdel": 6, "halv": 6, "Q": 3}


def part_of_year(found: "Match[str]", at: Day) -> Days | None:
    """ "første kvartal", "Q1", "andre halvår 2021": without a year the nearest that is not over, or has begun."""
    months = _MONTHS_IN[found["unit"]]
    if found["nth"] == "last" and at.is_past and not _year(found, at):
        return _by_today(found["unit"], -1, at)
    number = 12 // months if found["nth"] == "last" else int(found["nth"])
    if not 1 <= number <= 12 // months:
        return None
    year = _year(found, at)
    days = _months(year or at.today.year, months * (number - 1) + 1, months)
    if year is None and at.is_past and days[0] > at.today:
        return _months(at.today.year - 1, days[0].month, months)
    if year is None and not at.is_past and days[1] < at.today:
        return _months(at.today.year + 1, days[0].month, months)
    return days


def nearby_part(found: "Match[str]", at: Day) -> Days:
    """ "neste kvartal", "dette halvåret"."""
    return _by_today(found["unit"], {"this": 0, "next": 1, "last": -1}[found["which"]], at)


def _by_today(unit: str, step: int, at: Day) -> Days:
    months = _MONTHS_IN[unit]
    at_month = at.today.year * 12 + (at.today.month - 1) // months * months + step * months
    return _months(at_month // 12, at_month % 12 + 1, months)


def _year(found: "Match[str]", at: Day) -> int | None:
    if found["year"]:
        return int(found["year"])
    return at.today.year + _STEPS[found["step"].split()[0]] if found["step"] else None


def _months(year: int, first: int, count: int) -> Days:
    return date(year, first, 1), month_of(year, first + count - 1)[1]


def half(days: Days, nth: str) -> Days:
    """The first or the second half of a month, a year or any other span."""
    if (days[1] - days[0]).days > 300:
        return _months(days[0].year, 1 if nth == "1" else 7, 6)
    middle = days[0] + DAY * (((days[1] - days[0]).days + 1) // 2 - 1)
    return (days[0], middle) if nth == "1" else (middle + DAY, days[1])


def piece(days: Days, part: str) -> Days:
    """The beginning, the middle or the end of a span: ten days of a month, a quarter of a year, else a third."""
    size = (days[1] - days[0]).days + 1
    if 28 <= size <= 31:
        edges = (10, 20)
    elif size > 300:
        return _piece_of_year(days[0].year, part)
    else:
        edges = (-(-size // 3), size - -(-size // 3))
    first, last = days[0] + DAY * (edges[0] - 1), days[0] + DAY * (edges[1] - 1)
    return {"starten": (days[0], first), "midten": (first + DAY, last), "slutten": (last + DAY, days[1])}[part]


def _piece_of_year(year: int, part: str) -> Days:
    first, last = {"starten": (1, 3), "midten": (5, 8), "slutten": (10, 12)}[part]
    return date(year, first, 1), month_of(year, last)[1]
