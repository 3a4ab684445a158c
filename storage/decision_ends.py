"""Decisions that are decided no more: withdrawn by whoever began one by mistake, or closed once others relied on it."""

from datetime import datetime

from sqlalchemy import false, null, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage import decisions, edits, people
from storage.announcements import Announcement
from storage.decided_announcements import Telling
from storage.decisions import LONGEST_TEXT, Answer, Decision, End, WrongField, check_length
from storage.outbox import Message, OutboxRow, RowId, Status
from storage.people import Person
from storage.refusals import Refused
from storage.stops import STOPPED

#: How many questions one transaction takes back.
CHUNK = 200


class Ask(SQLModel, table=True):
    """A card that asked somebody for a step; ``is_taken_back`` once it is changed, or settled as not sent."""

    __tablename__ = "decision_ask"
    row_id: int = Field(sa_type=RowId, primary_key=True, foreign_key="outbox.id")
    decision_id: int = Field(foreign_key="decision.id", index=True)
    is_taken_back: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


def asked(session: Session, decision: Decision, key: str) -> None:
    """Remembers the row of that key as a question about the decision."""
    row_id = session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).one()
    session.add(Ask(row_id=row_id or 0, decision_id=decision.identity))


def may_withdraw(session: Session, acting: Person, decision: Decision) -> bool:
    """Whether that person began it, as a leader, and nobody relied on it yet."""
    if acting.id != decision.made_by or "leader" not in people.roles(session, acting, decision.programme_key):
        return False
    return decision.decided_on is None and not _is_relied_on(session, decision)


def withdraw(
    session: Session, acting: Person, programme_key: str, key: int, reason: str, now: datetime
) -> tuple[Decision, bool]:
    """Takes back what was begun by mistake; returns whether that is new. It stays in the history.

    Raises NotAllowed without the leader's role, Refused for what somebody else began, for what was confirmed or told,
    and for what is decided; WrongField without a reason.
    """
    decision = _get(session, acting, programme_key, key)
    if decision.ended is not None:
        return decision, False
    if acting.id != decision.made_by:
        raise Refused("refused.decision.not_begun")
    if _is_relied_on(session, decision):
        raise Refused("refused.decision.relied_on")
    return _end(session, acting, decision, End.WITHDRAWN, reason, now), True


def close(
    session: Session, acting: Person, programme_key: str, key: int, reason: str, now: datetime
) -> tuple[Decision, bool]:
    """Ends what will not be decided, whoever began it; returns whether that is new. The employees' side is to be told.
    Raises NotAllowed without the leader's role, Refused for what is decided, WrongField without a reason."""
    decision = _get(session, acting, programme_key, key)
    if decision.ended is not None:
        return decision, False
    return _end(session, acting, decision, End.CLOSED, reason, now), True


def unsettled(session: Session, programme_key: str) -> list[Decision]:
    """Ended ones of which a question is not taken back yet: it was on the wire."""
    statement = (
        select(Decision)
        .join(Ask, col(Ask.decision_id) == Decision.id)
        .where(
            Decision.programme_key == programme_key,
            col(Decision.ended).is_not(None),
            col(Ask.is_taken_back).is_(False),
        )
        .distinct()
    )
    return list(session.exec(statement))


def take_back(session: Session, decision: Decision, message: Message) -> int:
    """Has what was asked of others changed to the message where it arrived, and not sent where it has not; returns how
    many. What is on the wire in this moment is left for the next time."""
    rows = session.exec(
        select(Ask, OutboxRow)
        .join(OutboxRow, col(OutboxRow.id) == Ask.row_id)
        .where(Ask.decision_id == decision.id, col(Ask.is_taken_back).is_(False))
        .limit(CHUNK)
    ).all()
    done = 0
    for ask, row in rows:
        if _take_back(session, row, message):
            ask.is_taken_back = True
            session.add(ask)
            done += 1
    session.flush()
    return done


def _take_back(session: Session, row: OutboxRow, message: Message) -> bool:
    if row.status == Status.WAITING:
        values = {"status": Status.SKIPPED, "reason": STOPPED, "next_at": null(), "held_until": null()}
        this = (col(OutboxRow.id) == row.id, col(OutboxRow.status) == Status.WAITING)
        # Between the two looks an attempt may have begun.
        stopped = session.execute(update(OutboxRow).where(*this).values(**values).returning(col(OutboxRow.id)))
        return stopped.first() is not None
    if row.status == Status.SENT and row.platform_id:
        return edits.put(session, row, message)
    return row.status != Status.SENDING


def _get(session: Session, acting: Person, programme_key: str, key: int) -> Decision:
    acting.must_be(session, "leader", programme_key)
    decision = decisions.get(session, acting, programme_key, key)
    if decision.decided_on is not None:
        raise Refused("refused.decision.closed")
    return decision


def _end(session: Session, acting: Person, decision: Decision, how: End, reason: str, now: datetime) -> Decision:
    if not reason:
        raise WrongField("refused.decision.no_end_reason", "reason")
    check_length(reason, LONGEST_TEXT, "reason")
    decision.ended, decision.ended_by, decision.ended_at, decision.ended_why = how, acting.id, now, reason
    # An announcement that had it begun may have another one begun.
    decision.form = None
    session.add(decision)
    session.flush()
    return decision


def _is_relied_on(session: Session, decision: Decision) -> bool:
    """Whether the employees' side has ever confirmed it, or anybody was told of it."""
    confirmed = select(Answer.id).where(Answer.decision_id == decision.id, col(Answer.objection).is_(None))
    told = (
        select(Telling.announcement_id)
        .join(Announcement, col(Announcement.id) == Telling.announcement_id)
        .where(Telling.decision_id == decision.id, col(Announcement.sent_at).is_not(None))
    )
    return any(session.exec(one).first() is not None for one in (confirmed, told))
