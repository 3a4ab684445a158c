"""What a correction says besides the first text: its versions in other languages, its picture and its link."""

from collections.abc import Mapping
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from storage import announcement_attachments as attachments
from storage import announcement_versions as versions
from storage import announcements
from storage.announcement_attachments import AnnouncementAttachment, Attached
from storage.announcement_versions import LANGUAGES, AnnouncementVersion, Said
from storage.announcements import Announcement


class Version(BaseModel):
    """A version as it is to read; ``of`` is the fingerprint of the first text that it was looked at with."""

    model_config = ConfigDict(frozen=True)

    title: str
    text: str
    picture_alt: str = ""
    link_title: str = ""
    of: str

    @property
    def said(self) -> Said:
        return Said(self.title, self.text, self.picture_alt, self.link_title)


class Parts(BaseModel):
    """All of an announcement but its first text."""

    model_config = ConfigDict(frozen=True)

    versions: dict[str, Version] = {}
    attached: Attached = Attached()

    def holding(self, title: str, text: str) -> dict[str, Said]:
        """The versions that were looked at with this first text: of the others nobody knows whether they are right, and
        who has that language reads the first text."""
        of = versions.fingerprint_of(title, text)
        return {language: one.said for language, one in self.versions.items() if one.of == of}

    def with_version(self, language: str, says: Said, title: str, text: str) -> "Parts":
        new = Version(**asdict(says), of=versions.fingerprint_of(title, text))
        return self.model_copy(update={"versions": {**self.versions, language: new}})

    def without(self, language: str) -> "Parts":
        left = {key: one for key, one in self.versions.items() if key != language}
        return self.model_copy(update={"versions": left})

    def with_attached(self, wanted: Attached) -> "Parts":
        """What the versions say of another picture, or call another link, is not true of these."""
        forgotten = {
            "picture_alt": wanted.picture_address != self.attached.picture_address,
            "link_title": wanted.link_address != self.attached.link_address,
        }
        emptied = {name: "" for name, is_other in forgotten.items() if is_other}
        every = {language: one.model_copy(update=emptied) for language, one in self.versions.items()}
        return Parts(versions=every, attached=wanted)


def as_told(session: Session, announcement: Announcement) -> Parts:
    """What is told now."""
    of = versions.fingerprint(announcement)
    every = versions.every(session, announcement)
    return Parts(
        versions={row.language: Version(**asdict(versions.of(row)), of=of) for row in every},
        attached=attachments.attached(session, announcement),
    )


def check(parts: Parts, title: str, text: str) -> None:
    """Raises Refused for what could not be written either: a version that lacks its title or text, a picture that is
    not told in words, a link without a title, a film without captions."""
    attachments.check(parts.attached)
    holding = parts.holding(title, text)
    for says in holding.values():
        announcements.check(says.title, says.text)
        versions.check(says)
    attachments.check_texts([text, *(says.text for says in holding.values())], parts.attached.film)


def apply(session: Session, announcement: Announcement, parts: Parts) -> None:
    """Has the announcement, whose first text is corrected already, say all of it."""
    holding = parts.holding(announcement.title, announcement.text)
    stamp = versions.fingerprint(announcement)
    for language in LANGUAGES:
        found = session.get(AnnouncementVersion, (announcement.id, language))
        if language in holding:
            says: Mapping[str, str] = asdict(holding[language])
            row = AnnouncementVersion(
                announcement_id=announcement.id or 0, language=language, written_for=stamp, **says
            )
            session.merge(row)
        elif found is not None:
            session.delete(found)
    if parts.attached != attachments.attached(session, announcement):
        has = session.get(AnnouncementAttachment, announcement.id) or AnnouncementAttachment(
            announcement_id=announcement.id or 0
        )
        for name, value in vars(parts.attached).items():
            setattr(has, name, value)
        session.add(has)
    session.flush()
