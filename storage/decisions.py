"""Decisions (beslutninger): discussed with the employees' side before they are announced, or recorded as decided."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage import people, risk_reviews
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.risk_reviews import Known, NotReviewed, RiskReviewPart

LONGEST_TITLE = 120
#: Of a body, a reference or a name; of a record, a remark or a reason; of a dissent, which announcements show.
LONGEST_NAME = 120
LONGEST_TEXT = 1000
LONGEST_DISSENT = 500
LONGEST_FORM = 64


class Step(StrEnum):
    """What comes before a decision, in its order."""

    DISCUSSED = "discussed"  # with the employees' side: drøfting, as a rule in MBM
    RISK = "risk"  # the review of risk and of the working environment
    SAFETY = "safety"  # the verneombud took part
    CONFIRMED = "confirmed"  # the employees' side says that the record of the others is right


#: What is recorded; the last step says that this is right.
RECORDED = (Step.DISCUSSED, Step.RISK, Step.SAFETY)
#: Whose each step is. A deputy stands in for leaders; on the employees' side and among the verneombud whoever stands in
#: has the role as well: nobody on the leaders' side speaks for them.
OWNERS: dict[Step, tuple[str, ...]] = {
    Step.DISCUSSED: ("leader", "deputy"),
    Step.RISK: ("leader", "deputy"),
    Step.SAFETY: ("safety_representative",),
    Step.CONFIRMED: ("employee_representative",),
}
#: Who may read what is recorded.
READERS = ("leader", "deputy", "employee_representative", "safety_representative")


class End(StrEnum):
    """How something ended that is not decided; see storage/decision_ends.py."""

    WITHDRAWN = "withdrawn"  # begun by mistake
    CLOSED = "closed"  # others relied on it


class Decision(SQLModel, table=True):
    """Something that is to be decided. ``version`` rises with each change of its record: a confirmation is of one
    version, so that a change withdraws it."""

    __table_args__ = (UniqueConstraint("programme_key", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    title: str
    version: int = 1
    made_by: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    #: What it was made in: a one-time value of a form, or the announcement that tells of it.
    form: str | None = None
    #: The milestone of the plan that it is the decision of (storage/coming_decisions.py); reviews may have to be done
    #: before that (storage/risk_reviews.py). Empty for none of them, None where nobody has said.
    milestone_key: str | None = None
    #: The day it was decided, in the organisation's zone, and by whom: a body or a title. None until it is; afterwards
    #: as storage/decision_log.py has it, the last day where only a month is known.
    decided_on: date | None = None
    decided_by: str | None = None
    settled_by: int | None = Field(default=None, foreign_key="person.id")
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: How it ended where it will not be decided, by whom, when and why.
    ended: End | None = Field(default=None, sa_type=String)
    ended_by: int | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_why: str | None = None

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


class Recorded(SQLModel, table=True):
    """A step as it was recorded; a change is another row, and the record of what was said before is kept."""

    __tablename__ = "decision_step"
    __table_args__ = (UniqueConstraint("decision_id", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id")
    #: The version of the decision that this row made.
    version: int
    step: Step = Field(sa_type=String)
    #: False only of a review that was not needed; ``text`` then says why not.
    is_needed: bool = True
    held_on: date | None = None
    #: The body it was discussed in, what the review is found by, or which verneombud took part.
    what: str = ""
    text: str = ""
    dissent: str = ""
    recorded_by: int = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class Answer(SQLModel, table=True):
    """What the employees' side says of one version of the record: that it is right, or what is wrong with it. The
    latest one counts, and none is deleted."""

    __tablename__ = "decision_answer"
    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    version: int
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    #: What is wrong with the record; None where it is confirmed.
    objection: str | None = None
    #: The dissent in the words of those who have it.
    dissent: str = ""

    @property
    def is_confirmation(self) -> bool:
        return self.objection is None


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


def make(
    session: Session, acting: Person, programme_key: str, title: str, now: datetime, form: str = "", coming: str = ""
) -> Decision:
    """Begins a record, of what the plan has at the milestone ``coming``. The same form sent twice is one. Raises
    NotAllowed without the leader's role, WrongField."""
    acting.must_be(session, "leader", programme_key)
    _check_title(title)
    statement = select(Decision).where(Decision.programme_key == programme_key, Decision.form == form[:LONGEST_FORM])
    known = session.exec(statement).first() if form else None
    if known is not None:
        return known
    made = Decision(
        programme_key=programme_key,
        title=title,
        made_by=acting.identity,
        made_at=now,
        form=form[:LONGEST_FORM] or None,
        milestone_key=coming or None,
    )
    session.add(made)
    session.flush()
    return made


def rename(session: Session, acting: Person, programme_key: str, key: int, title: str) -> Decision:
    """Changes what it is about, which withdraws a confirmation. Raises as ``make``, and Refused once it is decided."""
    acting.must_be(session, "leader", programme_key)
    decision = get_open(session, acting, programme_key, key)
    _check_title(title)
    if title != decision.title:
        decision.title, decision.version = title, decision.version + 1
        session.add(decision)
        session.flush()
    return decision


def concern(session: Session, acting: Person, programme_key: str, key: int, milestone_key: str) -> Decision:
    """Says which milestone it is the decision of, which withdraws a confirmation. Raises as ``rename``, and WrongField
    for a milestone that no review has to be done before; the empty key is of none."""
    acting.must_be(session, "leader", programme_key)
    decision = get_open(session, acting, programme_key, key)
    if milestone_key and milestone_key not in risk_reviews.gating(session, programme_key):
        raise WrongField("refused.decision.no_milestone", "milestone")
    if milestone_key != decision.milestone_key:
        decision.milestone_key, decision.version = milestone_key, decision.version + 1
        session.add(decision)
        session.flush()
    return decision


def is_begun(session: Session, programme_key: str, milestone_key: str) -> bool:
    """Whether there is a decision on that milestone, decided or not, that was not ended."""
    which = (Decision.programme_key == programme_key, Decision.milestone_key == milestone_key)
    return session.exec(select(Decision.id).where(*which, col(Decision.ended).is_(None))).first() is not None


def must_be_reviewed(session: Session, decision: Decision) -> None:
    """Raises NotReviewed while a review of risk or of the working environment that it waits for is not done, unless it
    is recorded, with the reason, that none is needed: the employees' side confirms that as the rest of the record."""
    if _needs_review(session, decision):
        risk_reviews.must_be_done(session, decision.programme_key, decision.milestone_key, decision.title)


def not_reviewed(session: Session, decision: Decision) -> NotReviewed | None:
    """What ``must_be_reviewed`` would raise, for whoever only looks; None where it waits for no review."""
    if not _needs_review(session, decision):
        return None
    return risk_reviews.not_reviewed(session, decision.programme_key, decision.milestone_key, decision.title)


def disagreements(
    session: Session, decision: Decision, until: datetime | None = None
) -> list[tuple[Known, RiskReviewPart]]:
    """The reviews that it waits for and with which the verneombud disagrees, as of ``until``; of what is decided as of
    then."""
    if not _needs_review(session, decision):
        return []
    at = until or decision.settled_at
    return risk_reviews.disagreements(session, decision.programme_key, decision.milestone_key, at)


def _needs_review(session: Session, decision: Decision) -> bool:
    risk = steps(session, decision).get(Step.RISK)
    return risk is None or risk.is_needed


def get(session: Session, acting: Person, programme_key: str, key: int) -> Decision:
    """The decision, locked, for those whom it concerns. Raises NotAllowed for others, Refused where there is none."""
    must_be_reader(session, acting, programme_key)
    return held(session, programme_key, key)


def held(session: Session, programme_key: str, key: int) -> Decision:
    """The decision as it is now, locked: nobody changes its record meanwhile. Raises Refused where there is none."""
    statement = select(Decision).where(Decision.id == key, Decision.programme_key == programme_key)
    fresh = locked(session, statement).execution_options(populate_existing=True)
    found: Decision | None = session.exec(fresh).first()
    if found is None:
        raise Refused("refused.decision.unknown")
    return found


def latest(session: Session, acting: Person, programme_key: str, most: int) -> list[Decision]:
    """Those not yet decided or ended first, then the others; the newest first. Raises NotAllowed for others."""
    must_be_reader(session, acting, programme_key)
    rows = session.exec(
        select(Decision)
        .where(Decision.programme_key == programme_key)
        .order_by(or_(col(Decision.decided_on).is_not(None), col(Decision.ended).is_not(None)), col(Decision.id).desc())
        .limit(most)
    ).all()
    return list(rows)


def must_be_reader(session: Session, acting: Person, programme_key: str) -> None:
    if not people.roles(session, acting, programme_key) & set(READERS):
        raise NotAllowed("leader")


def steps(session: Session, decision: Decision, version: int | None = None) -> dict[Step, Recorded]:
    """What is recorded now, or was at that version, in the order of the steps."""
    rows = session.exec(
        select(Recorded)
        .where(Recorded.decision_id == decision.id, Recorded.version <= (version or decision.version))
        .order_by(col(Recorded.version))
    ).all()
    last = {row.step: row for row in rows}
    return {step: last[step] for step in RECORDED if step in last}


def answer(session: Session, decision: Decision) -> Answer | None:
    """What the employees' side says of the record as it is now; None where they have not yet."""
    return session.exec(
        select(Answer)
        .where(Answer.decision_id == decision.id, Answer.version == decision.version)
        .order_by(col(Answer.id).desc())
    ).first()


def missing(session: Session, decision: Decision) -> tuple[Step, ...]:
    """The steps that are not done; none where it may be announced and recorded as decided."""
    recorded, said = steps(session, decision), answer(session, decision)
    left = [step for step in RECORDED if step not in recorded]
    return (*left, *(() if said is not None and said.is_confirmation else (Step.CONFIRMED,)))


def dissent(session: Session, decision: Decision) -> str:
    """The dissent as the employees' side put it, or as it was recorded until they have answered."""
    said = answer(session, decision)
    if said is not None and said.is_confirmation:
        return said.dissent
    discussed = steps(session, decision).get(Step.DISCUSSED)
    return discussed.dissent if discussed else ""


def settle(
    session: Session, acting: Person, programme_key: str, key: int, on: date | None, by: str, now: datetime,
    today: date, needs_steps: bool = True,
) -> Decision:  # fmt: skip
    """Records that it was decided, on which day and by whom; again with the same, nothing changes. What was decided is
    kept by storage/decision_log.py, which calls this.

    Raises NotAllowed without the leader's role, Refused while a step or a review is missing and where it is settled
    otherwise, WrongField for a day to come, or before what should have come first.
    """
    acting.must_be(session, "leader", programme_key)
    decision = get(session, acting, programme_key, key)
    if decision.decided_on is not None:
        if (decision.decided_on, decision.decided_by) == (on, by):
            return decision
        raise Refused("refused.decision.decided")
    if decision.ended is not None:
        raise Refused("refused.decision.ended")
    if needs_steps:
        must_be_ready(session, decision)
    check_day(on, today)
    if not by:
        raise WrongField("refused.decision.no_decider", "by")
    check_length(by, LONGEST_NAME, "by")
    check_after_steps(session, decision, on)
    decision.decided_on, decision.decided_by = on, by
    decision.settled_by, decision.settled_at = acting.id, now
    session.add(decision)
    session.flush()
    return decision


def must_be_ready(session: Session, decision: Decision) -> None:
    """Raises NotReady while a step is missing, NotReviewed while a review is that it waits for."""
    left = missing(session, decision)
    if left:
        raise NotReady(decision, left)
    must_be_reviewed(session, decision)


class NotReady(Refused):
    """A step that has to come first is ``missing``: nothing is announced, and nothing recorded as decided."""

    def __init__(self, decision: Decision, left: tuple[Step, ...]) -> None:
        super().__init__("refused.decision.not_ready", title=decision.title)
        self.decision = decision
        self.missing = left


def person(session: Session, key: int | None) -> Person:
    return session.get_one(Person, key)


def check_day(on: date | None, today: date) -> None:
    if on is None:
        raise WrongField("refused.decision.no_day", "on")
    if on > today:
        raise WrongField("refused.decision.to_come", "on")


def check_after_steps(session: Session, decision: Decision, on: date | None) -> None:
    """Raises WrongField for a day of deciding before what is recorded to have come first."""
    before = [row.held_on for row in steps(session, decision).values() if row.held_on is not None]
    if on is not None and any(on < day for day in before):
        raise WrongField("refused.decision.before_discussed", "on")


def check_length(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise WrongField("refused.decision.long", field, length=len(text), limit=limit)


def get_open(session: Session, acting: Person, programme_key: str, key: int) -> Decision:
    """As ``get``; raises Refused for what is decided or ended: its record is closed."""
    decision = get(session, acting, programme_key, key)
    if decision.ended is not None:
        raise Refused("refused.decision.ended")
    if decision.decided_on is not None:
        raise Refused("refused.decision.closed")
    return decision


def _check_title(title: str) -> None:
    if not title:
        raise WrongField("refused.decision.no_title", "title")
    check_length(title, LONGEST_TITLE, "title")
