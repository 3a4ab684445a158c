"""Conversations: what was received already, and the last subject, so that a follow-up can be understood."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, bindparam, delete, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import Prepared, UtcDateTime

#: Version of the remembered subject; another version is forgotten.
SUBJECT_VERSION = 1
#: A platform delivers an activity again within minutes; a day is long enough to know it by.
REMEMBERED_FOR = timedelta(days=1)


class Received(SQLModel, table=True):
    """An activity that was acted on. Platforms deliver twice; the second one finds this row."""

    conversation: str = Field(primary_key=True)
    activity: str = Field(primary_key=True)
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)


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
_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:conversation, 0))")
_SUBJECT = Prepared(select(Conversation.subject, Conversation.version).where(Conversation.key == bindparam("key")))


def receive(session: Session, conversation: str, activity: str, machine_now: datetime) -> bool:
    """Records an activity; False when it was there already and must not be acted on again.

    Turns of one conversation then run one after the other, in whatever processes.
    """
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has only one writer anyway.
        session.execute(_TAKE_TURNS, {"conversation": conversation})
    new = _RECEIVE.first(session, conversation=conversation, activity=activity, received_at=machine_now)
    return new is not None


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


def forget_received(session: Session, machine_now: datetime) -> None:
    """Drops what is too old to be delivered again."""
    session.execute(delete(Received).where(col(Received.received_at) < machine_now - REMEMBERED_FOR))
