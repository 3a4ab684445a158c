"""By when questions that were sent and proposals that were handed over get an answer, where the programme promises one;
and for how long an anonymous input may wait before those who handle it are reminded."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from storage import promises, working_days
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.promises import Promise


class Promised(StrEnum):
    """What an answer is promised to, besides sign-ups and ideas: what ``Promise.about`` holds."""

    QUESTION = "question"
    PROPOSAL = "proposal"


def within(programme: Programme, about: Promised) -> tuple[Localised, int] | None:
    """In words and in days; None where the programme promises nothing."""
    said = (programme.answers or {}).get(f"{about}s")
    return (said["words"], said["days"]) if said else None


def input_weeks(programme: Programme) -> int | None:
    """After how many whole weeks inputs that nobody has answered are told of; None for never."""
    weeks = (programme.answers or {}).get("inputs_weeks")
    return weeks if isinstance(weeks, int) else None


def due_by(days: int, today: date) -> date:
    """The last working day of so many days, the next one at the soonest."""
    due = working_days.on_or_before(today + timedelta(days=days))
    return due if due > today else working_days.after(today, 1)


def begin(
    session: Session, person: Person, programme: Programme, about: Promised, key: int, today: date, now: datetime
) -> Promise | None:
    """Promises the person an answer by the programme's choice; None where it promises nothing."""
    said = within(programme, about)
    if said is None:
        return None
    return promises.make(session, person, programme.key, about, str(key), due_by(said[1], today), now)


def keep(session: Session, person: Person, programme_key: str, about: Promised, key: int, now: datetime) -> None:
    """The person was answered; without a promise that is fine."""
    promises.keep(session, person.identity, programme_key, about, str(key), now)


def drop(session: Session, person: Person, programme_key: str, about: Promised, key: int, now: datetime) -> None:
    """What it was about was taken back by the person."""
    promises.drop(session, person, programme_key, about, str(key), now)
