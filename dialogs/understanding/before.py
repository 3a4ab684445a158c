"""How long before one milestone somebody wants to be reminded of it: "minn meg på kickoff to dager før"."""

import re
from datetime import date
from typing import Any

from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.orders import is_only_spoken_of
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Vocabulary

SET, CHOOSE = "reminder.set", "reminder.choose"
_REMIND = ("minn", "påminn", "remind", "hugs", "husk", "varsl", "notify")
_BEFORE = re.compile(
    r"\b(?P<count>\d{1,3}|[^\W\d_]+)\s+(?P<unit>dag|dager|dagar|day|days|uke|uka|uker|veke|veka|veker|week|weeks)\s+"
    r"(?:i forveien|på førehand|før|føre|before|ahead|in advance|prior)\b"
)
#: What takes a reminder back.
_BACK = frozenset({"ikke", "ikkje", "not", "don", "aldri", "never", "slutt", "stopp", "stop"})
#: A longer text tells a story.
_LONGEST = 16


def reminded_before(reading: Reading, vocabulary: Vocabulary, today: date) -> tuple[str, dict[str, Any]] | None:
    """The action, with the milestone and the days before it, or just the milestone where the text names a day instead;
    None where it does not order that, or names no milestone or several."""
    said = [word.text for word in reading.words]
    if len(said) > _LONGEST or not _BACK.isdisjoint(said) or not any(word.startswith(_REMIND) for word in said):
        return None
    named = list(dict.fromkeys(thing.key for _, thing in reading.named if thing.kind == "milestone"))
    milestone = vocabulary.thing("milestone", named[0]) if len(named) == 1 else None
    if milestone is None or milestone.days is None:
        return None
    values: dict[str, Any] = {"milestone": named[0]}
    before = _BEFORE.search(reading.text)
    days = _days(before) if before else _until(reading, milestone.days, today)
    if days is None or days == 1:  # the day before, everybody is reminded
        return None
    if days <= 0 or is_only_spoken_of(reading.text, reading, SET, "nb"):
        return CHOOSE, values
    return SET, {**values, "days": days, "typed": True}


def _days(before: "re.Match[str]") -> int | None:
    count = before["count"]
    number = int(count) if count.isdecimal() else int(NUMBERS.get(count, "1" if count in ("ei", "a") else "0"))
    return number * (7 if before["unit"].startswith(("uk", "vek", "week")) else 1) or None


def _until(reading: Reading, days: tuple[date, date], today: date) -> int | None:
    """How many days before the milestone a day that the text names is; None where it names none, or a span."""
    window = reading.window
    if window is None or window.is_open or window.no_such_day or window.first != window.last or window.first < today:
        return None
    return (days[0] - window.first).days
