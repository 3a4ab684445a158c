"""What those who get an announcement can do from it: ask about it, sign up for a workgroup, send an input."""

from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel

from storage import announcements, workgroups
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import Refused
from storage.workgroups import Openness


class AnnouncementButtons(SQLModel, table=True):
    """The buttons that were chosen for one announcement; where none were chosen, it has the usual ones."""

    __tablename__ = "announcement_buttons"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    asks: bool
    #: The workgroup to sign up for; empty for none.
    workgroup: str
    takes_input: bool


@dataclass(frozen=True)
class Chosen:
    """Which buttons an announcement has beside help."""

    asks: bool
    workgroup: str
    takes_input: bool


def chosen(session: Session, announcement: Announcement) -> Chosen | None:
    """What was chosen; None where it has the usual buttons."""
    found = session.get(AnnouncementButtons, announcement.id)
    return Chosen(found.asks, found.workgroup, found.takes_input) if found else None


def choose(session: Session, acting: Person, programme_key: str, key: int, wanted: Chosen) -> Announcement:
    """Chooses the buttons of a draft: it is planned and approved anew. The same again is the same.

    Raises NotAllowed without the leader's role, Refused once it was sent, and for a workgroup that takes nobody.
    """
    announcement = announcements.get_draft(session, acting, programme_key, key)
    if wanted.workgroup:
        group = workgroups.get(session, programme_key, wanted.workgroup)
        if group.openness != Openness.OPEN:
            raise Refused("refused.workgroup.closed", group=group.title)
    if wanted != chosen(session, announcement):
        session.merge(AnnouncementButtons(announcement_id=key, **vars(wanted)))
        announcements.mark_changed(session, announcement)
    return announcement
