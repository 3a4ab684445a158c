"""Risk assessments and reviews of the working environment (risikovurdering, gjennomgang av arbeidsmiljøet): which ones
a programme needs before what, how far each has come, and that nothing is told as decided before they are done.

Which ones there are is the programme file's; what becomes of them is changed in storage/risk_review_work.py.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import people, programmes
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import Refused

LONGEST_LINK = 500
LONGEST_SUMMARY = 1000
#: Of a reason, or of what the verneombud says.
LONGEST_TEXT = 1000
LONGEST_NAME = 120
#: Who gives somebody the review to do, besides being able to do all that the owner can.
MANAGERS = ("leader", "coordinator")
#: Who reads what the verneombud remarked, besides whoever owns the review.
READERS = ("leader", "coordinator", "deputy", "employee_representative", "safety_representative")


class ReviewKind(StrEnum):
    """What is looked into."""

    RISK = "risk"  # risikovurdering, ROS
    WORKING_ENVIRONMENT = "working_environment"  # what it means for the working environment


class ReviewState(StrEnum):
    """How far a review has come."""

    PLANNED = "planned"
    IN_WORK = "in_work"
    OPEN = "open"  # for input from everybody
    WITH_SAFETY = "with_safety"  # with the verneombud, or the working-environment committee
    DONE = "done"
    REDO = "redo"  # it was done, and has to be done again


class Statement(StrEnum):
    """What the verneombud says of it."""

    AGREE = "agree"
    REMARKS = "remarks"
    DISAGREE = "disagree"
    ABSENT = "absent"  # they did not take part, whatever was recorded


class RiskReview(SQLModel, table=True):
    """What became of a review. ``version`` rises with each change; ``round`` with each time that it is done again: the
    verneombud takes part in every round. No row while nobody has touched it."""

    __tablename__ = "risk_review"
    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    state: ReviewState = Field(default=ReviewState.PLANNED, sa_type=String)
    version: int = 0
    round: int = 1
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    #: The working day by which it is to be done, in the organisation's zone.
    due_on: date | None = None
    link: str = ""
    summary: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


class RiskReviewStep(SQLModel, table=True):
    """A change of a review: who, when and why. ``what`` is the state that it got, or ``owner`` or ``document``."""

    __tablename__ = "risk_review_step"
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="risk_review.id", index=True)
    version: int
    round: int
    what: str
    text: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class RiskReviewPart(SQLModel, table=True):
    """The verneombud's part in a round, by themselves, or as whoever owns the review recorded it of a meeting. The
    latest row of a round counts, and none is deleted."""

    __tablename__ = "risk_review_part"
    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="risk_review.id", index=True)
    round: int
    #: The day on which they took part; None of who did not.
    held_on: date | None = None
    #: Who met, where somebody else recorded it: a name, or a body.
    who: str = ""
    is_by_meeting: bool = False
    statement: Statement = Field(sa_type=String)
    text: str = ""
    said_by: int = Field(foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Wanted:
    """A review as the programme's file names it. ``owner`` is as documents give it, ``before`` keys of milestones."""

    key: str
    kind: ReviewKind
    title: Localised
    owner: Localised | None
    before: tuple[str, ...]
    takes_input: bool
    sources: list[str]


@dataclass(frozen=True)
class Known:
    """A review, and what became of it where anybody has touched it."""

    wanted: Wanted
    row: RiskReview | None = None

    @property
    def state(self) -> ReviewState:
        return ReviewState(self.row.state) if self.row else ReviewState.PLANNED

    @property
    def version(self) -> int:
        return self.row.version if self.row else 0


class NotReviewed(Refused):
    """What has to be done before a decision is told is ``left``; none where nobody said what the decision is about."""

    def __init__(self, title: str, left: list[Known]) -> None:
        names = {
            language: ", ".join(one.wanted.title.get(language) or one.wanted.title["nb"] for one in left)
            for language in ("nb", "nn", "en")
        }
        super().__init__("refused.risk.left" if left else "refused.risk.unsaid", title=title, reviews=names)
        self.left = left


def wanted(session: Session, programme_key: str) -> list[Wanted]:
    """The reviews that the programme needs, in the file's order."""
    return [_wanted(entry) for entry in programmes.get(session, programme_key).risk_reviews or []]


def every(session: Session, programme_key: str) -> list[Known]:
    """Each of them, and how far it has come."""
    rows = session.exec(select(RiskReview).where(RiskReview.programme_key == programme_key)).all()
    by_key = {row.key: row for row in rows}
    return [Known(one, by_key.get(one.key)) for one in wanted(session, programme_key)]


def get(session: Session, programme_key: str, key: str) -> Known:
    """One of them. Raises Refused where the programme has none of that key."""
    found = next((one for one in wanted(session, programme_key) if one.key == key), None)
    if found is None:
        raise Refused("refused.risk.unknown")
    row = session.exec(_row(programme_key, key)).first()
    return Known(found, row)


def held(session: Session, programme_key: str, key: str) -> RiskReview:
    """What became of it, locked; begun where nobody has touched it. Raises Refused as ``get``."""
    get(session, programme_key, key)
    found = _locked(session, programme_key, key)
    if found is None:
        # Two may begin at once: the second waits here for the first.
        session.exec(locked(session, select(Programme).where(Programme.key == programme_key))).one()
        found = _locked(session, programme_key, key) or RiskReview(programme_key=programme_key, key=key)
        session.add(found)
        session.flush()
    return found


def steps(session: Session, row: RiskReview) -> list[RiskReviewStep]:
    """What has happened with it, in order."""
    which = RiskReviewStep.review_id == row.id
    return list(session.exec(select(RiskReviewStep).where(which).order_by(col(RiskReviewStep.id))))


def part(session: Session, row: RiskReview | None) -> RiskReviewPart | None:
    """The verneombud's part in this round, as it was said last; None where nobody has said anything."""
    if row is None:
        return None
    which = (RiskReviewPart.review_id == row.id, RiskReviewPart.round == row.round)
    return session.exec(select(RiskReviewPart).where(*which).order_by(col(RiskReviewPart.id).desc())).first()


def reasons(session: Session, row: RiskReview) -> list[RiskReviewStep]:
    """Why it has to be done again this time, in the order they were given."""
    return [step for step in steps(session, row) if step.what == ReviewState.REDO and step.round == row.round]


def is_last(session: Session, row: RiskReview, said: RiskReviewPart) -> bool:
    """Whether nothing has been changed since the verneombud's part was said: each change is a version, and all but the
    parts are steps."""
    last = steps(session, row)[-1:]
    return (
        not last or last[0].version < row.version or (last[0].what == ReviewState.REDO and last[0].at == said.said_at)
    )


def earlier_parts(session: Session, row: RiskReview) -> list[RiskReviewPart]:
    """What the verneombud said last in each round before this one, the latest first."""
    which = (RiskReviewPart.review_id == row.id, col(RiskReviewPart.round) < row.round)
    rows = session.exec(select(RiskReviewPart).where(*which).order_by(col(RiskReviewPart.id))).all()
    return list({one.round: one for one in rows}.values())[::-1]


def disagreements(
    session: Session, programme_key: str, milestone_key: str | None, until: datetime | None = None
) -> list[tuple[Known, RiskReviewPart]]:
    """The reviews before that milestone with which the verneombud disagrees, or did at the moment ``until``."""
    found = []
    for known in every(session, programme_key):
        if known.row is None or milestone_key not in known.wanted.before:
            continue
        said = part(session, known.row) if until is None else _part_at(session, known.row, until)
        if said is not None and said.statement == Statement.DISAGREE:
            found.append((known, said))
    return found


def _part_at(session: Session, row: RiskReview, at: datetime) -> RiskReviewPart | None:
    """What the verneombud had said last at that moment."""
    which = (RiskReviewPart.review_id == row.id, col(RiskReviewPart.said_at) <= at)
    return session.exec(select(RiskReviewPart).where(*which).order_by(col(RiskReviewPart.id).desc())).first()


def took_part(session: Session, row: RiskReview | None) -> bool:
    """Whether the verneombud took part in this round."""
    found = part(session, row)
    return found is not None and found.statement != Statement.ABSENT


def owner(session: Session, row: RiskReview | None) -> Person | None:
    """Whose it is; None where it was given to nobody, or they are gone."""
    found = session.get(Person, row.owner_id) if row is not None and row.owner_id is not None else None
    return None if found is None or found.is_erased else found


def may_manage(session: Session, person: Person, programme_key: str) -> bool:
    return bool(people.roles(session, person, programme_key) & set(MANAGERS))


def may_work(session: Session, person: Person, programme_key: str, row: RiskReview | None) -> bool:
    """Whoever owns it, and those who give it to somebody."""
    is_own = row is not None and row.owner_id == person.id
    return is_own or may_manage(session, person, programme_key)


def may_read_remarks(session: Session, person: Person, programme_key: str, row: RiskReview | None) -> bool:
    is_own = row is not None and row.owner_id == person.id
    return is_own or bool(people.roles(session, person, programme_key) & set(READERS))


def gating(session: Session, programme_key: str) -> list[str]:
    """The keys of the milestones that a review has to be done before, each once, in the file's order."""
    return list(dict.fromkeys(key for one in wanted(session, programme_key) for key in one.before))


def must_be_done(session: Session, programme_key: str, milestone_key: str | None, title: str) -> None:
    """Raises NotReviewed where a decision on that milestone is to be told and a review is not done; of None, which
    nobody has said of, too. Locked, so that none is opened again meanwhile; the empty key is of no milestone."""
    left = not_reviewed(session, programme_key, milestone_key, title, holds=True)
    if left is not None:
        raise left


def not_reviewed(
    session: Session, programme_key: str, milestone_key: str | None, title: str, *, holds: bool = False
) -> NotReviewed | None:
    """What ``must_be_done`` would raise, for whoever only looks; None where nothing is left."""
    keys = gating(session, programme_key)
    if not keys or (milestone_key is not None and milestone_key not in keys):
        return None
    if milestone_key is None:
        return NotReviewed(title, [])
    if holds:
        needed = [one for one in wanted(session, programme_key) if milestone_key in one.before]
        found = [Known(one, _locked(session, programme_key, one.key)) for one in needed]
    else:
        found = [one for one in every(session, programme_key) if milestone_key in one.wanted.before]
    left = [known for known in found if not is_done(session, known)]
    return NotReviewed(title, left) if left else None


def is_done(session: Session, known: Known) -> bool:
    """Done, and not without the verneombud."""
    return known.state is ReviewState.DONE and took_part(session, known.row)


def _row(programme_key: str, key: str) -> Any:
    return select(RiskReview).where(RiskReview.programme_key == programme_key, RiskReview.key == key)


def _locked(session: Session, programme_key: str, key: str) -> RiskReview | None:
    fresh = locked(session, _row(programme_key, key)).execution_options(populate_existing=True)
    found: RiskReview | None = session.exec(fresh).first()
    return found


def _wanted(entry: dict[str, Any]) -> Wanted:
    return Wanted(
        key=entry["key"],
        kind=ReviewKind(entry["kind"]),
        title=entry["title"],
        owner=entry.get("owner"),
        before=tuple(entry["before"]),
        takes_input=bool(entry["takes_input"]),
        sources=entry["source"],
    )
