"""Announcements that the employer must give, by law or agreement, with the reason: they reach those who turned messages
off, too, and everybody is told why."""

from sqlmodel import Field, Session, SQLModel

from storage import announcements
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import Refused

#: Longest reason, in characters: the law's or the agreement's name, and what it says must be told.
LONGEST_REASON = 200


class AnnouncementObligation(SQLModel, table=True):
    """That one announcement must be given, by what, and who said so."""

    __tablename__ = "announcement_obligation"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    reason: str
    marked_by: int = Field(foreign_key="person.id")


def why(session: Session, announcement: Announcement) -> str:
    """By what it must be given; the empty string where it need not be."""
    found = session.get(AnnouncementObligation, announcement.id)
    return found.reason if found else ""


def check(reason: str) -> None:
    """Raises Refused for a reason that is none, or too long."""
    if not reason.strip():
        raise Refused("refused.announcement.no_obligation")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.announcement.long_obligation", length=len(reason), limit=LONGEST_REASON)


def mark(session: Session, acting: Person, announcement: Announcement, version: int, reason: str) -> None:
    """Marks what was looked at as one that must be given, for that reason: it is planned and approved anew. The same
    again is the same.

    Raises NotAllowed without the leader's role, Refused once it was sent or changed since, and as ``check`` does.
    """
    acting.must_be(session, "leader", announcement.programme_key)
    check(reason)
    if reason == why(session, announcement):
        return
    announcements.must_be_as_seen(session, acting, announcement, version)
    assert announcement.id is not None
    session.merge(AnnouncementObligation(announcement_id=announcement.id, reason=reason, marked_by=acting.identity))
    announcements.mark_changed(session, announcement)


def unmark(session: Session, acting: Person, announcement: Announcement, version: int) -> None:
    """Has it go to those only who want messages; where it need not be given, nothing changes. Raises as ``mark``."""
    acting.must_be(session, "leader", announcement.programme_key)
    found = session.get(AnnouncementObligation, announcement.id)
    if found is None:
        return
    announcements.must_be_as_seen(session, acting, announcement, version)
    session.delete(found)
    session.flush()
    announcements.mark_changed(session, announcement)
