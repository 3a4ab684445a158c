"""Joining somebody of the chat with whom the bot knew by e-mail, where no people file tells that both are one.

A channel that vouches for somebody's address does it, or a coordinator who knows them. From then on what they were
registered for by e-mail is theirs in the chat; what ended stays where it was, and is erased with them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage import email_addresses, registering, same_person, sign_ups
from storage.database import locked
from storage.employees import BY_EMAIL, Employee
from storage.people import Address, Person
from storage.refusals import Refused
from storage.same_person import JoinedPerson
from storage.sign_ups import SignUp


@dataclass(frozen=True)
class Both:
    """Whom the bot knows by e-mail and who that is in the chat, with what stands of each."""

    by_email: Person
    person: Person
    theirs: list[SignUp]
    own: list[SignUp]

    @property
    def seen(self) -> str:
        """Tells whether anything changed since it was looked at."""
        rows = (f"{row.id}:{row.state}" for row in (*self.theirs, *self.own))
        return " ".join((f"{self.by_email.id}-{self.person.id}", *rows))


class AlreadyJoined(Refused):
    """It was done just now."""

    def __init__(self, person: Person) -> None:
        super().__init__("refused.joining.again")
        self.person = person


def find(session: Session, acting: Person, programme_key: str, email: str, name: str) -> Both:
    """Whom an address is of, and the one person of that name in the programme's chat.

    Raises NotAllowed without the coordinator's role, Refused for an address that nobody with e-mail only has, a name
    that nobody or several have, and where both are in one group and stand differently there; AlreadyJoined.
    """
    acting.must_be(session, "coordinator", programme_key)
    by_email = _by_account(session, email_addresses.written(email))
    if by_email is None:
        raise Refused("refused.joining.no_address")
    person = _named(session, programme_key, name)
    before = same_person.in_chat(session, by_email)
    if before is not None:
        raise AlreadyJoined(before) if before.id == person.id else Refused("refused.joining.again")
    theirs = sign_ups.standing(session, by_email, programme_key)
    own = sign_ups.standing(session, person, programme_key)
    states = {one.workgroup_key: one.state for one in own}
    for one in theirs:
        if states.get(one.workgroup_key, one.state) != one.state:
            raise Refused("refused.joining.differ")
    return Both(by_email, person, theirs, own)


def join(session: Session, acting: Person, programme_key: str, both: Both, now: datetime) -> list[SignUp]:
    """Joins them; returns those in line who have a place by that. Raises NotAllowed without the coordinator's role."""
    acting.must_be(session, "coordinator", programme_key)
    _link(session, both.person, both.by_email, now, acting.identity)
    return registering.bring_along(session, both.person, programme_key, now)


def vouched(session: Session, person: Person, programme_key: str, emails: Iterable[str], now: datetime) -> list[SignUp]:
    """The channel tells that these are the person's own addresses: whoever the bot knew by one of them is joined.
    Returns as ``join``. An address that the people file has for another account is another's."""
    for email in emails:
        try:
            account = email_addresses.written(email)
        except Refused:
            continue
        by_email = _by_account(session, account)
        if by_email is None or by_email.id == person.id or _is_anothers(session, person, programme_key, account):
            continue
        before = same_person.in_chat(session, by_email)
        if before is not None and before.id != person.id:
            continue
        _link(session, person, by_email, now, None)
    return registering.bring_along(session, person, programme_key, now)


def is_awaited(session: Session, person: Person, programme_key: str) -> bool:
    """Whether somebody is known by e-mail only, and may be this person: else nobody's address is asked for."""
    statement = (
        select(SignUp.id)
        .join(Address, col(Address.person_id) == SignUp.person_id)
        .where(
            SignUp.programme_key == programme_key,
            col(SignUp.ended_at).is_(None),
            Address.channel == BY_EMAIL,
            Address.person_id != person.id,
        )
        .limit(1)
    )
    return session.exec(statement).first() is not None


def _link(session: Session, person: Person, by_email: Person, now: datetime, by: int | None) -> None:
    session.exec(locked(session, select(Person.id).where(Person.id == by_email.id))).one()
    found = session.exec(select(JoinedPerson).where(JoinedPerson.by_email_id == by_email.id)).first()
    if found is None:
        row = JoinedPerson(person_id=person.identity, by_email_id=by_email.identity, joined_by=by, joined_at=now)
        session.add(row)
        session.flush()
    elif found.person_id != person.id:
        raise Refused("refused.joining.again")


def _named(session: Session, programme_key: str, name: str) -> Person:
    name = " ".join(name.split())
    named = session.exec(
        select(Person)
        .join(Address, col(Address.id) == Person.address_id)
        .where(Person.current_programme == programme_key, Person.name == name, Address.channel != BY_EMAIL)
        .limit(same_person.MOST_NAMESAKES)
    ).all()
    if not name or not named:
        raise Refused("refused.joining.unknown")
    if len(named) > 1:
        raise Refused("refused.joining.several")
    return named[0]


def _by_account(session: Session, account: str) -> Person | None:
    found = session.exec(
        select(Person)
        .join(Address, col(Address.person_id) == Person.id)
        .where(Address.channel == BY_EMAIL, Address.tenant == "", Address.account == account)
    ).first()
    return found if found is not None and same_person.is_by_email_only(session, found) else None


def _is_anothers(session: Session, person: Person, programme_key: str, account: str) -> bool:
    listed = session.exec(
        select(Employee.directory_id).where(
            Employee.programme_key == programme_key, Employee.email == account, col(Employee.left_on).is_(None)
        )
    ).all()
    mine = session.exec(select(Address.directory_id).where(Address.person_id == person.id)).all()
    return any(one is not None and one not in mine for one in listed)
