"""Versions of a programme's criteria: which weights held when. Changing them changes nothing of the past."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from storage import prioritising
from storage.database import UtcDateTime, locked
from storage.prioritising import Criterion
from storage.programmes import Programme


class CriteriaVersion(SQLModel, table=True):
    """The criteria with their weights, from a moment on; never changed. The newest one holds."""

    __tablename__ = "criteria_version"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: As ``Criterion`` has them.
    criteria: list[dict[str, Any]] = Field(sa_type=JSON)
    holds_from: datetime = Field(sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id

    @property
    def each(self) -> list[Criterion]:
        return [Criterion(**said) for said in self.criteria]


def note_changed(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's job: as ``note``, once anybody was asked for points. Nobody is owed anything by that."""
    if find(session, programme.key) is not None:
        note(session, programme, now)
    return 0


def note(session: Session, programme: Programme, now: datetime) -> int:
    """Keeps the criteria of the programme's file from now on, where they are other than before; returns whether. The
    clock does it, and whoever asks for points: a file is loaded without a *now*."""
    wanted = [asdict(one) for one in prioritising.criteria(programme)]
    last = find(session, programme.key)
    if last is not None and last.criteria == wanted:
        return 0
    session.exec(locked(session, select(Programme).where(Programme.key == programme.key))).one()
    last = find(session, programme.key)
    if last is not None and last.criteria == wanted:
        return 0
    session.add(CriteriaVersion(programme_key=programme.key, criteria=wanted, holds_from=now))
    session.flush()
    return 1


def find(session: Session, programme_key: str, at: datetime | None = None) -> CriteriaVersion | None:
    """What holds, or held then; None where nothing had been noted."""
    statement = select(CriteriaVersion).where(CriteriaVersion.programme_key == programme_key)
    if at is not None:
        statement = statement.where(col(CriteriaVersion.holds_from) <= at)
    return session.exec(statement.order_by(col(CriteriaVersion.id).desc())).first()


def current(session: Session, programme: Programme, now: datetime) -> CriteriaVersion:
    """What holds now, noted where it was not yet."""
    note(session, programme, now)
    found = find(session, programme.key)
    assert found is not None
    return found
