"""Who is one person, though known here twice: by chat and by e-mail. The people file tells that both are theirs, or
they were joined: see storage/joining.py."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage import email_addresses
from storage.database import UtcDateTime
from storage.employees import BY_EMAIL, Employee, person_of
from storage.people import Address, Person
from storage.refusals import Refused

#: Who is named by hand is looked for among no more than this many of the same name.
MOST_NAMESAKES = 2


class JoinedPerson(SQLModel, table=True):
    """That two are one. ``joined_by`` is the coordinator who said so, None where the channel told the address."""

    __tablename__ = "joined_person"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    #: Whom the bot knew by e-mail; None once that one is erased.
    by_email_id: int | None = Field(default=None, foreign_key="person.id", unique=True)
    joined_by: int | None = Field(default=None, foreign_key="person.id")
    joined_at: datetime = Field(sa_type=UtcDateTime)


def by_email(session: Session, programme_key: str, address: str) -> Person | None:
    """Whose e-mail it is: in the chat where the people file knows them there, else whom the bot writes to there."""
    account = email_addresses.written(address)
    listed = session.exec(
        select(person_of()).where(
            Employee.programme_key == programme_key, Employee.email == account, col(Employee.left_on).is_(None)
        )
    ).first()
    if listed is not None:
        return session.get_one(Person, listed)
    found = session.exec(
        select(Person)
        .join(Address, col(Address.person_id) == Person.id)
        .where(Address.channel == BY_EMAIL, Address.tenant == "", Address.account == account)
    ).first()
    return found if found is None else in_chat(session, found) or found


def by_name_or_email(session: Session, programme_key: str, said: str) -> Person:
    """Whom somebody means by an e-mail, or by a name that one person of the programme has. An e-mail that nobody is
    known by yet is written to from then on.

    Raises Refused for what is no address, for a name that nobody here has, and for one that several have.
    """
    said = " ".join(said.split())
    if "@" in said:
        found = by_email(session, programme_key, said)
        return found or email_addresses.add(session, said, "", programme_key)
    named = session.exec(
        select(Person)
        .where(Person.current_programme == programme_key, Person.name == said, col(Person.address_id).is_not(None))
        .limit(MOST_NAMESAKES)
    ).all()
    if not said or not named:
        raise Refused("refused.person.unknown")
    if len(named) > 1:
        raise Refused("refused.person.several")
    return named[0]


def by_email_only(session: Session, programme_key: str, person: Person) -> list[Person]:
    """Whom the bot knew by e-mail before the same person came to the chat."""
    mine = select(Address.directory_id).where(
        Address.person_id == person.id, Address.channel != BY_EMAIL, col(Address.directory_id).is_not(None)
    )
    rows = session.exec(
        select(Person)
        .join(Address, col(Address.person_id) == Person.id)
        .join(Employee, col(Employee.email) == Address.account)
        .where(
            Address.channel == BY_EMAIL,
            Address.tenant == "",
            Employee.programme_key == programme_key,
            col(Employee.directory_id).in_(mine),
            col(Employee.left_on).is_(None),
            Person.id != person.id,
        )
    ).all()
    found = list(rows)
    return found + [one for one in joined(session, person) if one not in found]


def joined(session: Session, person: Person) -> list[Person]:
    """Whom the bot knew by e-mail, and who was joined with this person."""
    statement = select(Person).join(JoinedPerson, col(JoinedPerson.by_email_id) == Person.id)
    statement = statement.where(JoinedPerson.person_id == person.id, col(Person.is_erased).is_(False))
    return list(session.exec(statement.order_by(col(Person.id))))


def in_chat(session: Session, by_email: Person) -> Person | None:
    """Who that is in the chat, where they were joined."""
    statement = select(Person).join(JoinedPerson, col(JoinedPerson.person_id) == Person.id)
    found: Person | None = session.exec(statement.where(JoinedPerson.by_email_id == by_email.id)).first()
    return found


def is_by_email_only(session: Session, person: Person) -> bool:
    """Whether the person is reached by e-mail only: nothing that they press can come back."""
    address = session.get(Address, person.address_id) if person.address_id is not None else None
    return address is not None and address.channel == BY_EMAIL
