"""Changes of the plan: what became new, was moved or taken out, and when the clock noticed it.

A file is loaded from a command line that has no *now* of the programme's; the clock compares afterwards.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage import milestones, programmes
from storage.database import UtcDateTime, locked
from storage.milestones import Milestone
from storage.programmes import ANSWER, Programme

_DAYS = ("first_day", "last_day", "said_day")
#: What is known of a milestone; where none of the latter changed it was not moved.
_SAID = ("title", "word", "precision", *_DAYS)
_WHEN = ("word", "precision", *_DAYS)
_PLAN, _MILESTONE = "plan", "milestone"


class What(StrEnum):
    """What became of a milestone or an answer."""

    ADDED = "added"
    MOVED = "moved"
    REMOVED = "removed"


class Noted(SQLModel, table=True):
    """What the plan held when it was last compared: a row per milestone and answer, and one with the version."""

    programme_key: str = Field(primary_key=True, foreign_key="programme.key")
    kind: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class PlanChange(SQLModel, table=True):
    """One change: ``kind`` is milestone or answer; ``before`` and ``after`` are what was known of it."""

    __tablename__ = "plan_change"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    kind: str
    key: str
    what: What = Field(sa_type=String)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    noticed_at: datetime = Field(sa_type=UtcDateTime)


Index("ix_plan_change_noticed", col(PlanChange.programme_key), col(PlanChange.noticed_at))


def note(session: Session, programme: Programme, now: datetime) -> int:
    """Compares the plan with what it was, and records what changed; returns how much. The first time all is known."""
    mark, is_first = _mark(session, programme)
    if mark is None or (not is_first and mark.state == {"version": programme.version}):
        return 0
    before, after = _noted(session, programme.key), dict(_current(session, programme.key))
    found = [] if is_first else list(_changes(programme.key, before, after, now))
    session.add_all(found)
    mine = (col(Noted.programme_key) == programme.key, col(Noted.kind) != _PLAN)
    session.execute(delete(Noted).where(*mine))
    for (kind, key), state in after.items():
        session.add(Noted(programme_key=programme.key, kind=kind, key=key, state=state))
    mark.state = {"version": programme.version}
    session.add(mark)
    session.flush()
    return len(found)


def between(session: Session, programme_key: str, after: datetime, until: datetime) -> list[PlanChange]:
    """What changed after ``after`` and not after ``until``, in the order in which it was noticed."""
    rows = session.exec(
        select(PlanChange)
        .where(
            PlanChange.programme_key == programme_key,
            col(PlanChange.noticed_at) > after,
            col(PlanChange.noticed_at) <= until,
        )
        .order_by(col(PlanChange.noticed_at), col(PlanChange.id))
    ).all()
    return list(rows)


def as_milestone(state: dict[str, Any]) -> Milestone:
    """What was known of a milestone, in a row that is not stored."""
    days = {name: date.fromisoformat(state[name]) if state[name] else None for name in _DAYS}
    return Milestone(**{**state, **days})


def _mark(session: Session, programme: Programme) -> tuple[Noted | None, bool]:
    """The row with the version, and whether it was made just now. None where another process has it in hand."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    where = (Noted.programme_key == programme.key, Noted.kind == _PLAN)
    found = session.exec(locked(session, select(Noted).where(*where))).first()
    if found is not None:
        return found, False
    values = {"programme_key": programme.key, "kind": _PLAN, "key": programme.key, "state": {}}
    made = dialect.insert(Noted).values(values).on_conflict_do_nothing().returning(col(Noted.key))
    if session.execute(made).first() is None:
        return None, False
    return session.exec(select(Noted).where(*where)).one(), True


def _noted(session: Session, programme_key: str) -> dict[tuple[str, str], dict[str, Any]]:
    rows = session.exec(select(Noted).where(Noted.programme_key == programme_key, Noted.kind != _PLAN)).all()
    found = {(row.kind, row.key): row.state for row in rows}
    for row in rows:
        session.expunge(row)
    return found


def _current(session: Session, programme_key: str) -> Any:
    for row in milestones.every(session, programme_key):
        if row.kind not in ("figure_date", "past_event"):
            state = {name: getattr(row, name) for name in _SAID} | {"precision": str(row.precision)}
            yield (_MILESTONE, row.key), state | {name: _iso(state[name]) for name in _DAYS}
    for fact in programmes.facts(session, programme_key, ANSWER):
        yield (ANSWER, fact.key), {"title": fact.title}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _changes(programme_key: str, before: dict[Any, Any], after: dict[Any, Any], now: datetime) -> Any:
    for kind, key in {**after, **before}:
        old, new = before.get((kind, key)), after.get((kind, key))
        if old is None:
            what = What.ADDED
        elif new is None:
            what = What.REMOVED
        elif kind == _MILESTONE and any(old[name] != new[name] for name in _WHEN):
            what = What.MOVED
        else:
            continue
        yield PlanChange(
            programme_key=programme_key, kind=kind, key=key, what=what, before=old, after=new, noticed_at=now
        )
