"""Receipts ("jeg har lest"): that somebody pressed, counted once; told in steps and a day late, and never who."""

from datetime import date

from sqlmodel import Field, Session, SQLModel, col, func, select

from storage import terms
from storage.announcements import Announcement
from storage.outbox import OutboxRow, Status
from storage.people import Grant, Person
from storage.refusals import Refused


class Receipt(SQLModel, table=True):
    """Somebody confirmed that they read a version of an announcement. It is there so that each counts once."""

    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    #: What was corrected afterwards has not been read yet.
    version: int = Field(primary_key=True)
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    #: The day in the programme's zone, and no time: no count is told of part of a day.
    read_on: date


def ask_for(session: Session, acting: Person, announcement: Announcement, wanted: bool) -> None:
    """Says whether those who get it are asked to confirm; one that was planned is planned no more, since the card that
    was looked at had another button. Raises NotAllowed without the leader's role, Refused once it was sent."""
    acting.must_be(session, "leader", announcement.programme_key)
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    if wanted != announcement.asks_receipt:
        announcement.asks_receipt, announcement.version = wanted, announcement.version + 1
        announcement.send_at = announcement.sender_id = announcement.group_id = None
        session.add(announcement)


def find(session: Session, acting: Person, programme_key: str, key: int) -> Announcement:
    """An announcement that the person was sent and is asked to confirm. Raises Refused for any other: what others were
    told is theirs."""
    announcement = session.get(Announcement, key)
    if announcement is None or announcement.programme_key != programme_key or not announcement.asks_receipt:
        raise Refused("refused.receipt.unknown")
    got = select(OutboxRow.id).where(
        OutboxRow.broadcast_id == announcement.broadcast_id, OutboxRow.person_id == acting.id
    )
    # Who reads a channel nobody here knows: of what was sent there nobody is asked to confirm anything.
    if announcement.sent_at is None or session.exec(got.limit(1)).first() is None:
        raise Refused("refused.receipt.unknown")
    return announcement


def confirm(session: Session, acting: Person, announcement: Announcement, today: date) -> None:
    """Counts the person, once for what it says now. What was recalled is not confirmed any more."""
    key = (announcement.id, announcement.version, acting.identity)
    if announcement.recalled_at is None and session.get(Receipt, key) is None:
        session.add(
            Receipt(
                announcement_id=announcement.id or 0,
                version=announcement.version,
                person_id=acting.identity,
                read_on=today,
            )
        )
        session.flush()


def confirmed_at_least(session: Session, acting: Person, announcement: Announcement, smallest: int, today: date) -> int:
    """How many had confirmed what it says now before today, at least: a multiple of ``smallest``, and 0 where that
    would tell of fewer than so many, who did or who did not, of those who have got it. Leaders are on neither side:
    each of them knows of one. Raises NotAllowed without the leader's role."""
    acting.must_be(session, "leader", announcement.programme_key)
    day = terms.day_of(session, announcement.programme_key)
    leads = select(Grant.person_id).where(
        Grant.programme_key == announcement.programme_key,
        Grant.role == "leader",
        terms.holds(day, Grant.starts_on, Grant.ends_on),
    )
    found = session.exec(
        select(func.count())
        .select_from(Receipt)
        .where(
            Receipt.announcement_id == announcement.id,
            Receipt.version == announcement.version,
            col(Receipt.read_on) < today,
            col(Receipt.person_id).not_in(leads),
        )
    ).one()
    got = session.exec(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.broadcast_id == announcement.broadcast_id,
            OutboxRow.status == Status.SENT,
            col(OutboxRow.person_id).not_in(leads),
        )
    ).one()
    most = min(found, max(0, got - smallest))
    return most - most % smallest
