"""The work streams (arbeidsstrømmer) that status reports are of, and which of the bot's people answer for each.

Streams are in the programme's file, or were added in the chat. Who owns one is a name in a document; which account that
is, a coordinator says, since two people can have the same name.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import JSON, UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage import people, status_rules, unions
from storage.database import UtcDateTime
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import NotAllowed, Refused

LONGEST_TITLE = 120
LONGEST_OWNER = 80
#: How many streams a programme has room for: a report of more is read by nobody.
MOST_STREAMS = 12
#: What an account can be of a stream, and whether that is to stand in.
PARTS = {"stream_owner": False, "stream_stand_in": True}
#: The keys of what was added in the chat: no key of a file has a colon in it.
_MADE_HERE = "stream:"


class WorkStream(SQLModel, table=True):
    """A work stream. ``owner_name`` and ``owner_role`` are as documents, or whoever added it, have them."""

    __tablename__ = "work_stream"
    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    title: Localised = Field(sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    owner_name: str | None = None
    owner_role: Localised | None = Field(default=None, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)
    #: Of one that was added in the chat.
    made_by: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StreamOwner(SQLModel, table=True):
    """The account that answers for a stream, or stands in for whoever does."""

    __tablename__ = "stream_owner"
    __table_args__ = (UniqueConstraint("programme_key", "stream_key", "stands_in"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    stream_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    stands_in: bool = False
    given_by: int | None = Field(default=None, foreign_key="person.id")
    given_at: datetime = Field(sa_type=UtcDateTime)


def is_made_here(key: str) -> bool:
    return key.startswith(_MADE_HERE)


def every(session: Session, programme_key: str) -> list[WorkStream]:
    """The streams, those of the file first, in their order."""
    rows = session.exec(select(WorkStream).where(WorkStream.programme_key == programme_key)).all()
    return sorted(rows, key=lambda row: (is_made_here(row.key), row.position, row.id or 0))


def get(session: Session, programme_key: str, key: str) -> WorkStream:
    """Raises Refused where there is none of that key."""
    which = (WorkStream.programme_key == programme_key, WorkStream.key == key)
    found = session.exec(select(WorkStream).where(*which)).first()
    if found is None:
        raise Refused("refused.status.no_stream")
    return found


def may_arrange(session: Session, person: Person, programme: Programme) -> bool:
    """Whether the person may add streams and say whose account answers for one."""
    is_coordinator = "coordinator" in people.roles(session, person, programme.key)
    return is_coordinator or status_rules.leads(session, person, programme)


def must_arrange(session: Session, person: Person, programme: Programme) -> None:
    """Raises NotAllowed for who neither leads the reports nor coordinates, Refused where there are no reports."""
    if not may_arrange(session, person, programme):
        raise NotAllowed("report_arranger")
    status_rules.must_have(programme)


def add(
    session: Session, acting: Person, programme: Programme, title: str, owner_name: str, now: datetime
) -> WorkStream:
    """Adds a stream; one of the same title is that one. Raises as ``must_arrange``, and Refused without a title, for a
    text that is too long or names a union, for another owner of one that is there, and where there are as many as a
    report has room for."""
    must_arrange(session, acting, programme)
    _check(title, owner_name)
    known = every(session, programme.key)
    same = next((row for row in known if title.casefold() in {one.casefold() for one in row.title.values()}), None)
    if same is not None:
        if owner_name and owner_name.casefold() != (same.owner_name or "").casefold():
            raise Refused("refused.status.same_stream", stream=title)
        return same
    if len(known) >= MOST_STREAMS:
        raise Refused("refused.status.many_streams", most=MOST_STREAMS)
    row = WorkStream(
        programme_key=programme.key,
        # None that a report has is ever given again.
        key=f"{_MADE_HERE}{uuid4().hex[:12]}",
        position=len(known),
        title={"nb": title},
        owner_name=owner_name or None,
        made_by=acting.identity,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def remove(session: Session, acting: Person, programme: Programme, key: str) -> None:
    """Ends a stream that was added in the chat; reports that were sent keep it. Raises as ``must_arrange``, and Refused
    for one of the file. Twice is once."""
    must_arrange(session, acting, programme)
    if not is_made_here(key):
        raise Refused("refused.status.stream_of_file")
    of_programme = col(WorkStream.programme_key) == programme.key
    session.execute(delete(WorkStream).where(of_programme, col(WorkStream.key) == key))
    session.execute(
        delete(StreamOwner).where(col(StreamOwner.programme_key) == programme.key, col(StreamOwner.stream_key) == key)
    )
    session.flush()


def give(
    session: Session, acting: Person, programme: Programme, key: str, person: Person | None, now: datetime,
    *, stands_in: bool = False,
) -> None:  # fmt: skip
    """Says whose account answers for the stream, or stands in; None for nobody. Twice is once. Raises as
    ``must_arrange``, Refused for an unknown stream and for who would stand in for themselves."""
    must_arrange(session, acting, programme)
    set_owner(session, programme, key, person, now, stands_in=stands_in, given_by=acting)


def set_owner(
    session: Session, programme: Programme, key: str, person: Person | None, now: datetime,
    *, stands_in: bool = False, given_by: Person | None = None,
) -> None:  # fmt: skip
    """As ``give``, for whoever runs commands on the machine, who has no account here."""
    get(session, programme.key, key)
    found = {row.stands_in: row for row in _rows(session, programme.key, key)}
    other, held = found.get(not stands_in), found.get(stands_in)
    if person is not None and other is not None and other.person_id == person.id:
        raise Refused("refused.status.same_stand_in", name=person.name)
    if held is not None and (person is None or held.person_id != person.id):
        session.delete(held)
        session.flush()
        held = None
    if person is not None and held is None:
        session.add(
            StreamOwner(
                programme_key=programme.key,
                stream_key=key,
                person_id=person.identity,
                stands_in=stands_in,
                given_by=given_by.identity if given_by else None,
                given_at=now,
            )
        )
    session.flush()


def owner(session: Session, programme_key: str, key: str, *, stands_in: bool = False) -> Person | None:
    """Whose account answers for the stream, or stands in; None where nobody has said."""
    rows = [row for row in _rows(session, programme_key, key) if row.stands_in == stands_in]
    return session.get_one(Person, rows[0].person_id) if rows else None


def of_person(session: Session, person: Person) -> list[tuple[str, str]]:
    """The streams that the person answers for or stands in for: each as its programme and its key."""
    rows = session.exec(select(StreamOwner).where(StreamOwner.person_id == person.id).order_by(col(StreamOwner.id)))
    return [(row.programme_key, row.stream_key) for row in rows]


def named(session: Session, programme_key: str, name: str) -> Person:
    """The one person of that name who uses the bot in this programme. Raises Refused for nobody, and for two."""
    wanted = " ".join(name.split()).casefold()
    rows = session.exec(select(Person).where(Person.current_programme == programme_key, col(Person.name) != ""))
    # Not by the database's lower(), which may know no letters but those of English.
    found = [one for one in rows if wanted and " ".join(one.name.split()).casefold() == wanted]
    if len(found) != 1:
        raise Refused("refused.status.nobody_named" if not found else "refused.status.two_named", name=name)
    return found[0]


def _rows(session: Session, programme_key: str, key: str) -> list[StreamOwner]:
    which = (StreamOwner.programme_key == programme_key, StreamOwner.stream_key == key)
    return list(session.exec(select(StreamOwner).where(*which)))


def _check(title: str, owner_name: str) -> None:
    if not title:
        raise Refused("refused.status.no_title")
    for text, limit in ((title, LONGEST_TITLE), (owner_name, LONGEST_OWNER)):
        if len(text) > limit:
            raise Refused("refused.status.long", length=len(text), limit=limit)
    union = unions.named_in(owner_name)
    if union:
        raise Refused("refused.status.union", union=union)
