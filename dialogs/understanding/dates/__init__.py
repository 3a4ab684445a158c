"""What days the words mean: a small grammar of its own, relative to the organisation's today.

Words become tokens (calendar_words, tokens), tokens become spans of days, both ends included (spans), and spans are
bent by "before", "after" and "between" (bent). Weeks are ISO weeks; a month alone is the nearest one ahead; a weekday
alone is the next such day, today included; in the past tense all of them are the nearest ones behind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.understanding.dates.bent import ONWARDS, OPEN, RULES
from dialogs.understanding.dates.calendar_words import PAST
from dialogs.understanding.dates.measures import Day, Days, NoSuchDayError
from dialogs.understanding.dates.spans import length
from dialogs.understanding.dates.tokens import tokens

__all__ = ["NoSuchDayError", "Window", "speaks_of_days", "window"]

#: What a text without days has none of.
_STARTS = (
    *tuple("MDWTNFEYQ"),
    "uke",
    "dag",
    "mnd",
    "year",
    "helg",
    "kvartal",
    "halv",
    "fortnight",
    "årsslutt",
    "mndslutt",
    "next_",
    "jul",
    "nyttår",
    "nyåret",
    "romjul",
    "advent",
    "påske",
    "pinse",
    "sommer",
    "høst",
    "vinter",
    "vår",
    "i_",
    "til_",
)
#: The same where something was spoken of before: "after that" names no other day.
_STARTS_FROM_THERE = (*_STARTS, "etter")
#: What speaks of days even where the grammar cannot tell which: the name of a month, a count of weeks.
_SPEAKS = re.compile(r"(?<!\S)(?:[MDWN]\d\S*|(?:\S+ )(?:uke|mnd|kvartal)|halvår|(?:\d\S*|few) (?:dag|year))(?!\S)")
_WEEKDAY_OF_DATE = re.compile(r"W(\d) (?:the )?(?:D\S+|N\d+|\d{1,2} (?:x )?M|M\d+ (?:the )?\d)")


@dataclass(frozen=True)
class Window:
    """Days, both included. ``start`` and ``end`` are the characters of the text that said so; ``is_open`` where it
    named only one end ("etter jul") and the other is the grammar's, ``is_onwards`` where that is the last one.
    ``weekday`` is the one it gave to a day that is another; ``no_such_day`` the day it named that no calendar has,
    beside which the days mean nothing."""

    first: date
    last: date
    start: int = 0
    end: int = 0
    is_open: bool = False
    is_onwards: bool = False
    weekday: int | None = None
    no_such_day: NoSuchDayError | None = None


def window(
    text: str, today: date, anchor: Days | None = None, known: Sequence[tuple[int, int, Days]] = ()
) -> Window | None:
    """The days that a text means, or None where it names none. ``anchor`` is what "the day after" goes on from;
    ``known`` are stretches of the text, by their characters, whose days are known ("dagen før MBM")."""
    read = tokens(text.casefold(), [(start, end) for start, end, _ in known])
    starts = _STARTS if anchor is None else _STARTS_FROM_THERE
    if not any(token.text[0].isdecimal() or token.text.startswith(starts) for token in read):
        return None
    is_past = bool(PAST & set(re.findall(r"\w+", text.casefold())))
    day = Day(today, is_past, anchor, {place: days for place, (*_, days) in enumerate(known)})
    line = " ".join(token.text for token in read)
    for pattern, rule in RULES:
        for found in pattern.finditer(line):
            first, last = line.count(" ", 0, found.start()), line.count(" ", 0, _end(found))
            start, end = read[first].start, read[last].end
            try:
                days = rule(found, day)
            except NoSuchDayError as lacking:
                return Window(today, today, start, end, no_such_day=lacking)
            except (ValueError, OverflowError):  # "99.99" is no date
                return None
            if days is not None:
                first_day, last_day = min(days), max(days)
                weekday = _other_weekday(found.group(), first_day) if first_day == last_day else None
                return Window(first_day, last_day, start, end, rule in OPEN, rule in ONWARDS, weekday)
    return None


def speaks_of_days(text: str) -> bool:
    """Whether a text without a window seems to name days all the same."""
    return bool(_SPEAKS.search(" ".join(token.text for token in tokens(text.casefold()))))


def _other_weekday(said: str, day: date) -> int | None:
    """ "mandag 2. desember" where that is a Wednesday: Monday."""
    found = _WEEKDAY_OF_DATE.match(said)
    return int(found[1]) if found and int(found[1]) != day.weekday() else None


def _end(found: "re.Match[str]") -> int:
    """Where the days end: "after New Year, who leads?" has nothing more of them behind the year."""
    rest = found.groupdict().get("rest")
    return found.start("rest") + length(rest) if rest and length(rest) else found.end()
