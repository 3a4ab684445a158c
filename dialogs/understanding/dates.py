"""What days the words mean: a small grammar of its own, relative to the organisation's today.

Words become tokens (calendar_words), tokens become windows of days, both ends included, and windows are bent by
"before", "after" and "between". Weeks are ISO weeks; a month alone is the nearest one ahead; a weekday alone is the
next such day, today included; in the past tense all of them are the nearest ones behind.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.understanding.calendar_words import LONGEST, ONLY_BESIDE_NUMBERS, ORDINALS, PAST, TABLE

DAY = timedelta(days=1)
_PIECE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?(?!\d)|\d+(?:st|nd|rd|th)?|[^\W\d_]+|[–-]"
)


@dataclass(frozen=True)
class Window:
    """Days, both included. ``start`` and ``end`` are the characters of the text that said so."""

    first: date
    last: date
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Day:
    """What the grammar measures from: today, the tense, and the days a follow-up goes on from."""

    today: date
    is_past: bool = False
    anchor: tuple[date, date] | None = None


def window(text: str, today: date, anchor: tuple[date, date] | None = None) -> Window | None:
    """The days that a text means, or None where it names none. ``anchor`` is what "the day after" goes on from."""
    tokens = _tokens(text.casefold())
    if anchor is None and not any(token.text[0].isdecimal() or token.text.startswith(_STARTS) for token in tokens):
        return None
    day = Day(today, is_past=bool(PAST & set(re.findall(r"\w+", text.casefold()))), anchor=anchor)
    line = " ".join(token.text for token in tokens)
    for pattern, rule in _RULES:
        for found in pattern.finditer(line):
            try:
                days = rule(found, day)
            except (ValueError, OverflowError):  # a date that does not exist ("31. juni") is no date
                return None
            if days is not None:
                first, last = line.count(" ", 0, found.start()), line.count(" ", 0, found.end())
                return Window(min(days), max(days), tokens[first].start, tokens[last].end)
    return None


def _tokens(text: str) -> list[_Token]:
    pieces = [(found.group(), found.start(), found.end()) for found in _PIECE.finditer(text)]
    tokens, at = [], 0
    while at < len(pieces):
        for length in range(min(LONGEST, len(pieces) - at), 0, -1):
            token = TABLE.get(tuple(piece[0] for piece in pieces[at : at + length]))
            if token or length == 1:
                token = token or _other(pieces, at)
                tokens.append(_Token(token.replace(" ", "_"), pieces[at][1], pieces[at + length - 1][2]))
                at += length
                break
    return tokens


def _other(pieces: list[tuple[str, int, int]], at: int) -> str:
    word = pieces[at][0]
    if word == "to":  # two in Norwegian, unless it stands where English has it
        return "2" if at + 1 < len(pieces) and TABLE.get((pieces[at + 1][0],)) in _UNITS else "til"
    if word in ORDINALS:
        following = [TABLE.get((piece[0],), piece[0]) for piece in pieces[at + 1 : at + 3]]
        return ORDINALS[word] if any(re.fullmatch(r"M\d+", name) for name in following) else "x"
    if word in ONLY_BESIDE_NUMBERS:
        beside = [pieces[near][0] for near in (at - 1, at + 1) if 0 <= near < len(pieces)]
        named = any(near[0].isdecimal() or near in ("in", "by", "before") for near in beside)
        return ONLY_BESIDE_NUMBERS[word] if named else "x"
    if word.isdecimal():
        return str(int(word)) if len(word) < 5 else "x"
    if re.fullmatch(r"\d+(st|nd|rd|th)", word):
        return word[:-2]
    if word[0].isdecimal():
        return "D" + word.replace("/", ".")
    return "-" if word in "–-" else "x"


#: What a text without days has none of.
_STARTS = (
    *tuple("MDWT"),
    "uke",
    "dag",
    "mnd",
    "year",
    "helg",
    "jul",
    "nyttår",
    "påske",
    "sommer",
    "høst",
    "vinter",
    "vår",
    "i_",
    "til_",
)
_UNITS = ("uke", "dag", "mnd", "year", "next", "last")
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


def _later(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _week_of(day: date) -> Days:
    monday = day - DAY * day.weekday()
    return monday, monday + 6 * DAY


def _iso_week(week: int, year: int | None, at: Day) -> Days:
    if year is None:
        year = at.today.isocalendar().year
        behind = date.fromisocalendar(year, week, 7) < at.today
        year += behind and not at.is_past
    return _week_of(date.fromisocalendar(year, week, 1))


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
_SIZES = {"uke": 7, "dag": 1}


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


def _part_of_month(found: "re.Match[str]", at: Day) -> Days:
    first, last = _month(int(found["month"]), _year(found), at)
    starts, ends = {"starten": (1, 10), "midten": (11, 20), "slutten": (21, last.day)}[found["part"]]
    return first.replace(day=starts), first.replace(day=ends)


def _from_today(found: "re.Match[str]", at: Day) -> Days:
    """ "om to uker" is exactly fourteen days on, "for tre dager siden" three days back."""
    count = int(found["count"] or 1)
    count = -count if found["ago"] else count
    unit = found["unit"]
    if unit == "mnd":
        day = _later(at.today, count)
    elif unit == "year":
        day = _later(at.today, 12 * count)
    else:
        day = at.today + DAY * count * _SIZES[unit]
    return day, day


def _coming(found: "re.Match[str]", at: Day) -> Days:
    """ "de neste to ukene" runs from today, "de siste to ukene" up to today."""
    count, unit = int(found["count"]), found["unit"]
    sign = -1 if found["which"] == "last" else 1
    other = _later(at.today, sign * count) if unit == "mnd" else at.today + sign * DAY * count * _SIZES[unit]
    return (at.today, other) if sign > 0 else (other, at.today)


def _which(found: "re.Match[str]", at: Day) -> Days:
    """ "denne uka", "neste måned", "forrige helg"."""
    step = {"this": 0, "next": 1, "last": -1}[found["which"]]
    match found["unit"]:
        case "uke":
            return _week_of(at.today + 7 * step * DAY)
        case "helg":
            return _weekend(at.today + 7 * step * DAY)
        case "mnd":
            day = _later(at.today.replace(day=1), step)
            return month_of(day.year, day.month)
        case _:
            return date(at.today.year + step, 1, 1), date(at.today.year + step, 12, 31)


def _weekend(day: date) -> Days:
    monday, sunday = _week_of(day)
    return monday + 5 * DAY, sunday


def _weekday_of(found: "re.Match[str]", at: Day) -> Days:
    weekday, which = int(found["weekday"]), found["which"]
    if which == "last":
        day = at.today - DAY * ((at.today.weekday() - weekday - 1) % 7 + 1)
    elif which == "next":
        day = _week_of(at.today + 7 * DAY)[0] + DAY * weekday
    else:
        day = _weekday(weekday, at)
    return day, day


def _weekday_in_week(found: "re.Match[str]", at: Day) -> Days:
    step = {"this": 0, "next": 1, "last": -1}[found["which"]]
    day = _week_of(at.today + 7 * step * DAY)[0] + DAY * int(found["weekday"])
    return day, day


def _feast(found: "re.Match[str]", at: Day) -> Days:
    year = at.today.year
    match found["feast"]:
        case "jul":
            return date(year, 12, 24), date(year, 12, 31)
        case "nyttår":
            return date(year, 12, 31), date(year + 1, 1, 1)
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
    day = day if day >= at.today else _later(day, 1)
    return day, day


_WINDOW_RULES: list[tuple[str, Rule]] = [
    (r"(?P<day>\d{1,2}) (?:og|til|-) (?P<day2>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _days_of_month),
    (r"(?P<day>\d{1,2}) (?:x )?M(?P<month>\d+)" + _YEAR, _day_and_month),
    (r"M(?P<month>\d+) (?:the )?(?P<day>\d{1,2})(?!\d)" + _YEAR, _day_and_month),
    (r"D(?P<numeric>[\d.-]+)", _numeric),
    (r"(?P<part>starten|midten|slutten) (?:i )?M(?P<month>\d+)" + _YEAR, _part_of_month),
    (r"M(?P<month>\d+)" + _YEAR, lambda found, at: _month(int(found["month"]), _year(found), at)),
    (r"T(?P<shift>-?\d)", lambda found, at: (at.today + DAY * int(found["shift"]),) * 2),
    (r"W(?P<weekday>\d) (?:i |om )?(?P<which>this|next|last) uke", _weekday_in_week),
    (r"(?:the )?(?P<which>next|last) (?P<count>\d+) (?P<unit>uke|dag|mnd)", _coming),
    (r"(?:the )?(?P<count>\d+) (?P<which>next|last) (?P<unit>uke|dag|mnd)", _coming),
    (r"(?P<which>this|next|last) (?P<unit>uke|helg|mnd|year)", _which),
    (r"uke (?:x )?(?P<week>\d{1,2})" + _YEAR, lambda found, at: _iso_week(int(found["week"]), _year(found), at)),
    (r"(?P<ago>)om (?:x )?(?P<count>\d+)? ?(?:x )?(?P<unit>uke|dag|mnd|year)", _from_today),
    (r"(?:for )?(?P<count>\d+)? ?(?P<unit>uke|dag|mnd|year) (?P<ago>siden)", _from_today),
    (r"(?P<count>\d+) (?P<unit>uke|dag|mnd) (?P<ago>)(?:fra|til)(?= T0|$| x)", _from_today),
    (r"(?:(?P<which>this|next|last) )?W(?P<weekday>\d)", _weekday_of),
    (r"(?P<feast>jul|nyttår|påske)", _feast),
    (r"(?P<feast>sommer|høst|vinter|vår)" + _YEAR, _feast),
    (r"(?P<when>i_helg|i helg|helg)", _plain),
    (r"(?P<when>i_år|i_fjor|til_neste)", _plain),
    (r"(?:i|om) (?P<when>20\d\d)", _plain),
    (r"(?:the|i) (?P<day>\d{1,2})$", _day_of_month),
]
_WINDOWS = [(re.compile(rf"(?<!\S){pattern}(?!\S)"), rule) for pattern, rule in _WINDOW_RULES]


def _read(text: str, at: Day) -> Days | None:
    """The first kind of window that the tokens hold, by the order of the rules."""
    for pattern, rule in _WINDOWS:
        found = pattern.search(text)
        if found:
            return rule(found, at)
    return None


# --- what bends a window: before, after, between, and follow-ups --------------------------------------------------


def _between(found: "re.Match[str]", at: Day) -> Days | None:
    first, last = _read(found["a"], at), _read(found["b"], at)
    if first is None or last is None:
        return None
    return first[0], last[1]


def _before(found: "re.Match[str]", at: Day) -> Days | None:
    """ "før jul" is up to 24 December, "før 1. juli" up to the day before, "før sommeren" up to 30 June."""
    days = _read(found["rest"], at)
    if days is None:
        return None
    if found["rest"].startswith("jul"):
        last = days[0]
    elif found["rest"].startswith("sommer"):
        last = days[0].replace(day=30)
    elif found["rest"].startswith("nyttår"):
        last = days[0]
    else:
        last = days[0] - DAY
    return (at.today, last) if last >= at.today else (last, last)


def _by(found: "re.Match[str]", at: Day) -> Days | None:
    days = _read(found["rest"], at)
    if days is None:
        return None
    last = days[1] if not found["rest"].startswith("jul") else days[0]
    return (at.today, last) if last >= at.today else days


def _after(found: "re.Match[str]", at: Day) -> Days | None:
    """After a day, to the end of the year it begins in: "etter nyttår" is from 1 January."""
    days = _read(found["rest"], at)
    if days is None:
        return None
    first = days[1] if found["rest"].startswith("nyttår") else days[1] + DAY
    if found["rest"].startswith("sommer"):
        first = days[1].replace(month=8, day=1)
    return first, date(first.year, 12, 31)


def _since(found: "re.Match[str]", at: Day) -> Days | None:
    days = _read(found["rest"], Day(at.today, is_past=True))
    return None if days is None else (days[0], max(days[0], at.today))


def _onwards(found: "re.Match[str]", at: Day) -> Days | None:
    days = _read(found["rest"], at)
    return None if days is None else (days[0], date(days[0].year, 12, 31))


def _beside(found: "re.Match[str]", at: Day) -> Days | None:
    """ "the day after", "the week before": of the days named, or of what the conversation was about."""
    days = _read(found["rest"], at) if found["rest"] else at.anchor
    if days is None:
        return None
    is_after = found["way"] == "etter"
    if found["unit"] == "dag":
        day = days[1] + DAY if is_after else days[0] - DAY
        return day, day
    if found["unit"] == "uke":
        return _week_of(days[1] + 7 * DAY if is_after else days[0] - 7 * DAY)
    month = _later((days[1] if is_after else days[0]).replace(day=1), 1 if is_after else -1)
    return month_of(month.year, month.month)


def _after_that(found: "re.Match[str]", at: Day) -> Days | None:
    if at.anchor is None:
        return None
    first = at.anchor[1] + DAY
    return first, date(first.year + 1, 12, 31)


_RULES: list[tuple["re.Pattern[str]", Rule]] = [
    (re.compile(rf"(?<!\S){pattern}(?!\S)"), rule)
    for pattern, rule in [
        (r"mellom (?P<a>.+?) og (?P<b>\S+(?: M\d+)?(?: 20\d\d)?)", lambda found, at: _shared_month(found, at)),
        (r"(?:fra )(?P<a>.+?) (?:til|-|innen) (?P<b>.+)", lambda found, at: _shared_month(found, at)),
        (r"(?P<a>D\S+|\d+ M\d+|M\d+) (?:til|-) (?P<b>D\S+|\d+ M\d+|M\d+)", _between),
        (r"(?:the )?(?P<unit>dag|uke|mnd) (?P<way>etter|før)(?: (?P<rest>(?!that|the$).+))?(?: that| the)?", _beside),
        (r"rest (?P<rest>\S+.*)", lambda found, at: _rest_of(found, at)),
        (r"(?:før|innen) (?:the )?(?:utgangen )?(?P<rest>slutten \S+)", _by),
        (r"før (?:the )?(?P<rest>.+)", _before),
        (r"innen (?:the )?(?P<rest>.+)", _by),
        (r"etter (?:that|the)(?= x|$)", _after_that),
        (r"(?:etter|over) (?:the )?(?P<rest>.+)", _after),
        (r"i (?P<rest>nyttår.*)", _after),
        (r"siden (?:the )?(?P<rest>.+)", _since),
        (r"fra (?:x )?(?:og )?(?:x )?(?:the )?(?P<rest>.+)", _onwards),
    ]
] + _WINDOWS


def _shared_month(found: "re.Match[str]", at: Day) -> Days | None:
    """ "mellom 1. og 15. desember": the month said once is both days'."""
    days = _between(found, at)
    month = re.search(r"M\d+.*", found["b"])
    if days is None and month and re.fullmatch(r"(?:the )?\d{1,2}", found["a"]):
        first, last = _read(f"{found['a']} {month.group()}", at), _read(found["b"], at)
        return (first[0], last[1]) if first and last else None
    return days


def _rest_of(found: "re.Match[str]", at: Day) -> Days | None:
    if found["rest"].startswith("year"):
        return at.today, date(at.today.year, 12, 31)
    days = _read(found["rest"], at)
    return None if days is None else (max(at.today, days[0]), days[1])
