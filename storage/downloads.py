"""Downloads: files that somebody asked for, fetched by a link that is good for minutes. The record of who took what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, read_clock
from storage.people import Person

#: Seconds that a link is good for: time to open it, not to pass it on.
GOOD_FOR = 600.0
#: How often a file is fetched: more than once, since a transfer may break off.
MOST_FETCHED = 3


class Kind(StrEnum):
    """What is in the file."""

    OWN = "own"  # all that is stored of the person
    VOLUNTEERS = "volunteers"  # those who volunteered for a group, or for all
    PROMISES = "promises"  # how the programme keeps its promises, in totals
    PROPOSALS_PDF = "proposals_pdf"  # the proposals that the person may read, or one of them
    PROPOSALS_HTML = "proposals_html"
    STATUS_PDF = "status_pdf"  # a status report as it was sent
    STATUS_HTML = "status_html"
    DECISIONS = "decisions"  # every version of every entry of the decisions log
    DECISIONS_PDF = "decisions_pdf"  # the decisions log as it holds
    DECISIONS_HTML = "decisions_html"


#: Whose such a file is; None: everybody's own.
ROLE = {
    Kind.OWN: None,
    Kind.VOLUNTEERS: "coordinator",
    Kind.PROMISES: "coordinator",
    # Who may read which is a rule of storage/proposals.py, asked when it is fetched.
    Kind.PROPOSALS_PDF: None,
    Kind.PROPOSALS_HTML: None,
    # As storage/status_rules.py has it.
    Kind.STATUS_PDF: None,
    Kind.STATUS_HTML: None,
    Kind.DECISIONS: "coordinator",
    # Everybody reads the log.
    Kind.DECISIONS_PDF: None,
    Kind.DECISIONS_HTML: None,
}


#: What coordinators take out, and each sees who did.
LISTS = tuple(kind for kind, role in ROLE.items() if role == "coordinator")


class Download(SQLModel, table=True):
    """That a person asked for a file; ``about`` is the key of a group, or nothing. ``good_until`` is the machine's
    clock; ``fetched_at`` is when it was fetched last, by the programme's *now*."""

    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: Kind = Field(sa_type=String)
    about: str = ""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    good_until: float
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    times_fetched: int = 0

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


def ask(session: Session, person: Person, programme_key: str, kind: Kind, now: datetime, about: str = "") -> Download:
    """Notes that the person asks for it. Raises NotAllowed without the role that it takes."""
    _must_be_theirs(session, person, programme_key, kind)
    asked = Download(
        programme_key=programme_key,
        person_id=person.identity,
        kind=kind,
        about=about,
        asked_at=now,
        good_until=read_clock(session) + GOOD_FOR,
    )
    session.add(asked)
    session.flush()
    return asked


def find(session: Session, download_id: int) -> tuple[Download, Person] | None:
    """A download that is still good, and whose it is; None where there is none, its time is over, or whoever asked for
    it is not here any more. Raises NotAllowed where they have lost the role since."""
    found = session.get(Download, download_id)
    if found is None or found.good_until < read_clock(session) or found.times_fetched >= MOST_FETCHED:
        return None
    person = session.get_one(Person, found.person_id)
    if person.is_erased:
        return None
    _must_be_theirs(session, person, found.programme_key, Kind(found.kind))
    return found, person


def taken_out(session: Session, acting: Person, programme_key: str, most: int) -> list[tuple[Download, Person]]:
    """The lists that were taken out last, and by whom, the latest first. For coordinators: raises NotAllowed for anyone
    else."""
    acting.must_be(session, "coordinator", programme_key)
    rows = session.exec(
        select(Download, Person)
        .join(Person, col(Person.id) == Download.person_id)
        .where(Download.programme_key == programme_key, col(Download.kind).in_(LISTS))
        .order_by(col(Download.id).desc())
        .limit(most)
    )
    return list(rows)


def note_fetched(session: Session, found: Download, now: datetime) -> bool:
    """Notes it; False where it was fetched as often as it may be."""
    if found.times_fetched >= MOST_FETCHED:
        return False
    found.fetched_at, found.times_fetched = now, found.times_fetched + 1
    session.add(found)
    return True


def _must_be_theirs(session: Session, person: Person, programme_key: str, kind: Kind) -> None:
    role = ROLE[kind]
    if role is not None:
        person.must_be(session, role, programme_key)
