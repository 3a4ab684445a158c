"""Status reports: each is asked for, composed of what the owners of work streams answered, and sent once.

What was answered is in storage/status_answers.py, what was sent in storage/status_told.py.
"""

from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import status_rules, status_streams
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import Refused
from storage.status_streams import WorkStream

LONGEST_INTRODUCTION = 2000


class ReportState(StrEnum):
    """How far a report has come."""

    ASKED = "asked"  # its questions are out
    DRAFT = "draft"  # its hour has come: a project leader may send it
    SENT = "sent"
    LAPSED = "lapsed"  # the next one was composed before anybody sent it


#: Answers may be given and mended.
OPEN = (ReportState.ASKED, ReportState.DRAFT)


class StatusReport(SQLModel, table=True):
    """A report. ``meant_for`` is its day by the rhythm, ``day`` the working day on which it is made at ``composes_at``.
    ``version`` rises with everything that changes what it says."""

    __tablename__ = "status_report"
    __table_args__ = (UniqueConstraint("programme_key", "meant_for"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    meant_for: date
    day: date
    asked_at: datetime = Field(sa_type=UtcDateTime)
    composes_at: datetime = Field(sa_type=UtcDateTime)
    state: ReportState = Field(default=ReportState.ASKED, sa_type=String)
    version: int = 1
    introduction: str = ""
    remarks: str = ""
    edited_by: int | None = Field(default=None, foreign_key="person.id")
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: None where the programme lets it go by itself.
    sent_by: int | None = Field(default=None, foreign_key="person.id")
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: To how many it was owed when it was sent.
    owed: int = 0

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored report has an id"
        return self.id


class StatusItem(SQLModel, table=True):
    """A work stream's place in a report, as it was called then, and who was asked; None where nobody could be."""

    __tablename__ = "status_item"
    __table_args__ = (UniqueConstraint("report_id", "stream_key"),)
    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="status_report.id", index=True)
    stream_key: str
    position: int
    title: Localised = Field(sa_type=JSON)
    #: As documents have it.
    owner_name: str | None = None
    asked: int | None = Field(default=None, foreign_key="person.id")
    stands_in: bool = False
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored item has an id"
        return self.id


class Changed(Refused):
    """The report says something else by now: nobody sends or writes over what they have not seen."""

    def __init__(self) -> None:
        super().__init__("refused.status.changed")


class Rewritten(Refused):
    """Somebody else has written the introduction or the remarks meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, name: str) -> None:
        super().__init__("refused.status.rewritten", name=name)


def open_one(
    session: Session, programme: Programme, meant_for: date, day: date, now: datetime, composes_at: datetime
) -> StatusReport:
    """Begins a report of the programme's streams as they are now."""
    report = StatusReport(
        programme_key=programme.key, meant_for=meant_for, day=day, asked_at=now, composes_at=composes_at
    )
    session.add(report)
    session.flush()
    for position, stream in enumerate(status_streams.every(session, programme.key)):
        _place(session, report, stream, position)
    session.flush()
    return report


def find(session: Session, programme_key: str, meant_for: date) -> StatusReport | None:
    which = (StatusReport.programme_key == programme_key, StatusReport.meant_for == meant_for)
    return session.exec(select(StatusReport).where(*which)).first()


def held(session: Session, programme_key: str, key: int) -> StatusReport:
    """The report as it is now, locked. Raises Refused where there is none."""
    statement = select(StatusReport).where(StatusReport.id == key, StatusReport.programme_key == programme_key)
    found: StatusReport | None = session.exec(
        locked(session, statement).execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise Refused("refused.status.unknown")
    return found


def newest(session: Session, programme_key: str) -> StatusReport | None:
    """The report that is meant for the latest day, whatever became of it."""
    statement = select(StatusReport).where(StatusReport.programme_key == programme_key)
    return session.exec(statement.order_by(col(StatusReport.meant_for).desc())).first()


def current(session: Session, programme_key: str) -> StatusReport | None:
    """The newest report that is neither sent nor lapsed."""
    statement = select(StatusReport).where(
        StatusReport.programme_key == programme_key, col(StatusReport.state).in_(OPEN)
    )
    return session.exec(statement.order_by(col(StatusReport.meant_for).desc())).first()


def sent(session: Session, programme_key: str) -> list[StatusReport]:
    """What was sent, the newest first."""
    statement = select(StatusReport).where(
        StatusReport.programme_key == programme_key, StatusReport.state == ReportState.SENT
    )
    return list(session.exec(statement.order_by(col(StatusReport.meant_for).desc())))


def past(session: Session, programme_key: str) -> list[StatusReport]:
    """What was sent, and what nobody sent before the next one was composed; the newest first."""
    over = (ReportState.SENT, ReportState.LAPSED)
    statement = select(StatusReport).where(
        StatusReport.programme_key == programme_key, col(StatusReport.state).in_(over)
    )
    return list(session.exec(statement.order_by(col(StatusReport.meant_for).desc())))


def before(session: Session, report: StatusReport) -> StatusReport | None:
    """The report that was sent last before this one: what this one is compared with."""
    earlier = (row for row in sent(session, report.programme_key) if row.meant_for < report.meant_for)
    return next(earlier, None)


def items(session: Session, report: StatusReport) -> list[StatusItem]:
    """The report's streams in their order."""
    rows = session.exec(
        select(StatusItem).where(StatusItem.report_id == report.id).order_by(col(StatusItem.position))
    ).all()
    return list(rows)


def to_send(session: Session, programme_key: str) -> StatusReport | None:
    """What a project leader works on: the newest draft, else what is being asked for."""
    which = (StatusReport.programme_key == programme_key, StatusReport.state == ReportState.DRAFT)
    newest = select(StatusReport).where(*which).order_by(col(StatusReport.meant_for).desc())
    return session.exec(newest).first() or current(session, programme_key)


def compose(session: Session, report: StatusReport) -> list[StatusReport]:
    """Its hour has come: it may be sent from now on. Returns the earlier ones that nobody had sent; they lapse."""
    statement = select(StatusReport).where(
        StatusReport.programme_key == report.programme_key,
        col(StatusReport.state).in_(OPEN),
        StatusReport.meant_for < report.meant_for,
    )
    lapsed = list(session.exec(statement.order_by(col(StatusReport.meant_for))))
    for row in lapsed:
        row.state = ReportState.LAPSED
        touch(session, row)
    report.state = ReportState.DRAFT
    touch(session, report)
    return lapsed


def introduce(
    session: Session, acting: Person, programme: Programme, key: int, seen: str, introduction: str, remarks: str,
    now: datetime,
) -> StatusReport:  # fmt: skip
    """Writes what stands before the answers, and after them. Raises NotAllowed for who does not lead the reports,
    Rewritten where the texts are not those that were ``seen`` (``texts``) any more, Refused once it is sent and for
    what is too long."""
    status_rules.must_lead(session, acting, programme)
    report = held(session, programme.key, key)
    if (report.introduction, report.remarks) == (introduction, remarks):
        return report
    must_be_open(report)
    for text in (introduction, remarks):
        if len(text) > LONGEST_INTRODUCTION:
            raise Refused("refused.status.long", length=len(text), limit=LONGEST_INTRODUCTION)
    if texts(report) != seen:
        raise Rewritten(session.get_one(Person, report.edited_by).name if report.edited_by else "")
    report.introduction, report.remarks = introduction, remarks
    report.edited_by, report.edited_at = acting.identity, now
    touch(session, report)
    return report


def texts(report: StatusReport) -> str:
    """What introduction and remarks are known by: an answer that comes meanwhile does not change them."""
    return sha256(f"{report.introduction}\0{report.remarks}".encode()).hexdigest()[:16]


def send(
    session: Session, acting: Person | None, programme: Programme, key: int, version: int, now: datetime
) -> tuple[StatusReport, bool]:
    """Marks it as sent by a project leader, or by nobody where the programme lets it go by itself; returns whether that
    is new: twice is once.

    Raises NotAllowed for who does not lead the reports, Refused before its hour, after the next one's, and where nobody
    would get it, Changed where it says something else than what was looked at.
    """
    rules = status_rules.must_lead(session, acting, programme) if acting else status_rules.must_have(programme)
    report = held(session, programme.key, key)
    if report.state == ReportState.SENT:
        return report, False
    must_be_open(report)
    if report.state != ReportState.DRAFT:
        raise Refused("refused.status.too_early")
    if report.version != version:
        raise Changed
    receiving = status_rules.recipients(session, programme)
    if not receiving and not rules.archive:
        raise Refused("refused.status.nobody")
    report.state, report.sent_at, report.owed = ReportState.SENT, now, len(receiving)
    report.sent_by = acting.identity if acting else None
    touch(session, report)
    return report, True


def must_be_open(report: StatusReport) -> None:
    """Raises Refused once it is sent, or the next one has taken its place."""
    if report.state not in OPEN:
        raise Refused(f"refused.status.{report.state}")


def touch(session: Session, report: StatusReport) -> None:
    """Notes that it says something else by now."""
    report.version += 1
    session.add(report)
    session.flush()


def _place(session: Session, report: StatusReport, stream: WorkStream, position: int) -> None:
    session.add(
        StatusItem(
            report_id=report.identity,
            stream_key=stream.key,
            position=position,
            title=stream.title,
            owner_name=stream.owner_name,
        )
    )
