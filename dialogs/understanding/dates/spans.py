"""One span of days said by one expression: "1. desember", "uke 51", "neste helg", "om to uker", "sommeren 2021"."""

import re
from collections.abc import Iterator
from datetime import date

from dialogs.understanding.dates.measures import (
    DAY,
    FEW,
    Day,
    Days,
    Rule,
    easter,
    iso_week,
    later,
    month,
    month_of,
    moved,
    on,
    season,
    week_of,
    weekday_near,
)
from dialogs.understanding.dates.parts import OF_YEAR, half, nearby_part, part_of_year, piece

_YEAR = r"(?: (?P<year>20\d\d))?"


def _year(found: "re.Match[str]") -> int | None:
    return int(found["year"]) if found["year"] else None


def _numeric(found: "re.Match[str]", at: Day) -> Days:
    text = found["numeric"]
    if "-" in text:
        day = date.fromisoformat(text)
    else:
        day_, month, *year = (int(part) for part in text.split("."))
        day = on(day_, month, year[0] if year else None, at)
    return day, day


def _day_and_month(found: "re.Match[str]", at: Day) -> Days:
    day = on(int(found["day"]), int(found["month"]), _year(found), at)
    return day, day


def _days_of_month(found: "re.Match[str]", at: Day) -> Days:
    last = on(int(found["day2"]), int(found["month"]), _year(found), at)
    return last.replace(day=int(found["day"])), last


def _months(found: "re.Match[str]", at: Day) -> Days:
    """ "september og oktober": from the first day of the first to the last day of the last."""
    first, *_, last = (month(int(number), _year(found), at) for number in re.findall(r"M(\d+)", found["months"]))
    return (first[0], last[1]) if first[0] <= last[0] else (first[0], _month_after(last, first)[1])


def _month_after(month: Days, other: Days) -> Days:
    """The month of that name that comes after the other: "desember og januar"."""
    return month_of(other[0].year + 1, month[0].month)


def _week_of_month(found: "re.Match[str]", at: Day) -> Days | None:
    """ "første uka i desember": its first seven days, or its last."""
    first, last = month(int(found["month"]), _year(found), at)
    if found["nth"] == "x":
        return None
    if found["nth"] == "last":
        return last - 6 * DAY, last
    start = first + 7 * DAY * (int(found["nth"]) - 1)
    return start, start + 6 * DAY


def from_today(found: "re.Match[str]", at: Day) -> Days:
    """ "om to uker" is exactly fourteen days on, "for tre dager siden" three days back."""
    return moved((at.today, at.today), found["count"] or "1", found["unit"], -1 if found["ago"] else 1)


def _weekday_from_today(found: "re.Match[str]", at: Day) -> Days:
    """ "onsdag om to uker" is in the week two weeks on; the coming one, which is called just Monday, is not meant by
    "mandag om en uke"."""
    count, weekday = int(found["count"]), int(found["weekday"])
    day = week_of(at.today + 7 * count * DAY)[0] + DAY * weekday
    day = day if (day - at.today).days >= 7 else day + 7 * DAY
    return day, day


def _weeks_from_weekday(found: "re.Match[str]", at: Day) -> Days:
    day = weekday_near(int(found["weekday"]), at) + 7 * int(found["count"]) * DAY
    return day, day


def _coming(found: "re.Match[str]", at: Day) -> Days:
    """ "de neste to ukene" runs from today, "de siste to ukene" up to today."""
    count = str(FEW[1]) if found["count"] == "few" else found["count"]
    other = moved((at.today, at.today), count, found["unit"], -1 if found["which"] == "last" else 1)
    return min(at.today, other[0]), max(at.today, other[1])


def _coming_some(found: "re.Match[str]", at: Day) -> Days:
    """ "de nærmeste dagene": a week of days, a month of weeks, a quarter of months."""
    count, unit = {"dager": ("7", "dag"), "uker": ("4", "uke"), "måneder": ("3", "mnd")}[found["units"]]
    return at.today, moved((at.today, at.today), count, unit)[1]


_STEP = {"this": 0, "next": 1, "last": -1, "afternext": 2}


def _which(found: "re.Match[str]", at: Day) -> Days:
    """ "denne uka", "neste måned", "forrige helg"."""
    step = _STEP[found["which"]]
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
        day = weekday_near(weekday, at)
    return day, day


def _weekday_in_week(found: "re.Match[str]", at: Day) -> Days:
    step = _STEP[found["which"]]
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
        case "pinse":
            return named_day("E48", at)[0], named_day("E50", at)[1]
        case name:
            return season(name, _year(found), at)


def _plain(found: "re.Match[str]", at: Day) -> Days:
    """The weekend of this week, or a whole year."""
    named = found["when"]
    if named.endswith("helg"):
        return _weekend(at.today)
    year = int(named) if named.isdigit() else at.today.year + {"i_fjor": -1, "i_år": 0, "til_neste": 1}[named]
    return date(year, 1, 1), date(year, 12, 31)


def _day_of_month(found: "re.Match[str]", at: Day) -> Days:
    """ "den 14.": the nearest such day, in the nearest month that has it; "torsdag den 14." the one that is a Thursday,
    where one of the next months has it."""
    number, weekday = int(found["day"]), found.groupdict().get("weekday")
    near = sorted(_such_days(number, at), key=lambda one: abs((one - at.today).days))
    fitting = [one for one in near if weekday is None or one.weekday() == int(weekday)]
    day = next(iter(fitting or near))
    return day, day


def _such_days(number: int, at: Day) -> Iterator[date]:
    """The days of that number in the next or last few months."""
    for step in range(-_MONTHS_SEARCHED, 1) if at.is_past else range(_MONTHS_SEARCHED + 1):
        first = later(at.today.replace(day=1), step)
        if number <= month_of(first.year, first.month)[1].day:
            day = first.replace(day=number)
            if (day <= at.today) if at.is_past else (day >= at.today):
                yield day


_MONTHS_SEARCHED = 3


def _day_in_month(found: "re.Match[str]", at: Day) -> Days:
    """ "den 14. i neste måned"."""
    first = later(at.today.replace(day=1), _STEP[found["which"]])
    day = on(int(found["day"]), first.month, first.year, at)
    return day, day


def named_day(name: str, at: Day) -> Days:
    """A day with a name: ``F12.24`` by the calendar, ``E-3`` from Easter Sunday on; the nearest ahead, or behind."""
    if name.startswith("F"):
        month_, day_ = map(int, name[1:].split("."))
        day = on(day_, month_, None, at)
    else:
        year = at.today.year
        days = [easter(one) + DAY * int(name[1:]) for one in (year - 1, year, year + 1)]
        day = max(one for one in days if one <= at.today) if at.is_past else min(d for d in days if d >= at.today)
    return day, day


def _named_day_of(found: "re.Match[str]", at: Day) -> Days:
    if not found["year"]:
        return named_day(found["name"], at)
    return named_day(found["name"], Day(date(int(found["year"]), 1, 1)))


def pair(found: "re.Match[str]", at: Day) -> Days:
    """ "mandag til onsdag neste uke", "mandag og tirsdag": from the first to the last."""
    first, *_, last = (int(number) for number in re.findall(r"W(\d)", found["days"]))
    which = found["which"] or found["before"]
    if which:
        start = week_of(at.today + 7 * _STEP[which] * DAY)[0] + DAY * first
    elif at.is_past:
        start = weekday_near(last, at) - DAY * ((last - first) % 7)
    else:
        start = weekday_near(first, at)
    return start, start + DAY * ((last - first) % 7)


def _weekday_in_iso_week(found: "re.Match[str]", at: Day) -> Days:
    day = iso_week(int(found["week"]), _year(found), at)[0] + DAY * int(found["weekday"])
    return day, day


def _iso_weeks(found: "re.Match[str]", at: Day) -> Days:
    """ "uke 50 og 51": from the Monday of the first to the Sunday of the last."""
    first = iso_week(int(found["week"]), _year(found), at)
    last = iso_week(int(found["week2"]), _year(found), at)
    return (first[0], last[1]) if first[0] <= last[0] else (last[0], first[1])


def _part_of(found: "re.Match[str]", at: Day) -> Days | None:
    """ "i begynnelsen av neste år", "mot slutten av uka", "første halvdel av januar"."""
    whole = begins(_FIRST.get(found["whole"], "i " if found["whole"].isdecimal() else "") + found["whole"], at)
    if whole is None:
        return None
    return piece(whole, found["part"]) if found.groupdict().get("part") else half(whole, found["nth"])


def _end_of(found: "re.Match[str]", at: Day) -> Days:
    """ "årets slutt": the last day of the year, or of the month."""
    day = at.today.replace(month=12, day=31)
    if found["whole"] == "mndslutt":
        day = month_of(at.today.year, at.today.month)[1]
    return day, day


def _known(found: "re.Match[str]", at: Day) -> Days | None:
    return at.known.get(int(found["place"]))


#: What stands alone behind "the end of": this one.
_FIRST = dict.fromkeys(("uke", "mnd", "year", "helg", "kvartal", "halvår"), "this ")
_WHOLE = (
    r"(?P<whole>(?:(?:this|next|last|afternext) )?(?:uke|mnd|year|helg|kvartal|halvår)(?: \d{1,2}(?!\S))?"
    r"|til_neste|i_år|20\d\d|(?:M\d+|O?[1-4] kvartal|O?[12] halvår|Q\d|sommer|høst|vinter|vår)(?: 20\d\d)?"
    r"|jul|advent|påske)"
)
_WHICH = "(?P<which>this|next|last|afternext)"
#: Several weekdays: read before "from" and "between" bend only one of them.
PAIR = (
    r"(?:(?:fra|mellom) )?(?:(?P<before>this|next|last)(?: uke)? (?:fra )?)?"
    r"(?P<days>W\d(?:(?: (?:til|-|og|i|the|fra))* W\d)+)"
    rf"(?: (?:i |om )?(?:the )?{_WHICH} uke)?"
)
_ABOUT = r"(?:(?:x|ca|rundt|the) )?"
_COUNT = r"(?P<count>\d+(?:\.\d)?|few)(?: few)?"
_UNITS = r"(?P<unit>uke|dag|mnd|year|kvartal|halvår|fortnight)"

_WINDOW_RULES: list[tuple[str, Rule]] = [
    (PAIR, pair),
    (r"(?P<day>\d{1,2}) (?:og|til|-) (?P<day2>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _days_of_month),
    (r"(?:W\d (?:the )?)?(?P<day>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _day_and_month),
    (r"(?:W\d )?M(?P<month>\d+) (?:the )?(?P<day>\d{1,2})(?!\d)" + _YEAR, _day_and_month),
    (r"(?:W\d (?:the )?)?D(?P<numeric>[\d.-]+)", _numeric),
    (r"(?:W(?P<weekday>\d) )?(?:the )?N(?P<day>\d{1,2})", _day_of_month),
    (r"(?:the )?(?P<day>\d{1,2}) (?:i |x )(?:the )?(?P<which>this|next|last) mnd", _day_in_month),
    (r"(?:W\d )?(?P<name>[FE][-\d.]+)(?: i)?" + _YEAR, _named_day_of),
    (r"(?P<months>M\d+(?:(?: (?:x|og|-|til|i))? M\d+)+)" + _YEAR, _months),
    (r"(?P<nth>1|2|3|last|x) uke (?:i |x )?M(?P<month>\d+)" + _YEAR, _week_of_month),
    (rf"W(?P<weekday>\d) om {_ABOUT}(?P<count>\d+) uke", _weekday_from_today),
    (rf"om {_ABOUT}(?P<count>\d+) uke (?:i )?W(?P<weekday>\d)", _weekday_from_today),
    (r"(?P<count>\d+) uke fra W(?P<weekday>\d)", _weeks_from_weekday),
    (rf"(?P<ago>)om {_ABOUT}{_COUNT} (?:whole |x )?{_UNITS}", from_today),
    (r"O?(?P<nth>[1-4]|last)(?: -)? (?P<unit>kvartal|halvår)" + OF_YEAR, part_of_year),
    (r"(?P<unit>Q)(?P<nth>\d)" + OF_YEAR, part_of_year),
    (r"O?(?P<nth>1|2|last) (?:halvdel|halv) (?:(?:x|i|the) )*" + _WHOLE, _part_of),
    (r"O?(?P<nth>1|2|last) (?P<unit>halvdel|halv)" + OF_YEAR, part_of_year),
    (r"(?P<part>starten|midten|slutten) (?:(?:x|i|om|the|-) )*" + _WHOLE, _part_of),
    (r"M(?P<month>\d+)" + _YEAR, lambda found, at: month(int(found["month"]), _year(found), at)),
    (r"T(?P<shift>-?\d)", lambda found, at: (at.today + DAY * int(found["shift"]),) * 2),
    (rf"W(?P<weekday>\d) (?:i |om )?(?:the )?{_WHICH} uke", _weekday_in_week),
    (rf"{_WHICH} uke (?:i |om )?W(?P<weekday>\d)", _weekday_in_week),
    (r"W(?P<weekday>\d) (?:i )?uke (?P<week>\d{1,2})" + _YEAR, _weekday_in_iso_week),
    (r"uke (?P<week>\d{1,2})" + _YEAR + r" (?:i )?(?:the )?W(?P<weekday>\d)", _weekday_in_iso_week),
    (r"uke (?P<week>\d{1,2}) (?:og|til|-) (?:uke )?(?P<week2>\d{1,2})(?! M)" + _YEAR, _iso_weeks),
    (rf"(?:the )?(?P<which>next|last) {_COUNT} (?:x )?{_UNITS}", _coming),
    (rf"(?:the )?{_COUNT} (?P<which>next|last) {_UNITS}", _coming),
    (r"(?:the )?next_(?P<units>dager|uker|måneder)", _coming_some),
    (rf"{_WHICH} (?P<unit>uke|helg|mnd|year)", _which),
    (r"(?P<which>this|next|last) (?P<unit>kvartal|halvår)", nearby_part),
    (r"uke (?:x )?(?P<week>\d{1,2})" + _YEAR, lambda found, at: iso_week(int(found["week"]), _year(found), at)),
    (rf"(?:for )?{_ABOUT}{_COUNT} (?:whole )?{_UNITS} (?P<ago>siden)", from_today),
    (rf"{_COUNT} {_UNITS} (?P<ago>)(?:herfra|(?:fra|til)(?= T0|$| x))", from_today),
    (r"(?:(?P<which>this|next|last) )?W(?P<weekday>\d)", _weekday_of),
    (r"(?P<feast>jul|romjul|advent|nyttår|påske|pinse)", _feast),
    (r"(?P<feast>sommer|høst|vinter|vår)" + _YEAR, _feast),
    (r"(?P<when>i_helg|i helg|helg)", _plain),
    (r"(?P<when>i_år|i_fjor|til_neste)", _plain),
    (r"(?:i|om) (?P<when>20\d\d)", _plain),
    (r"(?P<whole>årsslutt|mndslutt)", _end_of),
    (r"Y(?P<place>\d+)", _known),
    (r"(?:the|i) (?P<day>\d{1,2})$", _day_of_month),
]
WINDOWS = [(re.compile(rf"(?<!\S){pattern}(?!\S)"), rule) for pattern, rule in _WINDOW_RULES]


def read(text: str, at: Day) -> Days | None:
    """The first kind of window that the tokens hold, by the order of the rules."""
    for pattern, rule in WINDOWS:
        found = pattern.search(text)
        days = rule(found, at) if found else None
        if days is not None:
            return days
    return None


def begins(text: str, at: Day) -> Days | None:
    """The window that the tokens begin with: in "before anybody asks on 1 July" nothing is before 1 July."""
    for pattern, rule in WINDOWS:
        found = pattern.match(text)
        days = rule(found, at) if found else None
        if days is not None:
            return days
    return None


def length(text: str) -> int:
    """How many characters the window takes that the tokens begin with; 0 where they begin with none."""
    return next((found.end() for pattern, _ in WINDOWS if (found := pattern.match(text))), 0)
