"""What asks for the last reminder once more, and when: "minn meg igjen i morgen", "snooze til mandag", "om en time"."""

import re
from datetime import date
from typing import Any

from dialogs.understanding.dates import window
from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.orders import is_only_spoken_of
from dialogs.understanding.reading import Reading

ACTION = "snooze.latest"
#: How the words begin that ask to be reminded, and that ask for something later by themselves.
_REMIND, _PUT_OFF = ("minn", "påminn", "paaminn", "remind", "pling", "purr"), ("snooz", "slumr")
_AGAIN = frozenset({"igjen", "ijen", "jen", "att", "again", "seinare", "seinere", "senere", "later", "nytt"})
_MOVE = ("utsett", "utset", "postpone", "delay", "flytt")
_REMINDER = ("påminn", "reminder")
_ASKING = (*_REMIND, *_PUT_OFF, *_MOVE)
#: What takes in more than the last card, or takes it back.
_OTHER = frozenset(
    {"alt", "alle", "all", "everything", "ikke", "ikkje", "aldri", "not", "don", "never", "before", "før"}
)
#: A longer text is about something else.
_LONGEST = 14
_LATER = re.compile(
    r"\b(?:om|in)\s+(?:(?P<half>(?:en |ein |an? )?halv\s*time|half an hour|(?:en |ein )?halvtime)"
    r"|(?P<count>\d{1,3}|\w+)\s+(?P<unit>time|timen|timer|timar|hours?|min|minutt|minutter|minutes?)\b)"
)
_CLOCK = re.compile(r"\b(?:kl(?:okk[ae]n?)?\.?|at)\s*(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?\b")
#: The last day of a span that is meant as that day.
_UNTIL = re.compile(r"\b(?:until|till|fram til|frem til)\b")
#: Parts of a day, as clocks show them.
_PARTS = (("ettermiddag", "14:00"), ("afternoon", "14:00"), ("kveld", "18:00"), ("evening", "18:00"))
_TONIGHT = ("tonight", "18:00")


def snoozed(reading: Reading, subject: dict[str, str], today: date) -> tuple[str, dict[str, Any]] | None:
    """The action and when, where the text asks for the last reminder once more; None where it does not."""
    words = [word.text for word in reading.words]
    if not any(word.startswith(_ASKING) for word in words):
        return None
    if len(words) > _LONGEST or reading.named or not _OTHER.isdisjoint(words):
        return None
    if is_only_spoken_of(reading.text, reading, ACTION, "nb"):
        return None
    values = _when(reading.text, today)
    return (ACTION, values) if _is_asked(words, values, subject) else None


def _is_asked(words: list[str], values: dict[str, Any], subject: dict[str, str]) -> bool:
    if any(word.startswith(_PUT_OFF) for word in words):
        return True
    if any(word.startswith(_MOVE) for word in words):
        return any(word.startswith(_REMINDER) for word in words)
    if not any(word.startswith(_REMIND) for word in words):
        return False
    # "Minn meg på det i morgen": after an answer about a milestone, that is what is meant.
    is_that = not {"det", "dette", "it", "this"}.isdisjoint(words) and bool(values) and "milestone" not in subject
    return not _AGAIN.isdisjoint(words) or is_that


def _when(text: str, today: date) -> dict[str, Any]:
    """``minutes`` from now, or the ``day`` and, where it is said, the ``clock``; empty where no time is named."""
    later = _LATER.search(text)
    if later is not None and (minutes := _minutes(later)):
        return {"minutes": minutes}
    clock = _CLOCK.search(text)
    said = f"{int(clock['hour']):02}:{clock['minute'] or '00'}" if clock else _part(text)
    days = _UNTIL.sub("on", _CLOCK.sub(" ", text))
    found = window(days, today)
    if found is None:
        return {"day": today.isoformat(), "clock": said} if said else {}
    if found.no_such_day is not None:
        return {"day": days[found.start : found.end]}
    if found.first == found.last == today and not said:
        return {}
    return {"day": found.first.isoformat()} | ({"clock": said} if said else {})


def _minutes(later: "re.Match[str]") -> int:
    if later["half"]:
        return 30
    count = later["count"]
    number = int(count) if count.isdecimal() else int(NUMBERS.get(count, "1" if count in ("ei", "an", "a") else "0"))
    return number * (1 if later["unit"].startswith("min") else 60)


def _part(text: str) -> str:
    return next((clock for word, clock in (*_PARTS, _TONIGHT) if word in text), "")
