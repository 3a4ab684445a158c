"""Erasing somebody who has no chat: they wrote an e-mail, and a coordinator has all of it erased for them.

Where e-mails are sent, the last one says that it was done. It is owed to an address that nothing else is known of,
which the clock erases as soon as the e-mail is settled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from storage import email_addresses, erasing, outbox, same_person, sign_ups
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Address, Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sign_ups import SignUp

#: What the last e-mail is known by in the outbox: "erased:" and the number of whom it is about.
_KEYS = ("erased:", "erased;")
#: The address is erased after that, sent or not.
KEPT_FOR = timedelta(days=2)
_SETTLED = (Status.SENT, Status.FAILED, Status.UNCERTAIN, Status.SKIPPED)


@dataclass(frozen=True)
class Theirs:
    """Whom it is about, the address as it is stored, and their sign-ups, ended ones too."""

    person: Person
    account: str
    rows: list[SignUp]

    @property
    def seen(self) -> str:
        """Tells whether anything changed since it was looked at."""
        rows = (f"{row.id}:{row.state}:{row.workgroup_key}" for row in self.rows)
        return " ".join((str(self.person.id), *rows))


class AlreadyErased(Refused):
    """It was done just now."""

    def __init__(self) -> None:
        super().__init__("refused.erasing.again")


def find(session: Session, acting: Person, programme_key: str, email: str) -> Theirs:
    """Whom an address is of. Raises NotAllowed without the coordinator's role, Refused for what is no address, for one
    that nobody is known by, for somebody who has the chat, and for somebody who volunteered in a programme that acts
    by other coordinators; AlreadyErased."""
    acting.must_be(session, "coordinator", programme_key)
    account = email_addresses.written(email)
    person = session.exec(
        select(Person)
        .join(Address, col(Address.person_id) == Person.id)
        .where(Address.channel == email_addresses.CHANNEL, Address.tenant == "", Address.account == account)
    ).first()
    if person is not None and _is_farewell(session, person):
        raise AlreadyErased()
    if person is None or person.is_erased:
        raise Refused("refused.erasing.unknown")
    if not same_person.is_by_email_only(session, person):
        raise Refused("refused.erasing.chat")
    rows = list(session.exec(select(SignUp).where(SignUp.person_id == person.id).order_by(col(SignUp.id))).all())
    if any(row.programme_key != programme_key for row in rows) or person.current_programme != programme_key:
        # What is erased is all of it: of each programme somebody has to say so who may.
        for key in {*(row.programme_key for row in rows), person.current_programme}:
            acting.must_be(session, "coordinator", key)
    return Theirs(person, account, rows)


def erase(session: Session, acting: Person, theirs: Theirs, former: Mapping[str, str], now: datetime) -> list[SignUp]:
    """Erases it; returns those in line who have a place by that. Raises NotAllowed as ``find``."""
    for key in {*(row.programme_key for row in theirs.rows), theirs.person.current_programme}:
        acting.must_be(session, "coordinator", key)
    return erasing.erase(session, theirs.person, former, now, is_own=False)


def say_goodbye(
    session: Session, theirs: Theirs, programme_key: str, language: str | None, cards: Mapping[Any, Any], now: datetime
) -> None:
    """Owes the last e-mail, after it was erased."""
    again = email_addresses.add(session, theirs.account, "", programme_key, language)
    message = outbox.write(session, programme_key, Kind.NOTICE, cards, now + KEPT_FOR)
    outbox.owe(session, again, message, f"{_KEYS[0]}{theirs.person.identity}")


def forget_addresses(session: Session, programme: Programme, now: datetime) -> int:
    """The clock's job: erases the addresses whose last e-mail is settled, or was not sent in time; returns how many."""
    rows = session.exec(
        select(Person)
        .join(OutboxRow, col(OutboxRow.person_id) == col(Person.id))
        .join(Message, col(Message.id) == col(OutboxRow.message_id))
        .where(*_of_farewells(), Message.programme_key == programme.key)
        .where(col(OutboxRow.status).in_(_SETTLED) | (col(Message.useful_until) <= now))
    ).all()
    for person in rows:
        # Whoever was registered anew meanwhile is kept: that is another wish of theirs.
        if not sign_ups.standing(session, person, programme.key):
            erasing.erase(session, person, {}, now, is_own=False)
    return len(rows)


def _is_farewell(session: Session, person: Person) -> bool:
    found = select(OutboxRow.id).where(*_of_farewells(), OutboxRow.person_id == person.id)
    return session.exec(found.limit(1)).first() is not None and not sign_ups.standing(
        session, person, person.current_programme
    )


def _of_farewells() -> tuple[Any, Any]:
    return col(OutboxRow.idempotency_key) >= _KEYS[0], col(OutboxRow.idempotency_key) < _KEYS[1]
