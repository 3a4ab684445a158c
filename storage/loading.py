"""Loads a programme file into the tables: what differs, and nothing else, by the keys of the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, SQLModel, col, select

from storage import initiative_states, initiatives, status_streams
from storage.compositions import CompositionRule
from storage.initiatives import Initiative
from storage.meetings import Meeting, is_made_here
from storage.milestones import Milestone, Phase
from storage.programme_file import ProgrammeFile
from storage.programme_rows import programme_of, rows_of
from storage.programme_schema import DOMAIN
from storage.programmes import Fact, Programme, Source, is_answer_key
from storage.refusals import Refused
from storage.roles import DatedRole
from storage.sign_ups import SignUp
from storage.status_streams import WorkStream
from storage.workgroups import Member, Workgroup

#: The tables that a file fills, and the columns that make a row the same one as before.
TABLES: dict[type[SQLModel], tuple[str, ...]] = {
    Source: ("key",),
    Fact: ("kind", "key"),
    Milestone: ("key",),
    Phase: ("key",),
    Workgroup: ("key",),
    Member: ("workgroup_key", "name"),
    Meeting: ("key",),
    CompositionRule: ("key",),
    WorkStream: ("key",),
    DatedRole: ("key",),
    Initiative: ("key",),
}


@dataclass(frozen=True)
class Change:
    """One row that a file changes: ``kind`` is the table's or the fact's, ``key`` the file's."""

    kind: str
    key: str
    what: Literal["added", "changed", "removed"]


@dataclass(frozen=True)
class _Step:
    change: Change
    old: SQLModel | None
    new: SQLModel | None


def changes(session: Session, file: ProgrammeFile) -> list[Change]:
    """What loading the file would change. Writes nothing."""
    return [step.change for step in _steps(session, file)]


def load(session: Session, file: ProgrammeFile) -> list[Change]:
    """Makes the tables say what the file says. Raises Refused when something is gone that people still use."""
    steps = list(_steps(session, file))
    for step in steps:
        _refuse_removal_in_use(session, step)
    programme = session.get(Programme, file.content.programme.key)
    if programme is None:
        # First and by itself: the other rows refer to it.
        programme = programme_of(file)
        session.add(programme)
    elif steps:
        programme.version += 1
    session.flush()
    for step in steps:
        _take(session, step)
    programme.digest = file.digest
    session.flush()
    return [step.change for step in steps]


def _steps(session: Session, file: ProgrammeFile) -> Iterator[_Step]:
    programme = programme_of(file)
    yield from _compared(session.get(Programme, programme.key), programme, ("key",))
    wanted = list(rows_of(file.content))
    for table, identity in TABLES.items():
        old = {_identity(row, identity): row for row in _existing(session, table, programme.key)}
        new = {_identity(row, identity): row for row in wanted if isinstance(row, table)}
        for key in {**new, **old}:
            yield from _compared(old.get(key), new.get(key), identity)


def _existing(session: Session, table: Any, programme_key: str) -> list[Any]:
    rows = session.exec(select(table).where(table.programme_key == programme_key).order_by(col(table.id)))
    # What leaders answered, people proposed and groups called here is in no file, and was not taken out of one.
    return [row for row in rows if not _is_made_here(getattr(row, "key", ""))]


def _is_made_here(key: str) -> bool:
    return is_answer_key(key) or initiatives.is_idea_key(key) or is_made_here(key) or status_streams.is_made_here(key)


def _compared(old: SQLModel | None, new: SQLModel | None, identity: tuple[str, ...]) -> Iterator[_Step]:
    row = new or old
    if row is None or (old and new and _said(old) == _said(new)):
        return
    kind = row.kind if isinstance(row, Fact) else str(type(row).__tablename__)
    key = "/".join(_identity(row, tuple(column for column in identity if column != "kind")))
    yield _Step(Change(kind, key, "changed" if old and new else "added" if new else "removed"), old, new)


def _identity(row: SQLModel, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(getattr(row, column) for column in columns)


def _said(row: SQLModel) -> dict[str, Any]:
    """What the file says of a row: not what the database or earlier loads gave it."""
    return {name: getattr(row, name) for name in type(row).model_fields if name not in ("id", "version", "digest")}


def _take(session: Session, step: _Step) -> None:
    if step.new is None:
        session.delete(step.old)
    elif step.old is None:
        if not isinstance(step.new, Programme):
            session.add(step.new)
    else:
        for name, value in _said(step.new).items():
            setattr(step.old, name, value)
        session.add(step.old)


def _refuse_removal_in_use(session: Session, step: _Step) -> None:
    if step.change.what != "removed":
        return
    row = step.old
    if isinstance(row, Workgroup) and _has_sign_ups(session, row):
        raise Refused(f"{DOMAIN}.in_use_sign_ups", group=row.title)
    if isinstance(row, Initiative) and row in initiatives.ranked(session, row.programme_key):
        raise Refused(f"{DOMAIN}.in_use_top_list", initiative=row.title)
    if isinstance(row, Initiative) and initiative_states.is_running(session, row.programme_key, row.key):
        raise Refused(f"{DOMAIN}.in_use_running", initiative=row.title)


def _has_sign_ups(session: Session, group: Workgroup) -> bool:
    standing = select(SignUp).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        col(SignUp.ended_at).is_(None),
    )
    return session.exec(standing).first() is not None
