"""Occurrences: what the clock has done already, so that a job run twice, or late, does it once."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.database import UtcDateTime
from storage.programmes import Programme


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


def latest(session: Session, schedule: str, before: datetime) -> datetime | None:
    """The last one of a schedule that was done before then; None where none was."""
    which = (Occurrence.schedule == schedule, col(Occurrence.due_at) < before)
    return session.exec(select(func.max(Occurrence.due_at)).where(*which)).one()


def forget(session: Session, schedule: str, before: datetime) -> None:
    """Forgets what was done of a schedule before then, where only the last one is ever asked for."""
    session.execute(delete(Occurrence).where(col(Occurrence.schedule) == schedule, col(Occurrence.due_at) < before))


def note_awake(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's last job: notes, to the hour, that it has done what was due by now. Nothing is owed by that."""
    hour, schedule = now.replace(minute=0, second=0, microsecond=0), _awake(programme.key)
    if record(session, schedule, hour):
        forget(session, schedule, hour)
    return 0


def was_asleep(session: Session, programme_key: str, due_at: datetime) -> bool:
    """Whether nobody has done yet what was due then. A clock that never ran has missed nothing."""
    noted = session.exec(select(func.max(Occurrence.due_at)).where(Occurrence.schedule == _awake(programme_key))).one()
    return noted is not None and noted < due_at


def _awake(programme_key: str) -> str:
    return f"awake:{programme_key}"
