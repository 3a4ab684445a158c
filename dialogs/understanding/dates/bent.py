"""Spans bent by what stands around them: before, after, between, from, since, and "the week after" of a follow-up."""

import re
from datetime import date

from dialogs.understanding.dates.measures import DAY, Day, Days, Rule, later, month_of, moved, week_of
from dialogs.understanding.dates.spans import PAIR, WINDOWS, begins, from_today, pair, read


def _between(found: "re.Match[str]", at: Day) -> Days | None:
    first, last = read(found["a"], at), read(found["b"], at)
    if first is None or last is None:
        return None
    return first[0], last[1]


def _before(found: "re.Match[str]", at: Day) -> Days | None:
    """ "før jul" is up to 24 December, "før 1. juli" up to the day before, "før sommeren" up to 30 June."""
    days = begins(found["rest"], at)
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
    days = begins(found["rest"], at)
    if days is None:
        return None
    last = days[1] if not found["rest"].startswith("jul") else days[0]
    return (at.today, last) if last >= at.today else days


def _after(found: "re.Match[str]", at: Day) -> Days | None:
    """After a day: "etter nyttår" is from 1 January."""
    days = begins(found["rest"], at)
    if days is None:
        return None
    first = days[1] if found["rest"].startswith("nyttår") else days[1] + DAY
    if found["rest"].startswith("sommer"):
        first = days[1].replace(month=8, day=1)
    return first, _open_end(first)


def _open_end(first: date) -> date:
    """Where days end that have no end: with the year, or with the next one where little is left of it."""
    return date(first.year + (first.month >= _LATE), 12, 31)


_LATE = 10


def _new_year(found: "re.Match[str]", at: Day) -> Days | None:
    """ "på nyåret": as "after New Year"."""
    return date(at.today.year + 1, 1, 1), date(at.today.year + 1, 12, 31)


def _since(found: "re.Match[str]", at: Day) -> Days | None:
    days = begins(found["rest"], Day(at.today, is_past=True))
    return None if days is None else (days[0], max(days[0], at.today))


def _onwards(found: "re.Match[str]", at: Day) -> Days | None:
    days = begins(found["rest"], at)
    return None if days is None else (days[0], _open_end(days[0]))


def _beside(found: "re.Match[str]", at: Day) -> Days | None:
    """ "the day after", "the week before": of the days named, or of what the conversation was about."""
    days = begins(found["rest"], at) if found["rest"] else at.anchor
    if days is None:
        return None
    is_after = found["way"] == "etter"
    if found["unit"] == "dag":
        day = days[1] + DAY if is_after else days[0] - DAY
        return day, day
    if found["unit"] == "uke":
        return week_of(days[1] + 7 * DAY if is_after else days[0] - 7 * DAY)
    month = later((days[1] if is_after else days[0]).replace(day=1), 1 if is_after else -1)
    return month_of(month.year, month.month)


def _steps(found: "re.Match[str]", at: Day) -> Days | None:
    """ "two weeks after that", "three days before 1 July": the same span so much later or earlier."""
    days = begins(found["rest"], at) if found["rest"] else at.anchor
    if days is None:
        return None
    return moved(days, found["count"], found["unit"], 1 if found["way"] == "etter" else -1)


def _with(found: "re.Match[str]", at: Day) -> Days | None:
    """ "samme dag som kickoff", "the week of the kickoff"."""
    days = begins(found["rest"], at)
    if days is None or found["unit"] == "dag":
        return days
    return week_of(days[0]) if found["unit"] == "uke" else month_of(days[0].year, days[0].month)


def _after_that(found: "re.Match[str]", at: Day) -> Days | None:
    if at.anchor is None:
        return None
    first = at.anchor[1] + DAY
    return first, date(first.year + 1, 12, 31)


RULES: list[tuple["re.Pattern[str]", Rule]] = [
    (re.compile(rf"(?<!\S){pattern}(?!\S)"), rule)
    for pattern, rule in [
        (PAIR, pair),
        (r"mellom (?P<a>.+?) og (?P<b>\S+(?: M\d+)?(?: 20\d\d)?)", lambda found, at: _shared_month(found, at)),
        (r"(?:fra )(?P<a>.+?) (?:til|-|innen) (?P<b>.+)", lambda found, at: _shared_month(found, at)),
        (r"(?P<a>D\S+|\d+ M\d+|M\d+) (?:til|-) (?P<b>D\S+|\d+ M\d+|M\d+)", _between),
        (
            r"(?P<count>\d+(?:\.\d)?|few) (?P<unit>dag|uke|mnd|year|fortnight) (?P<way>etter|før)"
            r"(?: (?:that|the)(?! [\dDMWTNFEY])| (?:the )?(?P<rest>\S.*))?",
            _steps,
        ),
        (
            r"(?:the )?(?P<unit>dag|uke|mnd) (?P<way>etter|før)"
            r"(?: (?:that|the)(?! [\dDMWTNFEY])| (?:the )?(?P<rest>(?!that|the ).+))?",
            _beside,
        ),
        (r"(?P<unit>dag|uke|mnd) (?:x|for) (?:the )?(?P<rest>Y.+)", _with),
        (r"(?:(?P<count>\d+) )?(?P<unit>uke|dag|mnd) (?P<ago>)fra T0", from_today),
        (r"rest (?P<rest>\S+.*)", lambda found, at: _rest_of(found, at)),
        (r"(?:før|innen) (?:the )?(?:utgangen )?(?P<rest>slutten .+)", _by),
        (r"før (?:the )?(?P<rest>.+)", _before),
        (r"innen (?:the )?(?P<rest>.+)", _by),
        (r"etter (?:that|the)(?= x| ca|$)", _after_that),
        (r"(?:etter|over) (?:the )?(?P<rest>.+)", _after),
        (r"i (?P<rest>nyttår.*)", _after),
        (r"nyåret", _new_year),
        (r"siden (?:the )?(?P<rest>.+)", _since),
        (r"fra (?:x )?(?:og )?(?:x )?(?:the )?(?P<rest>.+)", _onwards),
    ]
] + WINDOWS


def _shared_month(found: "re.Match[str]", at: Day) -> Days | None:
    """ "mellom 1. og 15. desember": the month said once is both days'."""
    days = _between(found, at)
    month = re.search(r"M\d+.*", found["b"])
    if days is None and month and re.fullmatch(r"(?:the )?\d{1,2}", found["a"]):
        first, last = read(f"{found['a']} {month.group()}", at), read(found["b"], at)
        return (first[0], last[1]) if first and last else None
    return days


def _rest_of(found: "re.Match[str]", at: Day) -> Days | None:
    if found["rest"].startswith("year"):
        return at.today, date(at.today.year, 12, 31)
    days = begins(found["rest"], at)
    return None if days is None else (max(at.today, days[0]), days[1])


#: The rules of words that name one end only; the other end is the end of a year, or today.
OPEN = frozenset({_before, _by, _after, _after_that, _since, _onwards, _new_year})
#: Those of them that have no last day.
ONWARDS = frozenset({_after, _after_that, _onwards})
