"""People without chat: who is reached by e-mail only, and who of them wants no more."""

import re

from sqlmodel import Session, col, select

from storage import people
from storage.people import Address, Person, Whereabouts
from storage.refusals import Refused

CHANNEL = "email"
#: Longest address, in characters: RFC 3696, erratum 1690.
LONGEST_ADDRESS = 254
#: What every mail server takes (RFC 5322's atoms, RFC 5321's limits): nothing that could end a line or a header.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
LONGEST_LOCAL = 64


def written(address: str) -> str:
    """The address as it is stored and written to: the domain in ASCII, all in small letters, so that one person is not
    two. Raises Refused where it is none that mail servers take."""
    local, _, domain = address.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    is_right = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    found = f"{local.lower()}@{ascii_domain}"
    if not is_right or not _LOCAL.fullmatch(local) or len(local) > LONGEST_LOCAL or len(found) > LONGEST_ADDRESS:
        raise Refused("refused.email.address")
    return found


def add(session: Session, address: str, name: str, programme_key: str, language: str | None = None) -> Person:
    """Somebody who is reached by e-mail. Twice is once; who unsubscribed stays unsubscribed, and an address that mail
    servers told to be gone stays gone. Raises Refused for what is no address."""
    account = written(address)
    found = _find(session, Address.account == account)
    if found is not None:
        return found[1]
    where = Whereabouts(
        channel=CHANNEL, account=account, name=name, lane=CHANNEL, conversation=account, spoken=language
    )
    return people.recognise(session, where, programme_key)


def find(session: Session, address_id: int) -> Address | None:
    """The e-mail address of that id."""
    found = _find(session, Address.id == address_id)
    return found[0] if found else None


def person_of(session: Session, address_id: int) -> Person | None:
    found = _find(session, Address.id == address_id)
    return found[1] if found else None


def unsubscribe(session: Session, address_id: int, *, again: bool = False) -> None:
    """Whoever is reached there wants nothing more, as by the settings in the chat; ``again``: wants it after all."""
    person = person_of(session, address_id)
    if person is not None:
        person.is_muted = not again
        session.add(person)


def _find(session: Session, which: bool) -> tuple[Address, Person] | None:
    statement = select(Address, Person).join(Person, col(Person.id) == Address.person_id)
    return session.exec(statement.where(which, Address.channel == CHANNEL)).first()
