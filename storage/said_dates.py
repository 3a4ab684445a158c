"""A date as a document says it, kept as one value: its precision, the window of days it means, and its words."""

from datetime import date
from typing import Any

from storage.milestones import Milestone, Precision

_DAYS = ("first_day", "last_day", "said_day")


def of(said: Any) -> dict[str, Any]:
    """What is stored of a date of the programme's file."""
    days = zip(_DAYS, said.window, strict=True)
    return {"precision": str(said.precision), "word": said.words} | {
        name: day.isoformat() if day else None for name, day in days
    }


def as_milestone(stored: dict[str, Any]) -> Milestone:
    """The same in a row that is not stored, for what says when something is."""
    days: dict[str, Any] = {name: date.fromisoformat(stored[name]) if stored[name] else None for name in _DAYS}
    return Milestone(
        programme_key="", key="", title={}, precision=Precision(stored["precision"]), word=stored["word"], **days
    )
