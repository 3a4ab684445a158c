"""Versions of an announcement in other languages: each person gets theirs, or the text that was written first."""

from dataclasses import dataclass

from sqlmodel import Field, Session, SQLModel, select

from storage import announcements
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import Refused

#: What a version can be written in, as people choose their language.
LANGUAGES = ("nb", "nn", "en")
#: Longest text for those who do not see the picture, and title of the link, in characters.
LONGEST_ALT = 300
LONGEST_LINK_TITLE = 100


class AnnouncementVersion(SQLModel, table=True):
    """The title and the text of an announcement in one more language. It is whole: both, or none at all."""

    __tablename__ = "announcement_version"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    language: str = Field(primary_key=True)
    title: str
    text: str
    #: The fingerprint of what the first text was when this was written.
    written_for: str
    #: What the picture shows and the link is called in this language; empty for as the first language has it.
    picture_alt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    link_title: str = Field(default="", sa_column_kwargs={"server_default": ""})


@dataclass(frozen=True)
class Said:
    """What an announcement says to somebody."""

    title: str
    text: str
    picture_alt: str = ""
    link_title: str = ""


def said(session: Session, announcement: Announcement, language: str) -> Said:
    """What it says in that language, and in the first one's where nobody wrote that."""
    found = session.get(AnnouncementVersion, (announcement.id, language))
    return of(found) if found else Said(announcement.title, announcement.text)


def every(session: Session, announcement: Announcement) -> list[AnnouncementVersion]:
    """The versions there are beside the first, in the languages' order."""
    rows = session.exec(select(AnnouncementVersion).where(AnnouncementVersion.announcement_id == announcement.id))
    return sorted(rows, key=lambda row: LANGUAGES.index(row.language))


def fingerprint(announcement: Announcement) -> str:
    """What tells whether the first text is still what it was: of its title and its text."""
    return fingerprint_of(announcement.title, announcement.text)


def fingerprint_of(title: str, text: str) -> str:
    return announcements.fingerprint_of(title, text)


def is_outdated(announcement: Announcement, version: AnnouncementVersion) -> bool:
    """Whether the first text was changed after this one was written, so that they may say different things."""
    return version.written_for != fingerprint(announcement)


def write(
    session: Session, acting: Person, programme_key: str, key: int, language: str, says: Said, written_for: str = ""
) -> Announcement:
    """Writes a version, or writes it anew: what was planned or approved is so no more. The same again is the same.

    ``written_for`` is the fingerprint of the first text that was looked at. Raises NotAllowed without the leader's
    role, Refused once it was sent, for another language, and where the title or the text lacks or is too long.
    """
    announcement = _draft(session, acting, programme_key, key, language)
    announcements.check(says.title, says.text)
    check(says)
    found = session.get(AnnouncementVersion, (key, language))
    stamp = written_for or fingerprint(announcement)
    if found is None or (says, stamp) != (of(found), found.written_for):
        row = AnnouncementVersion(announcement_id=key, language=language, written_for=stamp, **vars(says))
        session.merge(row)
        announcements.mark_changed(session, announcement)
    return announcement


def remove(session: Session, acting: Person, programme_key: str, key: int, language: str) -> Announcement:
    """Takes a version away: who has that language gets the first text. Where there is none, nothing changes. Raises as
    ``write`` does."""
    announcement = _draft(session, acting, programme_key, key, language)
    found = session.get(AnnouncementVersion, (key, language))
    if found is not None:
        session.delete(found)
        announcements.mark_changed(session, announcement)
    return announcement


def of(row: AnnouncementVersion) -> Said:
    """What a stored version says."""
    return Said(row.title, row.text, row.picture_alt, row.link_title)


def check(says: Said) -> None:
    """Raises Refused where the picture's words, or the link's title, are too long."""
    if len(says.picture_alt) > LONGEST_ALT:
        raise Refused("refused.announcement.long_alt", length=len(says.picture_alt), limit=LONGEST_ALT)
    if len(says.link_title) > LONGEST_LINK_TITLE:
        raise Refused("refused.announcement.long_link_title", length=len(says.link_title), limit=LONGEST_LINK_TITLE)


def _draft(session: Session, acting: Person, programme_key: str, key: int, language: str) -> Announcement:
    announcement = announcements.get_draft(session, acting, programme_key, key)
    if language not in LANGUAGES:
        raise Refused("refused.announcement.language")
    return announcement
