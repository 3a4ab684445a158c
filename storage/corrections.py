"""Corrections of what was sent: written and looked at as drafts, approved where sending is, made once, kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, false, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage import amendments, announcements, approvals, correction_parts
from storage.announcements import Announcement
from storage.correction_parts import Parts
from storage.database import UtcDateTime
from storage.outbox import Message
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused

#: Longest account of what was corrected, in characters: it stands on the card.
LONGEST_WHAT = 200


class State(StrEnum):
    """What became of a correction."""

    DRAFT = "draft"
    WAITING = "waiting"  # for somebody's approval
    MADE = "made"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # another was asked for instead


class Correction(SQLModel, table=True):
    """How an announcement is to read from now on. It holds for the version that was there when it was written."""

    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    version: int
    title: str
    text: str
    what: str
    #: All but the first text, as correction_parts.Parts; None for as it was told.
    parts: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: Whether those whose message cannot be changed are sent it anew.
    is_resent: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    written_by: int = Field(foreign_key="person.id")
    written_at: datetime = Field(sa_type=UtcDateTime)
    state: State = Field(default=State.DRAFT, sa_type=String)
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = None


def propose(
    session: Session,
    acting: Person,
    announcement: Announcement,
    title: str,
    text: str,
    what: str,
    is_resent: bool,
    now: datetime,
    parts: Parts | None = None,
    must_differ: bool = True,
) -> Correction:
    """Keeps how it is to read; nobody is told yet. The same again is the draft there is. ``parts`` is all but the first
    text, None for as it is told now. Without ``must_differ`` it is a beginning, of which nothing is changed yet.

    Raises NotAllowed without the leader's role, Refused for what was not sent or is recalled, for an empty or too long
    title, text or account of what is corrected, where nothing would change, and as correction_parts.check does.
    """
    amendments.must_stand(session, acting, announcement)
    announcements.check(title, text)
    if not what:
        raise Refused("refused.correction.no_what")
    if len(what) > LONGEST_WHAT:
        raise Refused("refused.correction.long_what", length=len(what), limit=LONGEST_WHAT)
    told = correction_parts.as_told(session, announcement)
    parts = parts or told
    if must_differ and not _differs(title, text, parts, announcement, told):
        raise Refused("refused.correction.same")
    correction_parts.check(parts, title, text)
    assert announcement.id is not None
    draft = Correction(
        announcement_id=announcement.id,
        version=announcement.version,
        title=title,
        text=text,
        what=what,
        parts=parts.model_dump(mode="json"),
        is_resent=is_resent,
        written_by=acting.identity,
        written_at=now,
    )
    found = _same(session, draft)
    if found is not None:
        return found
    session.add(draft)
    session.flush()
    return draft


def get(session: Session, acting: Person, programme_key: str, key: int) -> tuple[Correction, Announcement]:
    """A correction and what it is of, which is locked: two who decide at once do so one after the other. Raises
    NotAllowed for who is neither leader nor deputy, Refused where there is none."""
    approvals.must_be_approver(session, acting, programme_key)
    found = session.get(Correction, key)
    if found is None:
        raise Refused("refused.correction.unknown")
    announcement = announcements.locked_row(session, programme_key, found.announcement_id)
    session.refresh(found)
    return found, announcement


def parts_of(session: Session, correction: Correction, announcement: Announcement) -> Parts:
    """All but the first text, as it is to read."""
    if correction.parts is None:
        return correction_parts.as_told(session, announcement)
    return Parts.model_validate(correction.parts)


def needs_approval(session: Session, programme: Programme, acting: Person, announcement: Announcement) -> bool:
    """Whether somebody else must look at it first: as for sending it, where it went to everyone."""
    is_for_all = announcement.audience is None and announcement.group_id is None
    return is_for_all and programme.needs_approval and bool(approvals.approvers(session, programme.key, acting))


def ask(session: Session, acting: Person, correction: Correction, announcement: Announcement) -> bool:
    """Leaves it to somebody's approval; what was asked for before is withdrawn. Returns whether it is new. Raises as
    ``must_hold`` does."""
    if correction.state == State.WAITING:
        return False
    must_hold(session, acting, correction, announcement)
    earlier = (
        update(Correction)
        .where(col(Correction.announcement_id) == announcement.id, col(Correction.state) == State.WAITING)
        .values(state=State.WITHDRAWN.value)
    )
    session.execute(earlier)
    correction.state = State.WAITING
    session.add(correction)
    return True


def decide(
    session: Session,
    acting: Person,
    correction: Correction,
    announcement: Announcement,
    reason: str | None,
    now: datetime,
) -> bool:
    """Approves it, or rejects it for a reason; returns whether it was this that decided it. Making it is for ``make``.

    Raises Refused for one's own, for one that was withdrawn or whose announcement changed since, and for a rejection
    without a reason or with one that is too long.
    """
    approvals.must_be_approver(session, acting, announcement.programme_key)
    if correction.written_by == acting.id:
        raise Refused("refused.approval.own")
    if correction.state in (State.MADE, State.REJECTED):
        return False
    if correction.state != State.WAITING or correction.version != announcement.version:
        raise Refused("refused.approval.changed")
    if reason is not None:
        approvals.check(reason)
        correction.state, correction.reason = State.REJECTED, reason
    correction.decided_by, correction.decided_at = acting.id, now
    session.add(correction)
    return True


def must_hold(session: Session, acting: Person, correction: Correction, announcement: Announcement) -> None:
    """Raises NotAllowed without the leader's role, Refused for what was recalled, or corrected by somebody else since,
    and for one that was rejected or withdrawn, or changes nothing."""
    amendments.must_stand(session, acting, announcement)
    if correction.version != announcement.version or correction.state in (State.REJECTED, State.WITHDRAWN):
        raise Refused("refused.correction.changed")
    told = correction_parts.as_told(session, announcement)
    parts = parts_of(session, correction, announcement)
    if not _differs(correction.title, correction.text, parts, announcement, told):
        raise Refused("refused.correction.same")


def make(
    session: Session,
    acting: Person,
    correction: Correction,
    announcement: Announcement,
    message: Message,
    resent: Message | None,
    now: datetime,
) -> None:
    """Makes it: the announcement reads so from now on, where it arrived and where it has not. ``acting`` is the leader
    who wrote it. Raises as ``must_hold`` does."""
    must_hold(session, acting, correction, announcement)
    parts = parts_of(session, correction, announcement)
    announcement.title, announcement.text = correction.title, correction.text
    correction_parts.apply(session, announcement, parts)
    announcement.version += 1
    session.add(announcement)
    correction.state = State.MADE
    session.add(correction)
    amendments.correct(session, acting, announcement, correction.what, message, resent, now)


def _same(session: Session, draft: Correction) -> Correction | None:
    fields = ("announcement_id", "version", "title", "text", "what", "is_resent", "written_by")
    statement = select(Correction).where(col(Correction.state).in_([State.DRAFT, State.WAITING]))
    for field in fields:
        statement = statement.where(getattr(Correction, field) == getattr(draft, field))
    rows = session.exec(statement.order_by(col(Correction.id).desc()))
    return next((row for row in rows if row.parts == draft.parts), None)


def _differs(title: str, text: str, parts: Parts, announcement: Announcement, told: Parts) -> bool:
    before = (announcement.title, announcement.text)
    if (title, text) != before or parts.attached != told.attached:
        return True
    return parts.holding(title, text) != told.holding(*before)
