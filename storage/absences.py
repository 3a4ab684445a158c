"""Absences: for how many weeks somebody has been silent. Kept is the week of their last act, and never why."""

from datetime import date, timedelta

from sqlmodel import Session

from storage.people import Person

A_WEEK = timedelta(days=7)


def week_of(day: date) -> date:
    """The Monday of the day's ISO week: as exactly as an act is remembered."""
    return day - timedelta(days=day.weekday())


def note(session: Session, person: Person, today: date) -> date | None:
    """Notes that the person wrote or pressed something this week. Returns the first day after the week of their last
    act before it; None where that was this week or is not known."""
    week, before = week_of(today), person.active_week
    if before is not None and before >= week:
        return None
    person.active_week = week
    session.add(person)
    session.flush()
    return before + A_WEEK if before is not None else None


def was_silent(since: date, today: date, weeks: int) -> bool:
    """Whether that many whole weeks lie between ``since`` and this week; never where it is 0 weeks."""
    return weeks > 0 and week_of(today) - since >= weeks * A_WEEK
