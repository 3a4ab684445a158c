"""What goes with an announcement: a picture, which is told in words too, a link, and a film only where it has captions.

https://lovdata.no/dokument/SF/forskrift/2013-06-21-732: what public bodies publish has text alternatives and captions.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel

from storage import announcement_versions as versions
from storage import announcements
from storage.announcement_versions import LONGEST_ALT, LONGEST_LINK_TITLE
from storage.announcements import Announcement
from storage.https_addresses import is_address
from storage.people import Person
from storage.refusals import Refused

#: Longest address, in characters.
LONGEST_ADDRESS = 500
#: What Teams draws: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
PICTURES = (".png", ".jpg", ".jpeg", ".gif")
_IN_TEXT = re.compile(r"https://[^\s)\"<>]+")
#: Where films are as a rule: a host and what is below it, the end of a path.
_FILM_HOSTS = ("youtube.com", "youtube-nocookie.com", "youtu.be", "vimeo.com", "microsoftstream.com", "tv.nrk.no",
               "panopto.com", "panopto.eu", "kaltura.com", "loom.com", "tiktok.com", "dreambroker.com", "qbrick.com",
               "dailymotion.com")  # fmt: skip
_FILM_PATHS = (".mp4", ".m4v", ".mov", ".webm", "/stream.aspx")


class Film(StrEnum):
    """Whether it leads to a film."""

    NONE = "none"
    CAPTIONED = "captioned"
    UNCAPTIONED = "uncaptioned"  # never stored: it stops the announcement


class AnnouncementAttachment(SQLModel, table=True):
    """What goes with one announcement; an empty text where there is no picture, or no link."""

    __tablename__ = "announcement_attachment"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    picture_address: str = ""
    picture_alt: str = ""
    link_address: str = ""
    link_title: str = ""
    film: Film = Field(default=Film.NONE, sa_type=String)


@dataclass(frozen=True)
class Attached:
    """What goes with an announcement, as it is filled in and as it is told."""

    picture_address: str = ""
    picture_alt: str = ""
    link_address: str = ""
    link_title: str = ""
    film: Film = Film.NONE


def attached(session: Session, announcement: Announcement) -> Attached:
    """What goes with it, in the words of its first language."""
    found = session.get(AnnouncementAttachment, announcement.id)
    if found is None:
        return Attached()
    return Attached(found.picture_address, found.picture_alt, found.link_address, found.link_title, Film(found.film))


def attach(session: Session, acting: Person, programme_key: str, key: int, wanted: Attached) -> Announcement:
    """Says what goes with a draft, instead of what did: it is planned and approved anew. The same again is the same.

    Raises NotAllowed without the leader's role, Refused once it was sent, for a picture that is not told in words, what
    is no https address or too long, a link without a title, and a film without captions.
    """
    announcement = announcements.get_draft(session, acting, programme_key, key)
    check(wanted)
    before = attached(session, announcement)
    if wanted != before:
        _forget_words(session, announcement, before, wanted)
        row = session.get(AnnouncementAttachment, key) or AnnouncementAttachment(announcement_id=key)
        for name, value in vars(wanted).items():
            setattr(row, name, value)
        session.add(row)
        announcements.mark_changed(session, announcement)
    return announcement


def check(wanted: Attached) -> None:
    """Raises Refused as ``attach`` does for what may not go with an announcement."""
    _check_picture(wanted)
    _check_link(wanted)
    if wanted.film == Film.UNCAPTIONED:
        raise Refused("refused.announcement.uncaptioned_film")
    if wanted.film == Film.NONE and is_film(wanted.link_address):
        raise Refused("refused.announcement.unsaid_film")


def must_be_captioned(session: Session, announcement: Announcement) -> None:
    """Raises Refused where a text, in any language, leads to a film of which nobody has said that it has captions."""
    texts = [announcement.text, *(row.text for row in versions.every(session, announcement))]
    check_texts(texts, attached(session, announcement).film)


def check_texts(texts: list[str], film: Film) -> None:
    """Raises Refused where any of them leads to a film, unless ``film`` says that it has captions."""
    if film == Film.CAPTIONED:
        return
    if any(is_film(address) for text in texts for address in _IN_TEXT.findall(text)):
        raise Refused("refused.announcement.film_in_text")


def is_film(address: str) -> bool:
    """Whether an address is one of a film, as far as the address tells."""
    try:
        parts = urlsplit(address)
    except ValueError:  # "https://[" leads nowhere
        return False
    host = (parts.hostname or "").lower()
    is_there = any(host == one or host.endswith(f".{one}") for one in _FILM_HOSTS)
    return is_there or parts.path.lower().endswith(_FILM_PATHS)


def _forget_words(session: Session, announcement: Announcement, before: Attached, wanted: Attached) -> None:
    """What the versions say of another picture, or call another link, is not true of these."""
    for row in versions.every(session, announcement):
        if wanted.picture_address != before.picture_address:
            row.picture_alt = ""
        if wanted.link_address != before.link_address:
            row.link_title = ""
        session.add(row)


def _check_picture(wanted: Attached) -> None:
    address, alt = wanted.picture_address, wanted.picture_alt
    if not address and not alt:
        return
    if not address:
        raise Refused("refused.announcement.no_picture")
    _check_address(address, "picture")
    if not urlsplit(address).path.lower().endswith(PICTURES):
        raise Refused("refused.announcement.other_picture")
    if not alt:
        raise Refused("refused.announcement.no_alt")
    if len(alt) > LONGEST_ALT:
        raise Refused("refused.announcement.long_alt", length=len(alt), limit=LONGEST_ALT)


def _check_link(wanted: Attached) -> None:
    address, title = wanted.link_address, wanted.link_title
    if not address and not title:
        return
    if not address:
        raise Refused("refused.announcement.no_link")
    _check_address(address, "link")
    if not title:
        raise Refused("refused.announcement.no_link_title")
    if len(title) > LONGEST_LINK_TITLE:
        raise Refused("refused.announcement.long_link_title", length=len(title), limit=LONGEST_LINK_TITLE)


def _check_address(address: str, what: str) -> None:
    if len(address) > LONGEST_ADDRESS:
        raise Refused(f"refused.announcement.long_{what}", length=len(address), limit=LONGEST_ADDRESS)
    if not is_address(address):
        raise Refused(f"refused.announcement.unsafe_{what}")
