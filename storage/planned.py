"""Announcements that wait for their time: planned by a leader, sent by the clock, or held back."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage import approvals, decided_announcements
from storage.announcements import Announcement, must_be_as_seen
from storage.database import locked
from storage.people import Person
from storage.refusals import Refused

#: Farther ahead than this a time is taken for a slip, of the year as a rule.
FARTHEST = timedelta(days=366)
#: How late the clock may be, after a sleep, and still send what was planned.
USEFUL_FOR = timedelta(hours=2)


def plan(
    session: Session,
    acting: Person,
    announcement: Announcement,
    version: int,
    at: datetime,
    now: datetime,
    group_id: int | None = None,
) -> None:
    """Has the clock send what was looked at, at that moment; another moment moves it.

    Raises NotAllowed without the leader's role, Refused for a moment that is past or more than a year ahead, and for
    what was sent, or changed after it was looked at; NotReady for a decision that has not been discussed.
    """
    must_be_as_seen(session, acting, announcement, version)
    decided_announcements.must_be_ready(session, announcement.programme_key, announcement.id)
    if at <= now:
        raise Refused("refused.announcement.past")
    if at - now > FARTHEST:
        raise Refused("refused.announcement.far")
    announcement.send_at, announcement.sender_id, announcement.group_id = at, acting.id, group_id
    session.add(announcement)


def leave_to_approval(session: Session, acting: Person, announcement: Announcement, version: int) -> None:
    """Has what was looked at sent as soon as it is approved. Raises as ``plan`` does."""
    must_be_as_seen(session, acting, announcement, version)
    decided_announcements.must_be_ready(session, announcement.programme_key, announcement.id)
    announcement.send_at, announcement.sender_id, announcement.group_id = None, acting.id, None
    session.add(announcement)


def must_be_planned_for(announcement: Announcement, at: datetime | None) -> None:
    """Raises Refused where another leader has planned, moved or cancelled it since: ``at`` is what was seen."""
    if announcement.send_at != at:
        raise Refused("refused.announcement.moved")


def cancel(session: Session, acting: Person, announcement: Announcement) -> None:
    """Makes it a draft again. Raises NotAllowed without the leader's role, Refused once it was sent."""
    must_be_as_seen(session, acting, announcement, announcement.version)
    _unplan(session, announcement)
    approvals.withdraw(session, announcement)


def due(session: Session, programme_key: str, now: datetime) -> list[Announcement]:
    """What is to be sent by now, the first due first: locked, so that nobody cancels it meanwhile."""
    return list(session.exec(locked(session, _waiting(programme_key).where(col(Announcement.send_at) <= now))))


def coming(session: Session, programme_key: str) -> list[Announcement]:
    """What waits for its time, the first due first."""
    return list(session.exec(_waiting(programme_key)))


def sender(session: Session, announcement: Announcement) -> Person | None:
    """Who planned it, or asked for approval; None where nobody has."""
    return session.get(Person, announcement.sender_id) if announcement.sender_id is not None else None


def concerned(session: Session, announcement: Announcement) -> list[Person]:
    """Who is told what becomes of it: who wrote it, and who planned it."""
    keys = {announcement.author_id, announcement.sender_id}
    return list(session.exec(select(Person).where(col(Person.id).in_(keys)).order_by(col(Person.id))))


def hold_back(session: Session, announcement: Announcement) -> None:
    """Makes it a draft again, because the clock could not send it, or somebody said no."""
    _unplan(session, announcement)
    approvals.withdraw(session, announcement)


def _unplan(session: Session, announcement: Announcement) -> None:
    announcement.send_at = announcement.sender_id = announcement.group_id = None
    session.add(announcement)


def _waiting(programme_key: str):  # type: ignore[no-untyped-def]
    return (
        select(Announcement)
        .where(
            Announcement.programme_key == programme_key,
            col(Announcement.send_at).is_not(None),
            col(Announcement.sent_at).is_(None),
        )
        .order_by(col(Announcement.send_at), col(Announcement.id))
    )
