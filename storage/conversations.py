"""Conversations: what was received already and whether it was answered, and the last subject, so that a follow-up can
be understood."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, bindparam, delete, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import Prepared, UtcDateTime

#: Version of the remembered subject; another version is forgotten.
SUBJECT_VERSION = 1
#: A platform delivers an activity again within minutes; a day is long enough to know it by.
REMEMBERED_FOR = timedelta(days=1)
#: For how long an activity that comes again is still answered, if it was not: later nobody waits for it any more.
AWAITED_FOR = timedelta(minutes=10)


class Received(SQLModel, table=True):
    """An activity that was acted on. Platforms deliver twice; the second one finds this row.

    ``reply`` are the cards that tell of a change, until somebody was sent them: doing it again would not tell the same.
    A question leaves nothing here, since it can be answered again.
    """

    conversation: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    is_answered: bool = False
    reply: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))


@dataclass(frozen=True)
class Unanswered:
    """An activity that was acted on at that moment, and whose answer nobody is known to have got."""

    received_at: datetime
    reply: list[dict[str, Any]] | None


class Conversation(SQLModel, table=True):
    """The last subject of a conversation: keys of the programme, never anything a person wrote."""

    key: str = Field(primary_key=True)
    subject: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    version: int = SUBJECT_VERSION


_RECEIVED = SQLModel.metadata.tables[str(Received.__tablename__)]
_RECEIVE = Prepared(
    {
        "sqlite": sqlite.insert(_RECEIVED).on_conflict_do_nothing().returning(_RECEIVED.c.activity),
        "postgresql": postgresql.insert(_RECEIVED).on_conflict_do_nothing().returning(_RECEIVED.c.activity),
    }
)
_KNOWN = Prepared(
    select(Received.is_answered, Received.received_at, Received.reply).where(
        Received.conversation == bindparam("conversation"), Received.activity == bindparam("activity")
    )
)
_OF_ACTIVITY = (_RECEIVED.c.conversation == bindparam("of"), _RECEIVED.c.activity == bindparam("which"))
_RECEIVE_AGAIN = _RECEIVED.update().where(*_OF_ACTIVITY).values(received_at=bindparam("now"))
_KEEP_REPLY = _RECEIVED.update().where(*_OF_ACTIVITY).values(reply=bindparam("cards"))
_NOTE_ANSWERED = _RECEIVED.update().where(*_OF_ACTIVITY).values(is_answered=True, reply=None)
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:conversation, 0))")
_SUBJECT = Prepared(select(Conversation.subject, Conversation.version).where(Conversation.key == bindparam("key")))


def receive(session: Session, conversation: str, activity: str, machine_now: datetime) -> bool:
    """Records an activity; False when it was there already and must not be acted on again.

    Turns of one conversation then run one after the other, in whatever processes.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has only one writer anyway.
        session.execute(_TAKE_TURNS, {"conversation": conversation})
    values = {"conversation": conversation, "activity": activity, "received_at": machine_now}
    return _RECEIVE.first(session, **values, is_answered=False, reply=None) is not None


def unanswered(session: Session, conversation: str, activity: str, machine_now: datetime) -> Unanswered | None:
    """An activity that was received before, if it still waits for its answer."""
    known = _KNOWN.first(session, conversation=conversation, activity=activity)
    if known is None or known[0] or machine_now - known[1] > AWAITED_FOR:
        return None
    return Unanswered(known[1], known[2])


def receive_again(session: Session, conversation: str, activity: str, machine_now: datetime) -> None:
    """From now on it is being answered again."""
    session.execute(_RECEIVE_AGAIN, {"of": conversation, "which": activity, "now": machine_now})


def keep_reply(session: Session, conversation: str, activity: str, reply: list[dict[str, Any]]) -> None:
    """Keeps the cards until it is noted that they were sent."""
    session.execute(_KEEP_REPLY, {"of": conversation, "which": activity, "cards": reply})


def note_answered(session: Session, those: Iterable[tuple[str, str]]) -> None:
    """The answers to these activities, each by its conversation and its id, were sent."""
    values = [{"of": conversation, "which": activity} for conversation, activity in sorted(those)]
    session.connection().execute(_NOTE_ANSWERED, values)


def subject(session: Session, key: str) -> dict[str, str]:
    """What the last answer here was about; empty where nothing is remembered."""
    about, version = _SUBJECT.first(session, key=key) or ({}, None)
    return about if version == SUBJECT_VERSION else {}


def remember(session: Session, key: str, about: dict[str, str]) -> None:
    """Remembers what the answer was about, instead of what was there."""
    found = session.get(Conversation, key) or Conversation(key=key)
    if found.subject != about or found.version != SUBJECT_VERSION:
        found.subject, found.version = about, SUBJECT_VERSION
        session.add(found)


def forget(session: Session, keys: Iterable[str]) -> None:
    """Drops all that is remembered of these conversations."""
    those = list(keys)
    session.execute(delete(Received).where(col(Received.conversation).in_(those)))
    session.execute(delete(Conversation).where(col(Conversation.key).in_(those)))


def forget_received(session: Session, machine_now: datetime) -> None:
    """Drops what is too old to be delivered again, and before that what nobody waits for any more."""
    session.execute(update(Received).where(col(Received.received_at) < machine_now - AWAITED_FOR).values(reply=None))
    session.execute(delete(Received).where(col(Received.received_at) < machine_now - REMEMBERED_FOR))
