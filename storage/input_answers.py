"""That inputs were answered: how many on a day, and of none which, so that everyone's digest can say that answers are
there to be read."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, select

from storage import anonymous_input
from storage.anonymous_input import InputStore, of_programme
from storage.database import locked
from storage.people import Person
from storage.programmes import Programme


class InputAnswers(SQLModel, table=True):
    """How many inputs of a programme were answered on a day: its handlers' work, and nothing of any input."""

    __tablename__ = "input_answers"
    programme_key: str = Field(primary_key=True, foreign_key="programme.key")
    #: The day in the programme's zone.
    day: date = Field(primary_key=True)
    count: int = 0


def answer(
    store: InputStore, session: Session, acting: Person, programme: Programme, key: str, text: str, today: date
) -> None:
    """Answers an input; the first answer is counted. Raises what ``anonymous_input.answer`` raises."""
    acting.must_be(session, "input_handler", programme.key)
    with store.database.reading() as inputs:
        is_first = of_programme(inputs, programme.key, key).sealed_answer is None
    if is_first and text.strip():
        _count(session, programme.key, today)
    anonymous_input.answer(store, session, acting, programme.key, key, text)


def between(session: Session, programme: Programme, since: datetime, until: datetime) -> int:
    """How many were answered on the days from that of ``since`` on, before that of ``until``: with digests that come at
    one hour, each day is told of once."""
    zone = ZoneInfo(programme.timezone)
    first, end = since.astimezone(zone).date(), until.astimezone(zone).date()
    total = session.exec(
        select(func.coalesce(func.sum(InputAnswers.count), 0)).where(
            InputAnswers.programme_key == programme.key, InputAnswers.day >= first, InputAnswers.day < end
        )
    ).one()
    return int(total)


def _count(session: Session, programme_key: str, today: date) -> None:
    statement = select(InputAnswers).where(InputAnswers.programme_key == programme_key, InputAnswers.day == today)
    row = session.exec(locked(session, statement)).first() or InputAnswers(programme_key=programme_key, day=today)
    row.count += 1
    session.add(row)
    session.flush()
