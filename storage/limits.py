"""From when until when something in the documents holds: on days that are known, or within a month or a season."""

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.programmes import Localised


class Limits(SQLModel):
    """Days in the organisation's zone, both included; None where no document limits it.

    ``starts_on`` is the first day it may begin and ``ends_on`` the last day it may end. Where a document gives a month
    or a season only, ``starts_by`` is the last day it may begin and ``ends_from`` the first day it may end: between the
    two it may hold, and nobody knows.
    """

    starts_on: date | None = None
    starts_by: date | None = None
    ends_from: date | None = None
    ends_on: date | None = None
    #: How the document says the limits ("frem til nyttår").
    until_words: Localised | None = Field(default=None, sa_type=JSON)
    from_words: Localised | None = Field(default=None, sa_type=JSON)

    def may_hold_on(self, day: date) -> bool:
        """Whether it holds that day, as far as the documents limit it."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)

    def surely_holds_on(self, day: date) -> bool:
        """Whether it holds that day whichever of the days that may be meant are."""
        begun, over = self.starts_by or self.starts_on, self.ends_from or self.ends_on
        return (begun is None or begun <= day) and (over is None or day <= over)


def of(entry: Any) -> dict[str, Any]:
    """The columns of an entry of a programme's file that has limits."""
    starts, ends = entry.starts.window, entry.ends.window
    return {
        "starts_on": starts.first,
        "starts_by": starts.last if starts.last != starts.first else None,
        "ends_from": ends.first if ends.last != ends.first else None,
        "ends_on": ends.last,
        "from_words": entry.starts.words,
        "until_words": entry.ends.words,
    }
