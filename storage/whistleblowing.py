"""Whistleblowing notifications (varsler): who takes them in a programme, and what was handed over to them.

A notification is an input that the recipients read and nobody else: no input handler, and no leader as such. It is
stored, waits, is released and is found by its receipt as every input is; see ``storage/anonymous_input.py``.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage import acting as acting_for
from storage import input_conversation, terms
from storage.anonymous_input import (
    Input,
    InputStore,
    Opened,
    kept_under,
    notifications_of,
    of_programme,
    write_answer,
)
from storage.input_conversation import Said
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import Refused

#: The role that reads notifications, in one programme.
ROLE = "whistleblowing_recipient"


@dataclass(frozen=True)
class Recipient:
    """Somebody who takes notifications, as the programme's file names them; ``name`` may be empty."""

    name: str
    role: Localised


@dataclass(frozen=True)
class Channel:
    """Where notifications go in a programme: what its file names, and who can read here what was handed over."""

    programme: str = ""
    recipients: tuple[Recipient, ...] = ()
    #: Those who have the role in the bot now.
    readers: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    page: str = ""
    safety_representative: str = ""

    @property
    def takes(self) -> bool:
        """Whether something can be handed over here: the organisation has named recipients, and somebody reads."""
        return bool(self.recipients and self.readers)


def channel(session: Session, programme: Programme) -> Channel:
    """The programme's channel; one without recipients where its file names none."""
    said = programme.whistleblowing or {}
    return Channel(
        programme=programme.name,
        recipients=tuple(Recipient(one.get("name") or "", one["role"]) for one in said.get("recipients", ())),
        readers=tuple(reader.name or "?" for reader in _readers(session, programme.key)),
        **{name: said.get(name) or "" for name in ("email", "phone", "page", "safety_representative")},
    )


def _readers(session: Session, programme_key: str) -> list[Person]:
    """Who reads what is handed over, or will while it is kept: also whom somebody stands in for, and whose term is to
    come; whose term is over does not."""
    day = terms.day_of(session, programme_key)
    grants = acting_for.of_role(session, programme_key, ROLE)
    over = [grant for grant in grants if day is not None and grant.ends_on is not None and grant.ends_on < day]
    return [session.get_one(Person, grant.person_id) for grant in grants if grant not in over]


def read(store: InputStore, session: Session, acting: Person, programme_key: str) -> list[Opened]:
    """The programme's released notifications, for its recipients only (NotAllowed for anyone else), as inputs are."""
    acting.must_be(session, ROLE, programme_key)
    return kept_under(store, notifications_of(programme_key))


def answer(store: InputStore, session: Session, acting: Person, programme_key: str, key: str, text: str) -> None:
    """Answers a notification; its writer reads it with the receipt. NotAllowed without the role, and refused as an
    input's answer is."""
    acting.must_be(session, ROLE, programme_key)
    write_answer(store, notifications_of(programme_key), key, text)


def say(
    store: InputStore, session: Session, acting: Person, programme_key: str, key: str, text: str, form: str
) -> None:
    """Stores what a recipient writes or asks the notification's writer, who reads it with the receipt, once for each
    form. NotAllowed without the role, and refused as a handler's message is."""
    acting.must_be(session, ROLE, programme_key)
    input_conversation.write_message(store, notifications_of(programme_key), key, text, form)


def conversation(store: InputStore, session: Session, acting: Person, programme_key: str, key: str) -> list[Said]:
    """What was written after the notification. NotAllowed without the role, Refused for one that is not there."""
    acting.must_be(session, ROLE, programme_key)
    with store.database.reading() as inputs:
        return input_conversation.messages(
            store, inputs, of_programme(inputs, notifications_of(programme_key), key).key
        )


def waits(store: InputStore, programme_key: str) -> bool:
    """Whether a notification waits for its recipients: without an answer, or its writer had the last word."""
    with store.database.reading() as inputs:
        rows = inputs.exec(
            select(Input.key, col(Input.sealed_answer).is_not(None)).where(
                Input.programme_key == notifications_of(programme_key)
            )
        ).all()
        said = input_conversation.lasts(inputs, [key for key, _ in rows])
    return any(said.get(key, not is_answered) for key, is_answered in rows)


def hand_over(store: InputStore, session: Session, acting: Person, programme: Programme, key: str) -> None:
    """Lets an input handler give an input that is a notification to the recipients; from then on handlers do not read
    it. Twice is once. Raises NotAllowed without the role, Refused where nobody takes them or there is no such input."""
    acting.must_be(session, "input_handler", programme.key)
    if not channel(session, programme).takes:
        raise Refused("refused.whistleblowing.nobody")
    handed_over = notifications_of(programme.key)
    with store.database.writing() as inputs:
        row = inputs.get(Input, key)
        if row is None or row.programme_key not in (programme.key, handed_over):
            raise Refused("refused.input.unknown")
        row.programme_key = handed_over
        inputs.add(row)
