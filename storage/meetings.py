"""Meetings of groups: those that documents name and those called here, what became of each, and its papers."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, and_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, locked
from storage.group_work import must_run
from storage.milestones import Precision
from storage.people import Person
from storage.programmes import Localised
from storage.refusals import Refused
from storage.workgroups import Workgroup

LONGEST_TITLE = 120
LONGEST_PLACE = 120
LONGEST_WITH = 300
LONGEST_LINK = 500
LONGEST_FORM = 64
#: The columns that a plan fills in.
_PLANNED = ("kind", "first_day", "last_day", "title", "starts_at", "ends_at", "place", "involved")
#: No key of a file has a colon in it.
_MADE_HERE = "here:"


class MeetingKind(StrEnum):
    """Whose meeting it is."""

    MEETING = "meeting"  # the group's own
    INVOLVEMENT = "involvement"  # with those whom the group involves: medvirkningsmøte


class MeetingState(StrEnum):
    """What became of a meeting."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class Meeting(SQLModel, table=True):
    """A meeting as a document names it, or as it was called here; ``first_day`` and ``last_day`` as for milestones."""

    __tablename__ = "group_meeting"
    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    key: str
    position: int = 0
    kind: MeetingKind = Field(default=MeetingKind.MEETING, sa_type=String)
    #: None where it is called nothing else than a meeting of the group.
    title: Localised | None = Field(default=None, sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    precision: Precision = Field(sa_type=String)
    first_day: date | None = Field(default=None, index=True)
    last_day: date | None = None
    said_day: date | None = None
    word: Localised | None = Field(default=None, sa_type=JSON)
    #: Times of day in the organisation's zone, as 09:00; only where the day is known.
    starts_at: str | None = None
    ends_at: str | None = None
    place: str | None = None
    #: Who is met with.
    involved: list[Localised] = Field(default_factory=list, sa_type=JSON)
    minutes: str | None = None
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


class MeetingRecord(SQLModel, table=True):
    """What became of a meeting, by whoever runs the group: a file that is loaded again does not touch it."""

    __tablename__ = "meeting_record"
    __table_args__ = (UniqueConstraint("programme_key", "meeting_key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    meeting_key: str
    state: MeetingState = Field(default=MeetingState.PLANNED, sa_type=String)
    minutes: str | None = None
    #: The day its papers were sent to the employees' side; None until they were.
    papers_on: date | None = None
    changed_by: int = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Plan:
    """A meeting as whoever calls it writes it. ``starts_at`` and ``ends_at`` are as 09:00, or empty."""

    kind: MeetingKind
    on: date
    title: str = ""
    starts_at: str = ""
    ends_at: str = ""
    place: str = ""
    involved: str = ""


@dataclass(frozen=True)
class Known:
    """A meeting, and what became of it where somebody has said."""

    meeting: Meeting
    record: MeetingRecord | None = None

    @property
    def state(self) -> MeetingState:
        if self.record is not None:
            return MeetingState(self.record.state)
        return MeetingState.HELD if self.meeting.minutes else MeetingState.PLANNED

    @property
    def minutes(self) -> str:
        return (self.record.minutes if self.record else None) or self.meeting.minutes or ""

    @property
    def papers(self) -> date | None:
        return self.record.papers_on if self.record else None


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class Changed(WrongField):
    """Somebody else has changed it meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, field: str) -> None:
        super().__init__("refused.meeting.changed", field)


def is_made_here(key: str) -> bool:
    """Whether a meeting was called here, and is in no file."""
    return key.startswith(_MADE_HERE)


def every(session: Session, programme_key: str, group: str | None = None) -> list[Known]:
    """The programme's meetings, or one group's, by day; those without one last."""
    which = Meeting.programme_key == programme_key
    found = session.exec(
        _with_records()
        .where(which, Meeting.workgroup_key == group if group is not None else which)
        .order_by(
            col(Meeting.first_day).is_(None), col(Meeting.first_day), col(Meeting.starts_at), col(Meeting.position)
        )
    ).all()
    return [Known(meeting, record) for meeting, record in found]


def get(session: Session, programme_key: str, key: str) -> Known:
    """One meeting. Raises Refused where the programme has none of that key."""
    meeting = session.exec(select(Meeting).where(Meeting.programme_key == programme_key, Meeting.key == key)).first()
    if meeting is None:
        raise Refused("refused.meeting.unknown")
    return Known(meeting, _record(session, programme_key, key))


def held(session: Session, programme_key: str, key: str) -> Known:
    """As ``get``, with the meeting and what became of it locked."""
    meeting = select(Meeting).where(Meeting.programme_key == programme_key, Meeting.key == key)
    statement = select(MeetingRecord).where(
        MeetingRecord.programme_key == programme_key, MeetingRecord.meeting_key == key
    )
    for one in (meeting, statement):
        session.exec(locked(session, one).execution_options(populate_existing=True)).first()
    return get(session, programme_key, key)


def stamp_of_plan(known: Known) -> str:
    """What a form for moving the meeting was opened on."""
    return _stamp([getattr(known.meeting, name) for name in _PLANNED])


def stamp_of_record(known: Known) -> str:
    """What a form for what became of the meeting was opened on."""
    return _stamp([known.state.value, known.minutes, known.papers])


def between(session: Session, programme_key: str, first: date, last: date) -> list[Known]:
    """The meetings whose day is known and lies between these, both included, but for those that were cancelled."""
    found = session.exec(
        _with_records()
        .where(
            Meeting.programme_key == programme_key,
            Meeting.precision == Precision.DAY,
            col(Meeting.first_day) >= first,
            col(Meeting.first_day) <= last,
        )
        .order_by(col(Meeting.first_day), col(Meeting.starts_at), col(Meeting.position))
    ).all()
    return [known for known in (Known(*pair) for pair in found) if known.state is not MeetingState.CANCELLED]


def call(session: Session, acting: Person, group: Workgroup, plan: Plan, form: str) -> tuple[Known, bool]:
    """Calls a meeting; the same form sent twice is one. Returns it and whether it is new.

    Raises NotAllowed for who does not run groups, WrongField for what cannot be.
    """
    must_run(session, acting, group.programme_key, group.key)
    _check(plan)
    key = f"{_MADE_HERE}{form[:LONGEST_FORM]}"
    which = (Meeting.programme_key == group.programme_key, Meeting.key == key)
    found = session.exec(select(Meeting).where(*which)).first()
    if found is not None:
        return Known(found, _record(session, group.programme_key, key)), False
    made = Meeting(
        programme_key=group.programme_key, workgroup_key=group.key, key=key, precision=Precision.DAY, **_columns(plan)
    )
    session.add(made)
    session.flush()
    return Known(made), True


def move(
    session: Session, acting: Person, programme_key: str, key: str, plan: Plan, seen: str = ""
) -> tuple[Known, bool]:
    """Changes a meeting that was called here; returns it and whether anything changed. Raises as ``call``, Refused for
    one of the programme's file, which is changed there, and for one that was held or cancelled, and Changed where
    somebody has moved it since ``seen``, the stamp of its plan; nothing is compared with a stamp that is empty."""
    known = held(session, programme_key, key)
    must_run(session, acting, programme_key, known.meeting.workgroup_key)
    if not is_made_here(key):
        raise Refused("refused.meeting.in_file")
    _check(plan)
    if known.state is not MeetingState.PLANNED:
        raise Refused(f"refused.meeting.{known.state}")
    wanted = _columns(plan)
    if all(getattr(known.meeting, name) == value for name, value in wanted.items()):
        return known, False
    if seen and seen != stamp_of_plan(known):
        raise Changed("day")
    for name, value in wanted.items():
        setattr(known.meeting, name, value)
    session.add(known.meeting)
    session.flush()
    return known, True


def must_be_seen(known: Known, state: MeetingState, minutes: str, papers: date | None, seen: str) -> None:
    """Raises Changed where somebody else has said since ``seen``, the stamp of the record, what became of the meeting.
    The same again is fine, and an empty stamp is compared with nothing."""
    is_same = (state, minutes) == (known.state, known.minutes) and papers in (None, known.papers)
    if seen and seen != stamp_of_record(known) and not is_same:
        raise Changed("state")


def note(
    session: Session, acting: Person, programme_key: str, key: str, state: MeetingState, minutes: str, now: datetime,
    today: date,
) -> tuple[Known, bool]:  # fmt: skip
    """Says what became of a meeting, and where its minutes are; returns it and whether anything changed.

    Raises NotAllowed for who does not run groups, WrongField for a link that is none, for minutes of a meeting that
    was not held, and for one as held before its day.
    """
    known = get(session, programme_key, key)
    must_run(session, acting, programme_key, known.meeting.workgroup_key)
    if minutes and (not minutes.startswith("https://") or " " in minutes or len(minutes) > LONGEST_LINK):
        raise WrongField("refused.meeting.link", "minutes")
    if minutes and state is not MeetingState.HELD:
        raise WrongField("refused.meeting.not_held", "minutes")
    if (known.state, known.minutes) == (state, minutes):
        return known, False
    first = known.meeting.first_day
    if state is MeetingState.HELD and known.state is not state and first is not None and first > today:
        raise WrongField("refused.meeting.not_yet", "state")
    record = _held_record(session, acting, programme_key, key, now)
    record.state, record.minutes = state, minutes or None
    return _changed(session, acting, known, record, now), True


def send_papers(
    session: Session, acting: Person, programme_key: str, key: str, day: date, today: date, now: datetime
) -> tuple[Known, bool]:
    """Records that the meeting's papers were sent to the employees' side; returns it and whether that is new.

    Raises NotAllowed for who does not run groups, WrongField for a day to come.
    """
    known = get(session, programme_key, key)
    must_run(session, acting, programme_key, known.meeting.workgroup_key)
    if day > today:
        raise WrongField("refused.meeting.papers_to_come", "papers")
    if known.record is not None and known.record.papers_on == day:
        return known, False
    record = _held_record(session, acting, programme_key, key, now)
    record.papers_on = day
    return _changed(session, acting, known, record, now), True


def _stamp(values: list[Any]) -> str:
    return sha256(json.dumps(values, default=str, ensure_ascii=False).encode()).hexdigest()[:16]


def _with_records() -> Any:
    is_its = and_(
        col(MeetingRecord.programme_key) == Meeting.programme_key, col(MeetingRecord.meeting_key) == Meeting.key
    )
    # A file may have left the group out since its meeting was called.
    is_of = and_(col(Workgroup.programme_key) == Meeting.programme_key, col(Workgroup.key) == Meeting.workgroup_key)
    return select(Meeting, MeetingRecord).join(Workgroup, is_of).outerjoin(MeetingRecord, is_its)


def _held_record(session: Session, acting: Person, programme_key: str, key: str, now: datetime) -> MeetingRecord:
    """The record, locked; a new one begins with what the file says."""
    statement = select(MeetingRecord).where(
        MeetingRecord.programme_key == programme_key, MeetingRecord.meeting_key == key
    )
    found: MeetingRecord | None = session.exec(locked(session, statement)).first()
    if found is not None:
        return found
    known = get(session, programme_key, key)
    return MeetingRecord(
        programme_key=programme_key,
        meeting_key=key,
        state=known.state,
        minutes=known.minutes or None,
        changed_by=acting.identity,
        changed_at=now,
    )


def _changed(session: Session, acting: Person, known: Known, record: MeetingRecord, now: datetime) -> Known:
    record.changed_by, record.changed_at = acting.identity, now
    session.add(record)
    session.flush()
    return Known(known.meeting, record)


def _record(session: Session, programme_key: str, key: str) -> MeetingRecord | None:
    return session.exec(
        select(MeetingRecord).where(MeetingRecord.programme_key == programme_key, MeetingRecord.meeting_key == key)
    ).first()


def _check(plan: Plan) -> None:
    for field, text, longest in (
        ("title", plan.title, LONGEST_TITLE),
        ("place", plan.place, LONGEST_PLACE),
        ("involved", plan.involved, LONGEST_WITH),
    ):
        if len(text) > longest:
            raise WrongField("refused.meeting.long", field, length=len(text), limit=longest)
    if plan.ends_at and (not plan.starts_at or plan.ends_at <= plan.starts_at):
        raise WrongField("refused.meeting.ends_before", "ends")


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "first_day": plan.on,
        "last_day": plan.on,
        "title": {"nb": plan.title} if plan.title else None,
        "starts_at": plan.starts_at or None,
        "ends_at": plan.ends_at or None,
        "place": plan.place or None,
        "involved": [{"nb": plan.involved}] if plan.involved else [],
    }
