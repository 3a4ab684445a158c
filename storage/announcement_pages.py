"""Pages of announcements: what everyone was told, at an address that can be printed and not guessed."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage import broadcasts
from storage.announcements import Announcement
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused

#: Bytes of chance in a key: 96 bits, which make 16 characters and a small QR code.
LENGTH = 12


class AnnouncementPage(SQLModel, table=True):
    """The page of an announcement, from when somebody first asked for it."""

    __tablename__ = "announcement_page"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    key: str = Field(unique=True)


@dataclass(frozen=True)
class Told:
    """What a page tells: the announcement, who it is from, and of what."""

    announcement: Announcement
    author: str
    programme: Programme


def open_page(session: Session, acting: Person, announcement: Announcement) -> str:
    """The key of the announcement's page, the same each time. Raises NotAllowed without the leader's role, Refused for
    what was not sent to everyone, because others may read what stands on a wall, and for what was stopped or recalled.
    """
    acting.must_be(session, "leader", announcement.programme_key)
    if not _is_for_everyone(announcement):
        raise Refused("refused.announcement.no_page")
    if is_over(session, announcement):
        raise Refused("refused.announcement.page_over")
    assert announcement.id is not None
    found = session.get(AnnouncementPage, announcement.id)
    if found is None:
        found = AnnouncementPage(announcement_id=announcement.id, key=secrets.token_urlsafe(LENGTH))
        session.add(found)
        session.flush()
    return found.key


def find(session: Session, key: str) -> Told | None:
    """What the page of that key tells; None where there is none, or none any more."""
    statement = (
        select(Announcement, Person.name, Programme)
        .join(AnnouncementPage, col(AnnouncementPage.announcement_id) == Announcement.id)
        .join(Person, col(Person.id) == Announcement.author_id)
        .join(Programme, col(Programme.key) == Announcement.programme_key)
        .where(AnnouncementPage.key == key)
    )
    found = session.exec(statement).first()
    return Told(*found) if found and _is_for_everyone(found[0]) else None


def is_over(session: Session, announcement: Announcement) -> bool:
    """Whether it was stopped on its way or recalled: nobody is to read it who has not."""
    if announcement.recalled_at is not None or announcement.broadcast_id is None:
        return announcement.recalled_at is not None
    return broadcasts.stopped_at(session, announcement.broadcast_id) is not None


def sent_at(told: Told) -> datetime:
    """When it was sent: what has a page was."""
    assert told.announcement.sent_at is not None
    return told.announcement.sent_at


def _is_for_everyone(announcement: Announcement) -> bool:
    to_some = announcement.group_id is not None or announcement.audience is not None
    return announcement.sent_at is not None and not to_some
