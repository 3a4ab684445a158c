"""Marking an announcement for a reason that everybody is told: one kind in urgency.py, one in obligations.py."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlmodel import Session

from storage import announcements
from storage.announcements import Announcement
from storage.people import Person
from storage.refusals import Refused

#: Longest reason, in characters: it stands above the announcement.
LONGEST_REASON = 200


class Marked(Protocol):
    """That one announcement is marked, why, and who said so: a row of a table of its own for each kind of mark."""

    reason: str

    def __init__(self, *, announcement_id: int, reason: str, marked_by: int) -> None: ...


Row = TypeVar("Row", bound=Marked)


@dataclass(frozen=True)
class ReasonedMark(Generic[Row]):
    """One kind of mark: its table, and the refusals of a reason that is none, and of one that is too long."""

    table: type[Row]
    none: str
    long: str

    def why(self, session: Session, announcement: Announcement) -> str:
        """For what reason it is marked; the empty string where it is not."""
        found = session.get(self.table, announcement.id)
        return found.reason if found else ""

    def check(self, reason: str) -> None:
        """Raises Refused for a reason that is none, or too long."""
        if not reason.strip():
            raise Refused(self.none)
        if len(reason) > LONGEST_REASON:
            raise Refused(self.long, length=len(reason), limit=LONGEST_REASON)

    def mark(self, session: Session, acting: Person, announcement: Announcement, version: int, reason: str) -> None:
        """Marks what was looked at, for that reason: it is planned and approved anew. The same again is the same.

        Raises NotAllowed without the leader's role, Refused once it was sent or changed since, and as ``check`` does.
        """
        acting.must_be(session, "leader", announcement.programme_key)
        self.check(reason)
        if reason == self.why(session, announcement):
            return
        announcements.must_be_as_seen(session, acting, announcement, version)
        assert announcement.id is not None
        session.merge(self.table(announcement_id=announcement.id, reason=reason, marked_by=acting.identity))
        announcements.mark_changed(session, announcement)

    def unmark(self, session: Session, acting: Person, announcement: Announcement, version: int) -> None:
        """Takes the mark away; where there is none, nothing changes. Raises as ``mark``."""
        acting.must_be(session, "leader", announcement.programme_key)
        found = session.get(self.table, announcement.id)
        if found is None:
            return
        announcements.must_be_as_seen(session, acting, announcement, version)
        session.delete(found)
        session.flush()
        announcements.mark_changed(session, announcement)
