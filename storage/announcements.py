"""Announcements (meldinger til ansatte): written by leaders, sent once."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, false
from sqlmodel import Field, Session, SQLModel, col, select

from storage import audiences, decided_announcements, stops
from storage.audiences import Audience
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import Refused

#: Longest title and text, in characters: a card of both stays far below what the platforms take.
LONGEST_TITLE = 120
LONGEST_TEXT = 4000
LONGEST_FORM = 64


class Announcement(SQLModel, table=True):
    """A leader's message to the employees: a draft until ``sent_at`` is set, afterwards changed by a correction only,
    see storage/corrections.py. ``sender_id`` is who decided that it is sent; a draft that is planned has ``send_at``,
    when the clock sends it, see storage/planned.py."""

    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    author_id: int = Field(foreign_key="person.id")
    title: str
    text: str
    #: Rises with each change, so that what is sent is what was looked at.
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    broadcast_id: int | None = Field(default=None, foreign_key="broadcast.id")
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sender_id: int | None = Field(default=None, foreign_key="person.id")
    #: The one group it goes to, or went to; None where that is everyone.
    group_id: int | None = Field(default=None, foreign_key="conversation_group.id")
    form: str | None = Field(default=None, unique=True)
    #: Whom it is for, as JSON; None for everyone. See audiences.Audience.
    audience: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: Whether those who get it are asked to confirm that they read it; see storage/receipts.py.
    asks_receipt: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    #: Since when it is taken back; see storage/amendments.py.
    recalled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def draft(
    session: Session, acting: Person, programme_key: str, title: str, text: str, now: datetime, form: str = ""
) -> Announcement:
    """Writes a draft. Raises NotAllowed without the leader's role, Refused for an empty or too long title or text.

    ``form`` is a one-time value of the form it was written in: the same form sent twice is one draft.
    """
    acting.must_be(session, "leader", programme_key)
    check(title, text)
    statement = select(Announcement).where(Announcement.form == form[:LONGEST_FORM])
    written = session.exec(statement).first() if form else None
    if written is not None and written.id is not None:
        return revise(session, acting, programme_key, written.id, title, text)
    announcement = Announcement(
        programme_key=programme_key,
        author_id=acting.identity,
        title=title,
        text=text,
        created_at=now,
        form=form[:LONGEST_FORM] or None,
    )
    session.add(announcement)
    session.flush()
    return announcement


def revise(
    session: Session, acting: Person, programme_key: str, key: int, title: str, text: str, seen: str = ""
) -> Announcement:
    """Changes a draft; one that was planned is planned no more. Raises Refused once it was sent, and where somebody has
    changed it since it was opened: ``seen`` is the fingerprint of what it was then."""
    announcement = get_draft(session, acting, programme_key, key)
    check(title, text)
    now = fingerprint_of(announcement.title, announcement.text)
    if seen and now not in (seen, fingerprint_of(title, text)):
        raise Refused("refused.announcement.overtaken")
    if (title, text) != (announcement.title, announcement.text):
        announcement.title, announcement.text = title, text
        mark_changed(session, announcement)
    return announcement


def fingerprint_of(title: str, text: str) -> str:
    """What tells whether a text is still what somebody looked at."""
    return sha256(f"{title}\0{text}".encode()).hexdigest()


def address(session: Session, acting: Person, programme_key: str, key: int, audience: Audience) -> Announcement:
    """Says whom a draft is for; one that was planned is planned no more, since others were looked at then. Raises
    Refused once it was sent, and for an audience that cannot be."""
    announcement = get_draft(session, acting, programme_key, key)
    audiences.check(session, programme_key, audience)
    if audience.stored() != announcement.audience:
        announcement.audience = audience.stored()
        mark_changed(session, announcement)
    return announcement


def mark_changed(session: Session, announcement: Announcement) -> None:
    """What belongs to a draft has changed: nobody has looked at it so yet, and it is planned no more."""
    announcement.version += 1
    announcement.send_at = announcement.sender_id = announcement.group_id = None
    session.add(announcement)


def get_draft(session: Session, acting: Person, programme_key: str, key: int) -> Announcement:
    """As ``get``; raises Refused once it was sent, too."""
    announcement = get(session, acting, programme_key, key)
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    return announcement


def get(session: Session, acting: Person, programme_key: str, key: int) -> Announcement:
    """A leader's view of an announcement. Raises NotAllowed without the role, Refused when there is none."""
    acting.must_be(session, "leader", programme_key)
    return locked_row(session, programme_key, key)


def locked_row(session: Session, programme_key: str, key: int) -> Announcement:
    """The announcement, for whoever may change it. Raises Refused when there is none."""
    statement = select(Announcement).where(Announcement.id == key, Announcement.programme_key == programme_key)
    announcement: Announcement | None = session.exec(locked(session, statement)).first()
    if announcement is None:
        raise Refused("refused.announcement.unknown")
    return announcement


def mark_sent(
    session: Session,
    acting: Person,
    announcement: Announcement,
    version: int,
    broadcast_id: int,
    now: datetime,
    group_id: int | None = None,
) -> None:
    """Settles what is sent, to everyone or to one group.

    Raises NotAllowed without the leader's role, Refused when the draft changed after it was looked at, or was sent,
    NotReady for what tells of a decision that has not been discussed.
    """
    must_be_as_seen(session, acting, announcement, version)
    decided_announcements.must_be_ready(session, announcement.programme_key, announcement.id)
    decided_announcements.keep_as_told(session, announcement.id)
    announcement.sent_at, announcement.broadcast_id, announcement.group_id = now, broadcast_id, group_id
    announcement.sender_id = acting.id
    session.add(announcement)


def must_be_as_seen(session: Session, acting: Person, announcement: Announcement, version: int) -> None:
    """Raises NotAllowed without the leader's role, Refused for what was sent, or changed after it was looked at."""
    acting.must_be(session, "leader", announcement.programme_key)
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    if announcement.version != version:
        raise Refused("refused.announcement.changed")


def latest(
    session: Session, programme_key: str, most: int, now: datetime, person: Person | None = None
) -> list[Announcement]:
    """What was sent to everyone by ``now`` and stands, the newest first. What one group or audience was told is theirs,
    and what was stopped on its way is news for nobody but a ``person`` whom it had reached."""
    rows = session.exec(
        select(Announcement)
        .where(
            Announcement.programme_key == programme_key,
            col(Announcement.sent_at) <= now,
            col(Announcement.recalled_at).is_(None),
            col(Announcement.group_id).is_(None),
            col(Announcement.audience).is_(None),
            stops.told_to(col(Announcement.broadcast_id), person),
        )
        .order_by(col(Announcement.sent_at).desc(), col(Announcement.id).desc())
        .limit(most)
    ).all()
    return list(rows)


def told(session: Session, programme_key: str, key: int) -> tuple[Announcement, Person] | None:
    """What was sent under that key, and who wrote it; None where nothing was."""
    found = session.get(Announcement, key)
    if found is None or found.programme_key != programme_key or found.sent_at is None:
        return None
    return found, session.get_one(Person, found.author_id)


def last_moment(session: Session) -> datetime | None:
    """When the last announcement was sent, in any programme; None where none was."""
    return session.exec(
        select(Announcement.sent_at)
        .where(col(Announcement.sent_at).is_not(None))
        .order_by(col(Announcement.sent_at).desc())
    ).first()


def of_author(session: Session, acting: Person, programme_key: str, most: int) -> list[Announcement]:
    """What leaders have written, drafts too, the newest first. Raises NotAllowed without the role."""
    acting.must_be(session, "leader", programme_key)
    return every(session, programme_key, most)


def every(session: Session, programme_key: str, most: int) -> list[Announcement]:
    """What was written last, drafts too, the newest first: for those who may see it."""
    rows = session.exec(
        select(Announcement)
        .where(Announcement.programme_key == programme_key)
        .order_by(col(Announcement.id).desc())
        .limit(most)
    ).all()
    return list(rows)


def check(title: str, text: str) -> None:
    """Raises Refused where the title or the text lacks, or is too long."""
    if not title:
        raise Refused("refused.announcement.no_title")
    if not text:
        raise Refused("refused.announcement.no_text")
    if len(title) > LONGEST_TITLE:
        raise Refused("refused.announcement.long_title", length=len(title), limit=LONGEST_TITLE)
    if len(text) > LONGEST_TEXT:
        raise Refused("refused.announcement.long_text", length=len(text), limit=LONGEST_TEXT)
