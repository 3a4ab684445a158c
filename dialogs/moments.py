"""Moments that a leader chooses: read from what was typed, and said so that nobody can take them for another."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from dialogs import saying_dates
from dialogs.card import Language
from dialogs.understanding.dates import window
from storage.refusals import Refused

#: "9", "09.30", "kl. 9:30", "0230", and which of the two where an hour comes twice.
_CLOCK = re.compile(r"(?:kl(?:okk[ae]n?)?\.?|at)?\s*(\d{1,2})(?:[.:]?(\d{2}))?\s*(s\w+|n\w+|v\w+|w\w+|C\w+)?", re.I)
#: The beginnings of words for summer time and for the other one: sommertid, sumartid, summer; normaltid, standard, …
_SUMMER, _WINTER = ("so", "su", "cest"), ("n", "st", "v", "w", "cet")


class NoMoment(Refused):
    """What was typed cannot be sent so, as a moment that is none. ``field`` is where it was typed."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


def said(language: Language, when: datetime, zone: ZoneInfo) -> str:
    """ "fredag 4. desember 2020 kl. 09:00 (sentraleuropeisk normaltid)"."""
    return f"{saying_dates.moment(language, when, zone)} ({zone_name(language, when, zone)})"


def zone_name(language: Language, when: datetime, zone: ZoneInfo) -> str:
    """What the zone's time is called at that moment: summer time has another name."""
    return str(get_timezone_name(when.astimezone(zone), locale=saying_dates.LOCALES[language]))


def typed(when: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Day and clock as one may type them."""
    local = when.astimezone(zone)
    return local.date().isoformat(), local.strftime("%H:%M")


def read(day_text: str, clock_text: str, now: datetime, zone: ZoneInfo, language: Language) -> datetime | None:
    """The moment that a day in words or figures and a time of day mean in that zone; None where both are empty.

    Raises NoMoment for what is neither, for the hour that summer time skips, and for the hour that comes twice, unless
    it says which.
    """
    if not day_text and not clock_text:
        return None
    on = _day(day_text, now.astimezone(zone).date(), language)
    return _on(on, clock_text, zone, language)


def typed_day(text: str, today: date) -> date | None:
    """The one day that words or figures mean; None where they mean none, or several."""
    found = window(text, today)
    if found is None or found.no_such_day is not None or found.first != found.last or found.is_open:
        return None
    return None if found.weekday is not None else found.first


def as_typed(day: date | None) -> str:
    """A day as people write it and as fields ask for it, to stand in a field; empty where there is none."""
    return f"{day.day}.{day.month}.{day.year}" if day else ""


def _day(text: str, today: date, language: Language) -> date:
    if not text:
        raise NoMoment("moments.no_day", "day")
    found = window(text, today)
    if found is not None and found.no_such_day is not None:
        raise NoMoment("moments.no_such_day", "day")
    if found is None or found.first != found.last or found.is_open:
        raise NoMoment("moments.unread_day", "day")
    if found.weekday is not None:
        raise NoMoment("moments.other_weekday", "day", day=saying_dates.day(language, found.first))
    return found.first


def _on(on: date, text: str, zone: ZoneInfo, language: Language) -> datetime:
    if not text:
        raise NoMoment("moments.no_clock", "clock")
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if found is None or hour > 23 or minute > 59:
        raise NoMoment("moments.unread_clock", "clock")
    first = datetime.combine(on, time(hour, minute), zone)
    second = first.replace(fold=1)
    values = {"time": f"{hour:02}:{minute:02}", "day": saying_dates.day(language, on)}
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise NoMoment("moments.skipped", "clock", **values)
    which = (found[3] or "").casefold()
    if first.utcoffset() == second.utcoffset():
        return first
    if which.startswith(_SUMMER):
        return first
    if which.startswith(_WINTER):
        return second
    names = {"first": zone_name(language, first, zone), "second": zone_name(language, second, zone)}
    raise NoMoment("moments.twice", "clock", **values, **names)
