"""Announcements that tell of a decision: which one, and that none is sent before it was discussed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel

from storage import decision_log, decisions, meetings, programmes
from storage.database import UtcDateTime
from storage.decisions import Answer, Decision, Step
from storage.meetings import Known, MeetingState
from storage.people import Person
from storage.refusals import Refused


class Telling(SQLModel, table=True):
    """What a leader said an announcement tells of: a decision, or none. No row where nobody was asked yet."""

    __tablename__ = "announcement_decision"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    said_by: int = Field(foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)
    #: The confirmation that was in force when it was sent: what was told then is shown again, whatever changes.
    answer_id: int | None = Field(default=None, foreign_key="decision_answer.id")
    #: The meeting whose matter it tells of, where it is none of a decision's.
    meeting_key: str | None = None


@dataclass(frozen=True)
class Dissent:
    """Who was of another mind than what was decided: where and when it was discussed, and in which words."""

    body: str
    on: date
    words: str


class PapersMissing(Refused):
    """The papers of the ``known`` meeting have not been recorded as sent to the employees' side."""

    def __init__(self, known: Known) -> None:
        super().__init__("refused.meeting.no_papers")
        self.known = known


def find(session: Session, announcement_id: int | None) -> Telling | None:
    return session.get(Telling, announcement_id)


def say(
    session: Session,
    acting: Person,
    programme_key: str,
    announcement_id: int,
    decision_id: int | None,
    now: datetime,
    meeting_key: str | None = None,
) -> bool:
    """Keeps which decision, or which meeting's matter, a draft tells of; None for none. Returns whether it told of
    another one before, which makes another announcement of it. Raises NotAllowed without the leader's role, Refused
    where the programme has no such decision or meeting, or the decision was ended."""
    acting.must_be(session, "leader", programme_key)
    if meeting_key is not None:
        meetings.get(session, programme_key, meeting_key)
    if decision_id is not None and decisions.get(session, acting, programme_key, decision_id).ended is not None:
        raise Refused("refused.decision.ended")
    row = find(session, announcement_id)
    if row is None:
        row = Telling(announcement_id=announcement_id, said_by=acting.identity, said_at=now)
    elif (row.decision_id, row.meeting_key) == (decision_id, meeting_key):
        return False
    is_other = (row.decision_id, row.meeting_key) != (decision_id, meeting_key)
    row.decision_id, row.meeting_key, row.said_by, row.said_at = decision_id, meeting_key, acting.identity, now
    session.add(row)
    session.flush()
    return is_other


def told_of(session: Session, announcement_id: int | None) -> Decision | None:
    """The decision that it tells of; None where that is none, or was not said."""
    row = find(session, announcement_id)
    return session.get(Decision, row.decision_id) if row is not None and row.decision_id is not None else None


def must_be_said(session: Session, programme_key: str, announcement_id: int | None) -> None:
    """Raises Refused where nobody was asked whether it tells of a decision: it was planned, or its approval asked for,
    before that was asked, or by another way. A programme may do without."""
    if programmes.get(session, programme_key).discussed_before_decided and find(session, announcement_id) is None:
        raise Refused("refused.decision.unsaid")


def must_be_ready(session: Session, programme_key: str, announcement_id: int | None) -> None:
    """Raises NotReady where it tells of a decision that a step is missing of, Refused of one that was ended, and
    PapersMissing of a meeting's matter before its papers reached the employees' side, and NotReviewed of a decision
    that a review is not done of, unless the programme does without."""
    row = find(session, announcement_id)
    if row is None or not programmes.get(session, programme_key).discussed_before_decided:
        return
    if row.meeting_key is not None:
        _must_have_papers(session, programme_key, row.meeting_key)
    if row.decision_id is None:
        return
    decision = decisions.held(session, programme_key, row.decision_id)
    if decision.ended is not None:
        raise Refused("refused.decision.ended_told", title=decision.title)
    if not decision_log.is_political(session, decision):
        decisions.must_be_ready(session, decision)


def keep_as_told(session: Session, announcement_id: int | None) -> None:
    """Keeps what it tells of the decision as it is, because it is sent now."""
    row, decision = find(session, announcement_id), told_of(session, announcement_id)
    said = decisions.answer(session, decision) if decision is not None else None
    if row is not None and said is not None:
        row.answer_id = said.id
        session.add(row)


def not_ready(session: Session, programme_key: str, announcement_id: int | None) -> Refused | None:
    """What ``must_be_ready`` would raise of it now; None where it may be sent."""
    if announcement_id is None:
        return None
    try:
        must_be_ready(session, programme_key, announcement_id)
    except Refused as why:
        return why
    return None


def dissent(session: Session, announcement_id: int | None) -> Dissent | None:
    """The dissent that the announcement has to tell, as it was when it was sent, or as it is; None where all agreed."""
    row, decision = find(session, announcement_id), told_of(session, announcement_id)
    if row is None or decision is None:
        return None
    kept = session.get(Answer, row.answer_id) if row.answer_id is not None else None
    discussed = decisions.steps(session, decision, kept.version if kept else None).get(Step.DISCUSSED)
    words = kept.dissent if kept else decisions.dissent(session, decision)
    if discussed is None or discussed.held_on is None or not words:
        return None
    return Dissent(discussed.what, discussed.held_on, words)


def _must_have_papers(session: Session, programme_key: str, meeting_key: str) -> None:
    """Locked, so that they are not taken back meanwhile. Of a cancelled meeting, or one that a file took out, nothing
    is to be sent to anybody first."""
    try:
        known = meetings.held(session, programme_key, meeting_key)
    except Refused:
        return
    has_papers = known.record is not None and known.record.papers_on is not None
    if known.state is not MeetingState.CANCELLED and not has_papers:
        raise PapersMissing(known)
