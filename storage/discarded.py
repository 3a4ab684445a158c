"""A draft that is thrown away, with all that belongs to it. What was asked to be approved is a record, and stays."""

from sqlmodel import Session, col, delete, select

from storage import announcements
from storage.announcement_attachments import AnnouncementAttachment
from storage.announcement_buttons import AnnouncementButtons
from storage.announcement_versions import AnnouncementVersion
from storage.announcements import Announcement
from storage.approvals import Approval
from storage.decided_announcements import Telling
from storage.people import Person
from storage.refusals import Refused
from storage.urgency import AnnouncementUrgency

_BELONGS = (AnnouncementAttachment, AnnouncementButtons, AnnouncementVersion, Telling, AnnouncementUrgency)


def must_be_a_draft(session: Session, acting: Person, programme_key: str, key: int) -> Announcement:
    """The draft. Raises NotAllowed without the leader's role, Refused where there is none, for what was sent or is
    planned, and for what somebody was asked to approve."""
    announcement = announcements.get_draft(session, acting, programme_key, key)
    if announcement.send_at is not None:
        raise Refused("refused.announcement.planned")
    if was_asked(session, announcement):
        raise Refused("refused.announcement.asked")
    return announcement


def discard(session: Session, acting: Person, programme_key: str, key: int) -> str:
    """Throws the draft away and returns its title. Raises as ``must_be_a_draft``."""
    announcement = must_be_a_draft(session, acting, programme_key, key)
    throw_away(session, announcement)
    return announcement.title


def was_asked(session: Session, announcement: Announcement) -> bool:
    """Whether somebody was asked to approve it."""
    return session.exec(select(Approval.id).where(Approval.announcement_id == announcement.id)).first() is not None


def throw_away(session: Session, announcement: Announcement) -> None:
    """Deletes a draft with all that belongs to it."""
    for table in _BELONGS:
        session.execute(delete(table).where(col(table.announcement_id) == announcement.id))
    session.delete(announcement)
    session.flush()
