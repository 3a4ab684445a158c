"""What the owners of work streams answered: each answer and each change of it is a row, and none is ever changed."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import status_reports, status_rules, status_streams
from storage.database import UtcDateTime
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from storage.status_reports import StatusItem, StatusReport

LONGEST_TEXT = 700
LONGEST_WHY = 300
LONGEST_RISK = 200
MOST_RISKS = 8


class Standing(StrEnum):
    """How a work stream stands."""

    ON_PLAN = "on_plan"
    AT_RISK = "at_risk"
    LATE = "late"


class By(StrEnum):
    """As what somebody answered."""

    OWNER = "owner"
    STAND_IN = "stand_in"
    LEADER = "leader"  # a project leader, on behalf of the stream or over what it answered


class Said(SQLModel):
    """What is answered; ``why`` is asked of what is not on plan, ``risks`` are each in a line of its own."""

    done: str = ""
    standing: Standing = Field(default=Standing.ON_PLAN, sa_type=String)
    why: str = ""
    deviations: str = ""
    risks: list[str] = Field(default_factory=list, sa_type=JSON)
    #: What somebody has to decide, and on which basis.
    decisions: str = ""


class StatusAnswer(Said, table=True):
    """An answer, or a change of one. The one with the highest ``number`` holds."""

    __tablename__ = "status_answer"
    __table_args__ = (UniqueConstraint("item_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="status_item.id", index=True)
    number: int
    by: By = Field(sa_type=String)
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)

    @property
    def said(self) -> Said:
        return Said(**{name: getattr(self, name) for name in Said.model_fields})


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class Overtaken(Refused):
    """Somebody else has answered meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, name: str) -> None:
        super().__init__("refused.status.overtaken", name=name)


def answer(
    session: Session, acting: Person, programme: Programme, item_key: int, said: Said, number: int, now: datetime
) -> StatusAnswer:
    """Answers for a work stream, or mends what was answered. The same once more is once; ``number`` is that of the
    answer that was looked at, 0 where there was none.

    Raises NotAllowed for who neither owns the stream, stands in nor leads the reports, Refused for an unknown item and
    once the report is sent, WrongField, and Overtaken where somebody else has answered since.
    """
    item, report = get(session, acting, programme, item_key)
    by = as_what(session, acting, programme, item)
    assert by is not None, "asked by get"
    last = latest(session, item)
    if last is not None and last.said == said:
        return last
    status_reports.must_be_open(report)
    _check(said)
    standing = last.number if last else 0
    if standing != number:
        raise Overtaken(session.get_one(Person, last.person_id).name if last else "")
    row = StatusAnswer(
        item_id=item.identity, number=standing + 1, by=by, person_id=acting.identity, at=now, **said.model_dump()
    )
    session.add(row)
    status_reports.touch(session, report)
    return row


def get(session: Session, acting: Person, programme: Programme, item_key: int) -> tuple[StatusItem, StatusReport]:
    """A stream's place in a report, which is locked. Raises Refused where there is none, NotAllowed for who has nothing
    to say of it."""
    item = session.get(StatusItem, item_key)
    if item is None:
        raise Refused("refused.status.unknown")
    report = status_reports.held(session, programme.key, item.report_id)
    if as_what(session, acting, programme, item) is None:
        raise NotAllowed("stream_owner")
    return item, report


def as_what(session: Session, person: Person, programme: Programme, item: StatusItem) -> By | None:
    """As what the person may answer; None where they may not."""
    for stands_in, by in ((False, By.OWNER), (True, By.STAND_IN)):
        owner = status_streams.owner(session, programme.key, item.stream_key, stands_in=stands_in)
        if owner is not None and owner.id == person.id:
            return by
    return By.LEADER if status_rules.leads(session, person, programme) else None


def latest(session: Session, item: StatusItem) -> StatusAnswer | None:
    """The answer that holds; None where it is missing."""
    rows = history(session, item)
    return rows[-1] if rows else None


def history(session: Session, item: StatusItem) -> list[StatusAnswer]:
    """Everything that was answered, in order."""
    statement = select(StatusAnswer).where(StatusAnswer.item_id == item.id).order_by(col(StatusAnswer.number))
    return list(session.exec(statement))


def is_edited(rows: Sequence[StatusAnswer]) -> bool:
    """Whether a project leader changed what the stream itself had answered."""
    return bool(rows) and rows[-1].by == By.LEADER and any(row.by != By.LEADER for row in rows)


def of_report(session: Session, report: StatusReport) -> dict[str, Said | None]:
    """What holds for each of the report's streams, by their keys; None where the answer is missing."""
    found: dict[str, Said | None] = {}
    for item in status_reports.items(session, report):
        row = latest(session, item)
        found[item.stream_key] = row.said if row else None
    return found


def mine(session: Session, person: Person, programme: Programme) -> list[tuple[StatusItem, StatusReport]]:
    """What of the open report this person owns or stands in for."""
    report = status_reports.current(session, programme.key)
    if report is None:
        return []
    own = (By.OWNER, By.STAND_IN)
    return [
        (item, report)
        for item in status_reports.items(session, report)
        if as_what(session, person, programme, item) in own
    ]


def risks_in(text: str) -> list[str]:
    """The risks that a text names, each line one; said twice is once."""
    lines = (" ".join(line.lstrip("-•* ").split()) for line in text.splitlines())
    return list({line.casefold(): line for line in lines if line}.values())


def _check(said: Said) -> None:
    if not said.done:
        raise WrongField("refused.status.no_done", "done")
    if said.standing != Standing.ON_PLAN and not said.why:
        raise WrongField("refused.status.no_why", "why")
    for name, limit in (("done", LONGEST_TEXT), ("why", LONGEST_WHY), ("deviations", LONGEST_TEXT),
                        ("decisions", LONGEST_TEXT)):  # fmt: skip
        text = getattr(said, name)
        if len(text) > limit:
            raise WrongField("refused.status.long", name, length=len(text), limit=limit)
    if len(said.risks) > MOST_RISKS:
        raise WrongField("refused.status.many_risks", "risks", most=MOST_RISKS)
    longest = max((len(risk) for risk in said.risks), default=0)
    if longest > LONGEST_RISK:
        raise WrongField("refused.status.long", "risks", length=longest, limit=LONGEST_RISK)
