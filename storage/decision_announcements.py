"""Drafts of announcements that tell of what is in the decisions log."""

from datetime import datetime

from sqlmodel import Session, select

from storage import announcements, decided_announcements
from storage.announcements import Announcement
from storage.decision_log import DecisionEntry
from storage.people import Person


def draft(session: Session, acting: Person, programme_key: str, entry: DecisionEntry, now: datetime) -> Announcement:
    """A draft of what that version says, which points to the decision; the one that was begun before is gone on with as
    it was left. Raises NotAllowed without the leader's role, Refused for a text that is none yet."""
    acting.must_be(session, "leader", programme_key)
    form = f"decision:{entry.decision_id}:{entry.number}"
    known = session.exec(select(Announcement).where(Announcement.form == form)).first()
    if known is not None:
        return known
    text = "\n\n".join(part for part in (entry.text, entry.means) if part)
    made = announcements.draft(session, acting, programme_key, entry.title, text, now, form)
    assert made.id is not None
    decided_announcements.say(session, acting, programme_key, made.id, entry.decision_id, now)
    return made
