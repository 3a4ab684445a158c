"""Terms: from which day until which day somebody holds a role here, and what day it is while a session lasts.

A session is told the *now* of the programme's by whoever opens it. One that was told none counts no role that has a
limit: where nobody knows what day it is, nobody may do what they may do for some days only.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import Session, col

from storage import programmes

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """Days in the organisation's zone, both included; None where there is no limit."""

    starts_on: date | None = None
    ends_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    def meets(self, other: "Term") -> bool:
        """Whether there is a day that both hold."""
        return _not_after(self.starts_on, other.ends_on) and _not_after(other.starts_on, self.ends_on)


#: Without limits.
ALWAYS = Term()


def tell_now(session: Session, now: datetime) -> None:
    """Says what *now* is while this session lasts; ``now`` is aware."""
    session.info["now"] = now


def day_of(session: Session, programme_key: str) -> date | None:
    """The day it is in that programme's zone; None where the session was told no *now*."""
    now: datetime | None = session.info.get("now")
    if now is None:
        return None
    return now.astimezone(ZoneInfo(programmes.get(session, programme_key).timezone)).date()


def holds(day: date | None, starts_on: Any, ends_on: Any) -> Any:
    """SQL: whether a term with these columns holds on that day; None holds terms without limits alone."""
    starts_on, ends_on = col(starts_on), col(ends_on)
    if day is None:
        return and_(starts_on.is_(None), ends_on.is_(None))
    return and_(or_(starts_on.is_(None), starts_on <= day), or_(ends_on.is_(None), ends_on >= day))


def _not_after(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start <= end
