"""The people who use the bot: who they are, where they are reached, what they may do and what they prefer."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, false
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from storage import programmes, terms
from storage.database import PreparedRow, UtcDateTime
from storage.programmes import Programme
from storage.refusals import NotAllowed
from storage.terms import ALWAYS, Term

#: What a person may be granted, per programme. Leaders as such read no inputs and no sign-ups.
#: A deputy may approve what leaders ask approval for, record what comes before a decision, and nothing else. Who speaks
#: for the employees (tillitsvalgt) and the verneombud have their part in decisions; see storage/decisions.py.
#: Who takes notifications (varslingsmottak) reads what was handed over to them, which no input handler and no leader
#: reads; see storage/whistleblowing.py.
ROLES = (
    "leader",
    "coordinator",
    "input_handler",
    "deputy",
    "employee_representative",
    "safety_representative",
    "whistleblowing_recipient",
)
#: Why somebody who removed the bot cannot be reached.
NOT_INSTALLED = "not_installed"


class Person(SQLModel, table=True):
    """Somebody who has written to the bot. ``language`` is None until chosen."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    current_programme: str = Field(foreign_key="programme.key")
    language: str | None = None
    #: What their client spoke when they were met first, until they write in another: used for what is sent to them as
    #: long as they choose no language.
    spoken: str | None = None
    is_muted: bool = False
    #: off, daily, weekly, biweekly or monthly; a digest has its own week day
    digest: str = "off"
    digest_weekday: str | None = None
    wants_reminders: bool = True
    #: Only what the employer must say, and what follows an act of their own: see outbox.is_left_out.
    only_musts: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    #: The Monday of the week in which they last wrote or pressed something, and nothing finer: see storage.absences.
    active_week: date | None = None
    welcomed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: Where this person is reached: the address they last wrote from.
    address_id: int | None = Field(default=None, index=True)
    #: They had all that is theirs erased: an emptied row, of nobody; see storage/erasing.py.
    is_erased: bool = Field(default=False, sa_column_kwargs={"server_default": false()})

    @property
    def identity(self) -> int:
        """The stored id. A person that was never stored has none, and nothing can be owed to them."""
        assert self.id is not None, "not stored yet"
        return self.id

    def must_be(self, session: Session, role: str, programme_key: str) -> None:
        """Raises NotAllowed unless the person has the role in this programme."""
        if role not in roles(session, self, programme_key):
            raise NotAllowed(role)


Index("ix_person_digest", col(Person.current_programme), col(Person.digest), col(Person.digest_weekday))


class Address(SQLModel, table=True):
    """Where a person is reached on a channel: what a conversation reference holds, and nothing else.

    ``account`` is the channel's id of the person. ``lane`` is whose pace limit sending there counts against.
    ``gone_reason`` is set when the channel said for good that it cannot be reached.
    """

    __table_args__ = (UniqueConstraint("channel", "tenant", "account"),)
    id: int | None = Field(default=None, primary_key=True)
    #: None for a group's address; see conversations.Group.
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    channel: str
    tenant: str = ""
    account: str
    lane: str
    service_url: str = ""
    conversation: str
    bot_account: str = ""
    #: The organisation's own id of the person (Entra object id), where the channel tells it: for those who grant roles.
    directory_id: str | None = Field(default=None, index=True)
    gone_reason: str | None = None


class Grant(SQLModel, table=True):
    """A role given to a person in one programme, for a term. While it holds, whoever it ``stands_for`` is not asked:
    they may do what they could do before, and what comes goes to this person. See storage/acting.py."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "programme_key", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    programme_key: str = Field(foreign_key="programme.key")
    role: str
    #: The first and the last day, in the organisation's zone; None without a limit.
    starts_on: date | None = None
    ends_on: date | None = None
    stands_for: int | None = Field(default=None, foreign_key="person.id", index=True)

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on)


class Whereabouts(SQLModel):
    """What a channel knows of the sender of a turn: enough to recognise them and to reach them again."""

    channel: str
    tenant: str = ""
    account: str
    name: str = ""
    lane: str
    service_url: str = ""
    conversation: str
    bot_account: str = ""
    directory_id: str | None = None
    spoken: str | None = None
    #: False in a group chat or channel: what is said there reaches others too, and is no address of the person.
    is_private: bool = True


class _Reached(NamedTuple):
    """Somebody, where they are reached as far as it may have changed, and the state of their programme."""

    person: Person
    address_id: int
    service_url: str
    conversation: str
    bot_account: str
    lane: str
    gone_reason: str | None
    directory_id: str | None
    version: int
    digest: str


#: Every turn runs it. The state of the programme is read along with its people: each turn needs it next.
_BY_ACCOUNT = PreparedRow(
    Person,
    lambda people: (
        people.join(Address, col(Address.person_id) == Person.id)
        .join(Programme, col(Programme.key) == Person.current_programme)
        .add_columns(
            *(col(getattr(Address, name)) for name in ("id", *_Reached._fields[2:-2])),
            col(Programme.version),
            col(Programme.digest),
        )
        .where(
            Address.channel == bindparam("channel"),
            Address.tenant == bindparam("tenant"),
            Address.account == bindparam("account"),
        )
    ),
)


def recognise(session: Session, where: Whereabouts, default_programme: str) -> Person:
    """Finds the person by their account, or gets to know them; keeps the address where they can be reached fresh."""
    found = _by_account(session, where)
    session.info.pop("met", None)
    if found is None:
        return _get_to_know(session, where, default_programme)
    programmes.hold(session, found.person.current_programme, found.version, found.digest)
    if where.is_private:
        _refresh(session, found, where)
    return found.person


def is_just_met(session: Session, person: Person) -> bool:
    """Whether nobody knew them before this turn: whatever they press is of an earlier time."""
    return session.info.get("met") == person.identity


class Ambiguous(Exception):  # noqa: N818 - says what is wrong with it
    """An account whose workspace has to be said: ``ids`` are those it may mean, each in full."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__(", ".join(ids))
        self.ids = ids


def find_by_directory(session: Session, directory_id: str) -> Person | None:
    """Who has that id in the organisation's directory; None while the bot has not met them.

    An account of a workspace may stand without its workspace while the bot knows people of one only: another's member
    may have the same. Raises Ambiguous.
    """
    if (found := _by_directory(session, directory_id)) is not None:
        return found
    of_workspaces = Address.directory_id == col(Address.tenant) + "/" + col(Address.account)
    tenants = session.exec(select(Address.tenant).where(of_workspaces).distinct().order_by(Address.tenant)).all()
    ids = [f"{tenant}/{directory_id}" for tenant in tenants]
    people = {one_id: person for one_id in ids if (person := _by_directory(session, one_id)) is not None}
    if people and len(ids) > 1:
        raise Ambiguous(ids)
    return next(iter(people.values()), None)


def _by_directory(session: Session, directory_id: str) -> Person | None:
    statement = select(Person).join(Address, col(Address.person_id) == Person.id)
    return session.exec(statement.where(Address.directory_id == directory_id).order_by(col(Person.id))).first()


def private_address(session: Session, where: Whereabouts) -> Address | None:
    """Where somebody is reached alone, for whom ``where`` is a group; None where that is not known or gone."""
    found = _by_account(session, where)
    is_reached = found is not None and found.conversation and found.gone_reason is None
    return session.get_one(Address, found.address_id) if found and is_reached else None


def leave(session: Session, where: Whereabouts) -> None:
    """Somebody removed the bot: nothing more is sent there. When they come back they are welcomed again."""
    found = _by_account(session, where)
    if found is not None:
        address, person = session.get_one(Address, found.address_id), found.person
        address.gone_reason, person.welcomed_at = NOT_INSTALLED, None
        session.add(address)
        session.add(person)


def grant(
    session: Session,
    person: Person,
    programme_key: str,
    role: str,
    term: Term = ALWAYS,
    stands_for: int | None = None,
) -> None:
    """Gives a role; twice is once, and another term takes the place of the one before. Raises ValueError for a role
    that does not exist."""
    if role not in ROLES:
        raise ValueError(role)
    which = (Grant.person_id == person.identity, Grant.programme_key == programme_key, Grant.role == role)
    found = session.exec(select(Grant).where(*which)).first()
    given = found or Grant(person_id=person.identity, programme_key=programme_key, role=role)
    given.starts_on, given.ends_on, given.stands_for = term.starts_on, term.ends_on, stands_for
    session.add(given)
    session.flush()


def revoke(session: Session, person: Person, programme_key: str, role: str) -> None:
    """Takes a role; taking one that is not there changes nothing."""
    session.execute(
        delete(Grant).where(
            col(Grant.person_id) == person.identity, col(Grant.programme_key) == programme_key, col(Grant.role) == role
        )
    )


def roles(session: Session, person: Person, programme_key: str) -> frozenset[str]:
    """What the person may do in this programme today."""
    rows = session.exec(
        select(Grant.role).where(
            Grant.person_id == person.id,
            Grant.programme_key == programme_key,
            terms.holds(terms.day_of(session, programme_key), Grant.starts_on, Grant.ends_on),
        )
    ).all()
    return frozenset(rows)


def holders(session: Session, programme_key: str, role: str) -> list[Person]:
    """Who is asked and told today what that role is asked and told in this programme."""
    statement = (
        select(Person)
        .join(Grant, col(Grant.person_id) == Person.id)
        .where(Grant.programme_key == programme_key, Grant.role == role)
        .where(*_asked(terms.day_of(session, programme_key)))
        .order_by(col(Person.id))
    )
    return list(session.exec(statement))


def note_written(session: Session, person: Person, language: str) -> None:
    """Notes in which language the person wrote last: what is sent to them comes in it."""
    if person.spoken != language:
        person.spoken = language
        session.add(person)


def _asked(day: date | None) -> tuple[Any, Any]:
    """SQL: a grant that holds, whose person nobody stands in for."""
    other = aliased(Grant)
    stood_in_for = (
        select(other.id)
        .where(
            other.programme_key == Grant.programme_key,
            other.role == Grant.role,
            other.stands_for == Grant.person_id,
            terms.holds(day, other.starts_on, other.ends_on),
        )
        .exists()
    )
    return terms.holds(day, Grant.starts_on, Grant.ends_on), ~stood_in_for


def _by_account(session: Session, where: Whereabouts) -> _Reached | None:
    found = _BY_ACCOUNT.first(session, channel=where.channel, tenant=where.tenant, account=where.account)
    return None if found is None else _Reached(*found)


def _get_to_know(session: Session, where: Whereabouts, default_programme: str) -> Person:
    person = Person(name=where.name, current_programme=default_programme, spoken=where.spoken)
    session.add(person)
    session.flush()
    fields = where.model_dump(exclude={"name", "is_private", "spoken"})
    if not where.is_private:
        fields |= {"conversation": "", "service_url": ""}
    address = Address(person_id=person.identity, **fields)
    session.add(address)
    session.flush()
    session.info["met"] = person.identity
    if where.is_private:
        # Somebody known from a group only cannot be reached alone until they have written alone.
        person.address_id = address.id
        session.add(person)
        session.flush()
    return person


def _refresh(session: Session, found: _Reached, where: Whereabouts) -> None:
    person = found.person
    fresh = {name: getattr(where, name) for name in ("service_url", "conversation", "bot_account", "lane")}
    fresh |= {"gone_reason": None, "directory_id": where.directory_id or found.directory_id}
    changed = {name: value for name, value in fresh.items() if getattr(found, name) != value}
    if changed:
        address = session.get_one(Address, found.address_id)
        for name, value in changed.items():
            setattr(address, name, value)
        session.add(address)
    if where.name and person.name != where.name:
        person.name = where.name
        session.add(person)
    if where.spoken and person.spoken is None:
        person.spoken = where.spoken
        session.add(person)
    if person.address_id != found.address_id:
        person.address_id = found.address_id
        session.add(person)
