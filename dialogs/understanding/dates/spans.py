"""One span of days said by one expression: "1. desember", "uke 51", "neste helg", "om to uker", "sommeren 2021"."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Day:
    """What the grammar measures from: today, the tense, and the days a follow-up goes on from."""

    today: date
    is_past: bool = False
    anchor: tuple[date, date] | None = None


Days = tuple[date, date]
Rule = Callable[["re.Match[str]", Day], "Days | None"]

# --- days and months ---------------------------------------------------------------------------------------------


def _on(day: int, month: int, year: int | None, at: Day) -> date:
    """The day of that year; without a year the nearest one ahead, or behind in the past tense."""
    if year is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    here = date(at.today.year, month, day)
    if at.is_past:
        return here if here <= at.today else date(at.today.year - 1, month, day)
    return here if here >= at.today else date(at.today.year + 1, month, day)


def month_of(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _month(month: int, year: int | None, at: Day) -> Days:
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


def _iso_week(week: int, year: int | None, at: Day) -> Days:
    if year is None:
        year = at.today.isocalendar().year
        behind = date.fromisocalendar(year, week, 7) < at.today
        year += behind and not at.is_past
    return week_of(date.fromisocalendar(year, week, 1))


def _weekday(weekday: int, at: Day) -> date:
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


def _season(name: str, year: int | None, at: Day) -> Days:
    first, last = _SEASONS[name]
    year = year or at.today.year
    days = date(year, first, 1), month_of(year + (last > 12), (last - 1) % 12 + 1)[1]
    if days[1] < at.today and not at.is_past and year == at.today.year:
        return _season(name, year + 1, Day(at.today, is_past=True))
    return days


# --- windows: one span of days said by one expression -------------------------------------------------------------

_YEAR = r"(?: (?P<year>20\d\d))?"
SIZES = {"uke": 7, "dag": 1}


def _year(found: "re.Match[str]") -> int | None:
    return int(found["year"]) if found["year"] else None


def _numeric(found: "re.Match[str]", at: Day) -> Days:
    text = found["numeric"]
    if "-" in text:
        day = date.fromisoformat(text)
    else:
        day_, month, *year = (int(part) for part in text.split("."))
        day = _on(day_, month, year[0] if year else None, at)
    return day, day


def _day_and_month(found: "re.Match[str]", at: Day) -> Days:
    day = _on(int(found["day"]), int(found["month"]), _year(found), at)
    return day, day


def _days_of_month(found: "re.Match[str]", at: Day) -> Days:
    last = _on(int(found["day2"]), int(found["month"]), _year(found), at)
    return last.replace(day=int(found["day"])), last


def _months(found: "re.Match[str]", at: Day) -> Days:
    """ "september og oktober": from the first day of the first to the last day of the last."""
    first, *_, last = (_month(int(number), _year(found), at) for number in re.findall(r"M(\d+)", found["months"]))
    return (first[0], last[1]) if first[0] <= last[0] else (first[0], _month_after(last, first)[1])


def _month_after(month: Days, other: Days) -> Days:
    """The month of that name that comes after the other: "desember og januar"."""
    return month_of(other[0].year + 1, month[0].month)


def _part_of_month(found: "re.Match[str]", at: Day) -> Days:
    first, last = _month(int(found["month"]), _year(found), at)
    starts, ends = {"starten": (1, 10), "midten": (11, 20), "slutten": (21, last.day)}[found["part"]]
    return first.replace(day=starts), first.replace(day=ends)


def _week_of_month(found: "re.Match[str]", at: Day) -> Days | None:
    """ "første uka i desember": its first seven days, or its last."""
    first, last = _month(int(found["month"]), _year(found), at)
    if found["nth"] == "x":
        return None
    if found["nth"] == "last":
        return last - 6 * DAY, last
    start = first + 7 * DAY * (int(found["nth"]) - 1)
    return start, start + 6 * DAY


def from_today(found: "re.Match[str]", at: Day) -> Days:
    """ "om to uker" is exactly fourteen days on, "for tre dager siden" three days back."""
    count = int(found["count"] or 1)
    count = -count if found["ago"] else count
    unit = found["unit"]
    if unit == "mnd":
        day = later(at.today, count)
    elif unit == "year":
        day = later(at.today, 12 * count)
    else:
        day = at.today + DAY * count * SIZES[unit]
    return day, day


def _coming(found: "re.Match[str]", at: Day) -> Days:
    """ "de neste to ukene" runs from today, "de siste to ukene" up to today."""
    count, unit = int(found["count"]), found["unit"]
    sign = -1 if found["which"] == "last" else 1
    other = later(at.today, sign * count) if unit == "mnd" else at.today + sign * DAY * count * SIZES[unit]
    return (at.today, other) if sign > 0 else (other, at.today)


def _which(found: "re.Match[str]", at: Day) -> Days:
    """ "denne uka", "neste måned", "forrige helg"."""
    step = {"this": 0, "next": 1, "last": -1}[found["which"]]
    match found["unit"]:
        case "uke":
            return week_of(at.today + 7 * step * DAY)
        case "helg":
            return _weekend(at.today + 7 * step * DAY)
        case "mnd":
            day = later(at.today.replace(day=1), step)
            return month_of(day.year, day.month)
        case _:
            return date(at.today.year + step, 1, 1), date(at.today.year + step, 12, 31)


def _weekend(day: date) -> Days:
    monday, sunday = week_of(day)
    return monday + 5 * DAY, sunday


def _weekday_of(found: "re.Match[str]", at: Day) -> Days:
    weekday, which = int(found["weekday"]), found["which"]
    if which == "last":
        day = at.today - DAY * ((at.today.weekday() - weekday - 1) % 7 + 1)
    elif which == "next":
        day = week_of(at.today + 7 * DAY)[0] + DAY * weekday
    else:
        day = _weekday(weekday, at)
    return day, day


def _weekday_in_week(found: "re.Match[str]", at: Day) -> Days:
    step = {"this": 0, "next": 1, "last": -1}[found["which"]]
    day = week_of(at.today + 7 * step * DAY)[0] + DAY * int(found["weekday"])
    return day, day


def _feast(found: "re.Match[str]", at: Day) -> Days:
    year = at.today.year
    match found["feast"]:
        case "jul":
            return date(year, 12, 24), date(year, 12, 31)
        case "nyttår":
            return date(year, 12, 31), date(year + 1, 1, 1)
        case "romjul":
            return date(year, 12, 25), date(year, 12, 31)
        case "advent":
            fourth = date(year, 12, 24) - DAY * ((date(year, 12, 24).weekday() + 1) % 7)
            return fourth - 21 * DAY, date(year, 12, 24)
        case "påske":
            day = easter(year) if at.today <= easter(year) or at.is_past else easter(year + 1)
            return day - 7 * DAY, day + DAY
        case season:
            return _season(season, _year(found), at)


def _plain(found: "re.Match[str]", at: Day) -> Days:
    """The weekend of this week, or a whole year."""
    named = found["when"]
    if named.endswith("helg"):
        return _weekend(at.today)
    year = int(named) if named.isdigit() else at.today.year + {"i_fjor": -1, "i_år": 0, "til_neste": 1}[named]
    return date(year, 1, 1), date(year, 12, 31)


def _day_of_month(found: "re.Match[str]", at: Day) -> Days:
    day = at.today.replace(day=int(found["day"]))
    day = day if day >= at.today else later(day, 1)
    return day, day


_WINDOW_RULES: list[tuple[str, Rule]] = [
    (r"(?P<day>\d{1,2}) (?:og|til|-) (?P<day2>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _days_of_month),
    (r"(?P<day>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _day_and_month),
    (r"M(?P<month>\d+) (?:the )?(?P<day>\d{1,2})(?!\d)" + _YEAR, _day_and_month),
    (r"D(?P<numeric>[\d.-]+)", _numeric),
    (r"(?P<months>M\d+(?:(?: (?:x|og|-|til|i))? M\d+)+)" + _YEAR, _months),
    (r"(?P<nth>1|2|3|last|x) uke (?:i |x )?M(?P<month>\d+)" + _YEAR, _week_of_month),
    (r"(?P<part>starten|midten|slutten) (?:i )?M(?P<month>\d+)" + _YEAR, _part_of_month),
    (r"M(?P<month>\d+)" + _YEAR, lambda found, at: _month(int(found["month"]), _year(found), at)),
    (r"T(?P<shift>-?\d)", lambda found, at: (at.today + DAY * int(found["shift"]),) * 2),
    (r"W(?P<weekday>\d) (?:i |om )?(?P<which>this|next|last) uke", _weekday_in_week),
    (r"(?P<which>this|next|last) uke (?:i |om )?W(?P<weekday>\d)", _weekday_in_week),
    (r"(?:the )?(?P<which>next|last) (?P<count>\d+) (?P<unit>uke|dag|mnd)", _coming),
    (r"(?:the )?(?P<count>\d+) (?P<which>next|last) (?P<unit>uke|dag|mnd)", _coming),
    (r"(?P<which>this|next|last) (?P<unit>uke|helg|mnd|year)", _which),
    (r"uke (?:x )?(?P<week>\d{1,2})" + _YEAR, lambda found, at: _iso_week(int(found["week"]), _year(found), at)),
    (r"(?P<ago>)om (?:x )?(?P<count>\d+)? ?(?:x )?(?P<unit>uke|dag|mnd|year)", from_today),
    (r"(?:for )?(?P<count>\d+)? ?(?P<unit>uke|dag|mnd|year) (?P<ago>siden)", from_today),
    (r"(?P<count>\d+) (?P<unit>uke|dag|mnd) (?P<ago>)(?:fra|til)(?= T0|$| x)", from_today),
    (r"(?:(?P<which>this|next|last) )?W(?P<weekday>\d)", _weekday_of),
    (r"(?P<feast>jul|romjul|advent|nyttår|påske)", _feast),
    (r"(?P<feast>sommer|høst|vinter|vår)" + _YEAR, _feast),
    (r"(?P<when>i_helg|i helg|helg)", _plain),
    (r"(?P<when>i_år|i_fjor|til_neste)", _plain),
    (r"(?:i|om) (?P<when>20\d\d)", _plain),
    (r"(?:the|i) (?P<day>\d{1,2})$", _day_of_month),
]
WINDOWS = [(re.compile(rf"(?<!\S){pattern}(?!\S)"), rule) for pattern, rule in _WINDOW_RULES]


def read(text: str, at: Day) -> Days | None:
    """The first kind of window that the tokens hold, by the order of the rules."""
    for pattern, rule in WINDOWS:
        found = pattern.search(text)
        if found:
            return rule(found, at)
    return None


def begins(text: str, at: Day) -> Days | None:
    """The window that the tokens begin with: in "before anybody asks on 1 July" nothing is before 1 July."""
    for pattern, rule in WINDOWS:
        found = pattern.match(text)
        if found:
            return rule(found, at)
    return None


def length(text: str) -> int:
    """How many characters the window takes that the tokens begin with; 0 where they begin with none."""
    return next((found.end() for pattern, _ in WINDOWS if (found := pattern.match(text))), 0)
