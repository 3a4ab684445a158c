"""Occurrences: what the clock has done already, so that a job run twice, or late, does it once."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from storage.database import UtcDateTime


class Occurrence(SQLModel, table=True):
    """One time that a schedule was due. ``due_at`` is the programme's time, ``schedule`` names whose."""

    schedule: str = Field(primary_key=True)
    due_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)


def record(session: Session, schedule: str, due_at: datetime) -> bool:
    """Records an occurrence; False when another run, or another process, was first."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(Occurrence)
        .values(schedule=schedule, due_at=due_at)
        .on_conflict_do_nothing()
        .returning(col(Occurrence.schedule))
    )
    return session.execute(statement).first() is not None


def is_recorded(session: Session, schedule: str, due_at: datetime) -> bool:
    """Whether that occurrence was done."""
    return session.get(Occurrence, (schedule, due_at)) is not None
