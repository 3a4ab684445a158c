"""Calendars: what stands in the programme's calendar and in each group's, how often it changed, and where it is found.

The clock compares what is planned with what the calendars hold. A reader of the calendar learns of a change by the
entry's sequence, which rises with each: https://www.rfc-editor.org/rfc/rfc5545#section-3.8.7.4
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, select

from storage import meetings, milestones, workgroups
from storage.database import UtcDateTime, locked
from storage.meetings import MeetingState
from storage.milestones import DATED, NOT_PLANNED
from storage.programmes import Programme
from storage.refusals import Refused

#: Bytes of chance in an address: 96 bits, which make 16 characters. A plan may be of what is not public yet.
LENGTH = 12
#: The calendar of the whole programme, where a group's key would stand.
WHOLE = ""
_DAYS = ("first_day", "last_day", "said_day")


class CalendarEntry(SQLModel, table=True):
    """What the calendars hold of one milestone or meeting, as it was last compared. Nobody's name is in it."""

    __tablename__ = "calendar_entry"
    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: ``milestone:…`` or ``meeting:…``: the same for ever, so that a calendar knows it again.
    key: str
    #: What is said of it: see ``_milestone`` and ``_meeting``.
    state: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sequence: int = 0
    is_cancelled: bool = False
    changed_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def days(self) -> tuple[date, date]:
        """The window of days that it means, both included."""
        return date.fromisoformat(self.state["first_day"]), date.fromisoformat(self.state["last_day"])


class CalendarLink(SQLModel, table=True):
    """Where one calendar is found: by chance alone, and the same for everybody who asks."""

    __tablename__ = "calendar_link"
    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key"),)
    key: str = Field(primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    #: WHOLE for the programme's.
    workgroup_key: str


@dataclass(frozen=True)
class Calendar:
    """A calendar as it is served: ``group`` is the title of whose it is, None of the programme's own."""

    programme: Programme
    group: dict[str, str] | None
    entries: list[CalendarEntry]


def note_planned(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's job: as ``note``. Nobody is owed anything by that."""
    note(session, programme, now)
    return 0


def note(session: Session, programme: Programme, now: datetime) -> int:
    """Brings what the calendars hold to what is planned; returns how much that changed. What is planned no more is
    cancelled, not taken out: a calendar that has it would keep it."""
    statement = select(CalendarEntry).where(CalendarEntry.programme_key == programme.key)
    held = {row.key: row for row in session.exec(statement).all()}
    wanted = dict(_planned(session, programme.key))
    if all(_is_same(held.get(key), *said) for key, said in wanted.items()) and not (
        {key for key, row in held.items() if not row.is_cancelled} - wanted.keys()
    ):
        return 0
    # Two processes that noticed it at once change it once.
    held = {row.key: row for row in session.exec(locked(session, statement)).all()}
    changed = 0
    for key, (state, is_cancelled) in wanted.items():
        changed += _bring(session, programme.key, held.get(key), key, state, is_cancelled, now)
    for key, row in held.items():
        if key not in wanted:
            changed += _bring(session, programme.key, row, key, row.state, True, now)
    return changed


def link(session: Session, programme_key: str, group: str = WHOLE) -> str:
    """The key of the calendar's address, made when it is first asked for. Raises Refused for a group that is none."""
    if group != WHOLE:
        workgroups.get(session, programme_key, group)
    which = (CalendarLink.programme_key == programme_key, CalendarLink.workgroup_key == group)
    found = session.exec(select(CalendarLink).where(*which)).first()
    if found is None:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        values = {"key": secrets.token_urlsafe(LENGTH), "programme_key": programme_key, "workgroup_key": group}
        session.execute(dialect.insert(CalendarLink).values(values).on_conflict_do_nothing())
        found = session.exec(select(CalendarLink).where(*which)).one()
    return found.key


def find(session: Session, key: str, entry: int | None = None) -> Calendar | None:
    """The calendar at that address, or one entry of it; None where there is none."""
    known = session.get(CalendarLink, key)
    if known is None:
        return None
    group = None
    if known.workgroup_key != WHOLE:
        try:
            group = workgroups.get(session, known.programme_key, known.workgroup_key)
        except Refused:
            return None
    rows = [
        row for row in entries(session, known.programme_key, known.workgroup_key) if entry is None or row.id == entry
    ]
    if entry is not None and not rows:
        return None
    return Calendar(session.get_one(Programme, known.programme_key), group.title if group else None, rows)


def entries(session: Session, programme_key: str, group: str = WHOLE) -> list[CalendarEntry]:
    """What stands in a calendar, by day: of the programme's its milestones, of a group's its meetings and the
    milestones by which it hands something in."""
    rows = session.exec(select(CalendarEntry).where(CalendarEntry.programme_key == programme_key)).all()
    found = [row for row in rows if _is_of(row, group)]
    return sorted(found, key=lambda row: (row.days, row.key))


def entry_of(session: Session, programme_key: str, key: str) -> CalendarEntry | None:
    """The entry of a milestone or a meeting; None where it has no days, or the clock has not seen it yet."""
    return session.exec(
        select(CalendarEntry).where(CalendarEntry.programme_key == programme_key, CalendarEntry.key == key)
    ).first()


def milestone_key(key: str) -> str:
    return f"milestone:{key}"


def meeting_key(key: str) -> str:
    return f"meeting:{key}"


def _is_of(row: CalendarEntry, group: str) -> bool:
    is_meeting = row.state["kind"] == "meeting"
    return group in row.state["groups"] if group != WHOLE else not is_meeting


def _planned(session: Session, programme_key: str) -> Iterator[tuple[str, tuple[dict[str, Any], bool]]]:
    """What has days that are known, each with whether it is cancelled."""
    groups = workgroups.every(session, programme_key)
    for row in milestones.every(session, programme_key):
        if row.kind not in NOT_PLANNED and row.precision in DATED:
            own = [group.key for group in groups if row.key in group.deadlines]
            yield milestone_key(row.key), ({"kind": "milestone", "groups": own, **_said(row)}, False)
    titles = {group.key: {"title": group.title, "number": group.number} for group in groups}
    for known in meetings.every(session, programme_key):
        meeting = known.meeting
        if meeting.precision in DATED and meeting.workgroup_key in titles:
            more = {name: getattr(meeting, name) for name in ("starts_at", "ends_at", "place", "involved")}
            state = {"kind": "meeting", "groups": [meeting.workgroup_key], "of": titles[meeting.workgroup_key]}
            state |= {"meeting": str(meeting.kind), "minutes": known.minutes, **more, **_said(meeting)}
            yield meeting_key(meeting.key), (state, known.state is MeetingState.CANCELLED)


def _said(row: Any) -> dict[str, Any]:
    days = {name: getattr(row, name) for name in _DAYS}
    return {"title": row.title, "precision": str(row.precision), "word": row.word} | {
        name: day.isoformat() if day else None for name, day in days.items()
    }


def _is_same(row: CalendarEntry | None, state: dict[str, Any], is_cancelled: bool) -> bool:
    return row is not None and (row.state, row.is_cancelled) == (state, is_cancelled)


def _bring(
    session: Session,
    programme_key: str,
    row: CalendarEntry | None,
    key: str,
    state: dict[str, Any],
    is_cancelled: bool,
    now: datetime,
) -> int:
    if _is_same(row, state, is_cancelled):
        return 0
    if row is None:
        values = {"programme_key": programme_key, "key": key, "state": state, "sequence": 0}
        values |= {"is_cancelled": is_cancelled, "changed_at": now}
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.execute(dialect.insert(CalendarEntry).values(values).on_conflict_do_nothing())
        return 1
    row.state, row.is_cancelled, row.changed_at = state, is_cancelled, now
    row.sequence += 1
    session.add(row)
    session.flush()
    return 1
