"""Employees: who the employer's people file lists in a programme, where they work, and from when until when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Index, UniqueConstraint, and_, case, delete, func, insert, literal, null, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from storage.people import Address
from storage.programmes import Programme

#: The channel whose account is the e-mail address itself, in small letters.
BY_EMAIL = "email"
#: How long somebody who is gone from the file is remembered, by id or e-mail only, so that nothing is sent to them.
REMEMBERED = timedelta(days=365)
#: What the file says of somebody: the columns that are compared, and emptied when they are gone.
SAID = (
    "directory_id",
    "email",
    "name",
    "unit",
    "site",
    "employment",
    "language",
    "starts_on",
    "ends_on",
    "leader_email",
)
#: Why somebody whom the people file knows is sent nothing.
OUTSIDE_DATES = "outside_dates"
LEFT = "left"


class Employee(SQLModel, table=True):
    """Somebody of the people file: known by the directory's id, by e-mail, or both, in small letters.

    Days are inclusive, in the organisation's zone. ``left_on`` is the day when the file listed them no longer; nothing
    but the id and the e-mail is kept of them then.
    """

    __table_args__ = (
        UniqueConstraint("programme_key", "directory_id"),
        Index("ix_employee_email", "programme_key", "email"),
        Index("ix_employee_name", "programme_key", "name"),
    )
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    directory_id: str | None = None
    email: str | None = None
    name: str = ""
    unit: str = ""
    site: str = ""
    employment: str = ""
    #: nb, nn or en: what to write in until they choose one and while their client's is not known.
    language: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    #: Their nearest leader, by e-mail.
    leader_email: str | None = None
    left_on: date | None = None


@dataclass(frozen=True)
class Listed:
    """What one line of a people file says."""

    directory_id: str | None
    email: str | None
    name: str
    unit: str = ""
    site: str = ""
    employment: str = ""
    language: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    leader_email: str | None = None


@dataclass(frozen=True)
class Change:
    """What a people file changes for one person."""

    what: Literal["new", "changed", "gone"]
    name: str


@dataclass(frozen=True)
class Changes:
    """What a people file changes, the new first, and how many it leaves as they are."""

    changes: tuple[Change, ...]
    unchanged: int

    def names(self, what: str) -> list[str]:
        return [change.name for change in self.changes if change.what == what]


@dataclass(frozen=True)
class _Step:
    old: Employee | None
    new: Listed | None


def changes(session: Session, programme_key: str, listed: Iterable[Listed]) -> Changes:
    """What saving the list would change. Writes nothing."""
    return _told(list(_steps(session, programme_key, listed)))


def save(session: Session, programme_key: str, listed: Iterable[Listed], today: date) -> Changes:
    """Makes the programme's employees be who is listed; a second time changes nothing.

    What was decided before must have its rows by then: see ``broadcasts.unexpanded``.
    """
    hold(session, programme_key, alone=True)
    steps = list(_steps(session, programme_key, listed))
    told = _told(steps)
    forgotten = col(Employee.left_on) < today - REMEMBERED
    session.execute(delete(Employee).where(col(Employee.programme_key) == programme_key, forgotten))
    gone = [step.old.id for step in steps if step.old and step.new is None]
    emptied: dict[str, Any] = dict.fromkeys(("name", "unit", "site", "employment"), "")
    emptied |= dict.fromkeys(("language", "starts_on", "ends_on", "leader_email"))
    changed = [
        {"id": step.old.id, "left_on": None, **vars(step.new)}
        for step in steps
        if step.old and step.new and not _is_same(step.old, step.new)
    ]
    new = [{"programme_key": programme_key, **vars(step.new)} for step in steps if step.old is None and step.new]
    rows = [{"id": key, "left_on": today, **emptied} for key in gone]
    for statement, values in ((update(Employee), rows), (update(Employee), changed), (insert(Employee), new)):
        if values:
            session.execute(statement, values)
    session.expire_all()
    return told


def hold(session: Session, programme_key: str, *, alone: bool = False) -> None:
    """Waits for who is changing the programme's employees, and keeps them as they are until the transaction is over.
    On SQLite whoever may write is alone anyhow."""
    if session.get_bind().dialect.name != "sqlite":
        statement = select_columns(col(Programme.key)).where(col(Programme.key) == programme_key)
        session.execute(statement.with_for_update(read=not alone, key_share=not alone))


def is_listed(session: Session, programme_key: str) -> bool:
    """Whether a people file was ever read for the programme."""
    return session.exec(select(Employee.id).where(Employee.programme_key == programme_key).limit(1)).first() is not None


def values_of(session: Session, programme_key: str, field: str, most: int) -> list[str]:
    """The units, sites or kinds of employment that the file names, by the alphabet."""
    column: Any = getattr(Employee, field)
    statement = (
        select(column)
        .where(Employee.programme_key == programme_key, col(Employee.left_on).is_(None), column != "")
        .distinct()
        .order_by(column)
        .limit(most)
    )
    return list(session.exec(statement))


def person_of() -> Any:
    """SQL: the person whom an employee's row is about, or NULL while the bot has not met them; chat before e-mail."""
    return (
        select_columns(col(Address.person_id))
        .where(_is_address_of(), col(Address.person_id).is_not(None))
        .order_by(col(Address.channel) == BY_EMAIL, col(Address.gone_reason).is_not(None), col(Address.person_id))
        .limit(1)
        .correlate(Employee)
        .scalar_subquery()
    )


def why_nothing(person_id: Any, programme_key: str, day: date) -> Any:
    """SQL: why a person is sent nothing of the programme's on that day by its people file, or NULL."""
    return (
        select_columns(why_nothing_here(day))
        .select_from(Address)
        .join(Employee, _is_address_of(programme_key))
        .where(col(Address.person_id) == person_id)
        .order_by(col(Employee.left_on).is_not(None), col(Employee.id))
        .limit(1)
        .correlate_except(Address, Employee)
        .scalar_subquery()
    )


def language_of(person_id: Any, programme_key: Any) -> Any:
    """SQL: the language that the people file of the programme has for a person, or NULL."""
    return (
        select_columns(func.min(col(Employee.language)))
        .select_from(Address)
        .join(Employee, _is_address_of(programme_key))
        .where(col(Address.person_id) == person_id)
        .correlate_except(Address, Employee)
        .scalar_subquery()
    )


def why_nothing_here(day: date) -> Any:
    """SQL: the same of an employee's row at hand."""
    is_outside = or_(col(Employee.starts_on) > day, col(Employee.ends_on) < day)
    return case((col(Employee.left_on).is_not(None), literal(LEFT)), (is_outside, literal(OUTSIDE_DATES)), else_=null())


def _is_address_of(programme_key: Any = None) -> Any:
    """Whether an address is an employee's. The programme is in each half, for SQLite to find both by index."""
    of_programme = [] if programme_key is None else [col(Employee.programme_key) == programme_key]
    is_email = [col(Address.channel) == BY_EMAIL, col(Address.tenant) == ""]
    return or_(
        and_(*of_programme, col(Address.directory_id) == col(Employee.directory_id)),
        and_(*of_programme, *is_email, col(Address.account) == col(Employee.email)),
    )


def last_id(session: Session) -> int:
    return session.exec(select(func.max(Employee.id))).one() or 0


def _steps(session: Session, programme_key: str, listed: Iterable[Listed]) -> Iterator[_Step]:
    """Who is who: by the directory's id, else by the e-mail where one of the two has no id."""
    known = list(session.exec(select(Employee).where(Employee.programme_key == programme_key)))
    by_id = {row.directory_id: row for row in known if row.directory_id}
    found: set[int | None] = set()
    unmatched = []
    for one in listed:
        row = by_id.get(one.directory_id) if one.directory_id else None
        if row is None:
            unmatched.append(one)
        else:
            found.add(row.id)
            yield _Step(row, one)
    by_email = {row.email: row for row in known if row.email and row.id not in found}
    for one in unmatched:
        row = by_email.get(one.email) if one.email else None
        if row is not None and one.directory_id and row.directory_id:
            row = None
        if row is not None:
            found.add(row.id)
        yield _Step(row, one)
    for row in known:
        if row.id not in found and row.left_on is None:
            yield _Step(row, None)


def _is_same(row: Employee, one: Listed) -> bool:
    return row.left_on is None and all(getattr(row, name) == getattr(one, name) for name in SAID)


def _told(steps: list[_Step]) -> Changes:
    found: dict[str, list[Change]] = {"new": [], "changed": [], "gone": []}
    unchanged = 0
    for step in steps:
        if step.new is None:
            found["gone"].append(Change("gone", step.old.name if step.old else ""))
        elif step.old is None or step.old.left_on is not None:
            found["new"].append(Change("new", step.new.name))
        elif _is_same(step.old, step.new):
            unchanged += 1
        else:
            found["changed"].append(Change("changed", step.new.name))
    return Changes((*found["new"], *found["changed"], *found["gone"]), unchanged)
