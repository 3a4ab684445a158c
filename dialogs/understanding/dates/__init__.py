"""What days the words mean: a small grammar of its own, relative to the organisation's today.

Words become tokens (calendar_words, tokens), tokens become spans of days, both ends included (spans), and spans are
bent by "before", "after" and "between" (bent). Weeks are ISO weeks; a month alone is the nearest one ahead; a weekday
alone is the next such day, today included; in the past tense all of them are the nearest ones behind.
"""

import re
from dataclasses import dataclass
from datetime import date

from dialogs.understanding.dates.bent import OPEN, RULES
from dialogs.understanding.dates.calendar_words import PAST
from dialogs.understanding.dates.spans import Day, length
from dialogs.understanding.dates.tokens import tokens

__all__ = ["Window", "window"]

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
    "nyåret",
    "romjul",
    "advent",
    "påske",
    "sommer",
    "høst",
    "vinter",
    "vår",
    "i_",
    "til_",
)


@dataclass(frozen=True)
class Window:
    """Days, both included. ``start`` and ``end`` are the characters of the text that said so; ``is_open`` where it
    named only one end ("etter jul") and the other is the grammar's."""

    first: date
    last: date
    start: int = 0
    end: int = 0
    is_open: bool = False


def window(text: str, today: date, anchor: tuple[date, date] | None = None) -> Window | None:
    """The days that a text means, or None where it names none. ``anchor`` is what "the day after" goes on from."""
    read = tokens(text.casefold())
    if anchor is None and not any(token.text[0].isdecimal() or token.text.startswith(_STARTS) for token in read):
        return None
    day = Day(today, is_past=bool(PAST & set(re.findall(r"\w+", text.casefold()))), anchor=anchor)
    line = " ".join(token.text for token in read)
    for pattern, rule in RULES:
        for found in pattern.finditer(line):
            try:
                days = rule(found, day)
            except (ValueError, OverflowError):  # a date that does not exist ("31. juni") is no date
                return None
            if days is not None:
                first, last = line.count(" ", 0, found.start()), line.count(" ", 0, _end(found))
                return Window(min(days), max(days), read[first].start, read[last].end, rule in OPEN)
    return None


def _end(found: "re.Match[str]") -> int:
    """Where the days end: "after New Year, who leads?" has nothing more of them behind the year."""
    rest = found.groupdict().get("rest")
    return found.start("rest") + length(rest) if rest and length(rest) else found.end()
