"""What a leader has filled in on the card that sends an announcement, kept while they change something else of it."""

from collections.abc import Mapping

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel

from storage.announcements import Announcement
from storage.people import Person

#: The longest field there is, in characters; what is longer is cut, and refused when it is sent.
LONGEST_FIELD = 500


class SendingForm(SQLModel, table=True):
    """A form that was not sent yet: each leader's own, gone when it was sent."""

    __tablename__ = "sending_form"
    announcement_id: int = Field(primary_key=True, foreign_key="announcement.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    fields: dict[str, str] = Field(sa_type=JSON)


def keep(session: Session, acting: Person, announcement: Announcement, fields: Mapping[str, str]) -> None:
    """Keeps what the form holds, instead of what it held. Raises NotAllowed without the leader's role."""
    acting.must_be(session, "leader", announcement.programme_key)
    assert announcement.id is not None
    cut = {name: text[:LONGEST_FIELD] for name, text in fields.items()}
    session.merge(SendingForm(announcement_id=announcement.id, person_id=acting.identity, fields=cut))
    session.flush()


def kept(session: Session, acting: Person, announcement: Announcement) -> dict[str, str]:
    """What that leader filled in; nothing where that is sent, or was never kept."""
    found = session.get(SendingForm, (announcement.id, acting.identity))
    return dict(found.fields) if found else {}


def forget(session: Session, acting: Person, announcement: Announcement) -> None:
    """It was sent."""
    found = session.get(SendingForm, (announcement.id, acting.identity))
    if found is not None:
        session.delete(found)
        session.flush()
