"""Conversations: what was received already, and the last subject, so that a follow-up can be understood."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, UniqueConstraint, and_, bindparam, delete, literal, or_, text, update
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


class Group(SQLModel, table=True):
    """A group chat or a team's channel that the bot is in: where it is, and what people call it.

    ``gone_reason`` is set when the bot was removed from it.
    """

    __tablename__ = "conversation_group"
    __table_args__ = (UniqueConstraint("channel", "tenant", "conversation"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    tenant: str = ""
    conversation: str
    service_url: str
    bot_account: str = ""
    #: Of a channel its team's id and name, and its own name; a group chat has none that the platform tells.
    team_id: str = Field(default="", index=True)
    team: str = ""
    name: str = ""
    gone_reason: str | None = None

    @property
    def is_whole_team(self) -> bool:
        """Whether what happened here happened to the team, not to one of its channels."""
        return bool(self.team_id) and not self.name


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


def join_group(session: Session, group: Group) -> bool:
    """Keeps where a group is and what it is called now; True where the bot was not in it before."""
    found = _group(session, group)
    if found is None:
        session.add(group)
        session.flush()
        return True
    was_gone = found.gone_reason is not None
    told = {"service_url": group.service_url, "bot_account": group.bot_account, "gone_reason": None}
    told |= {name: value for name in ("team_id", "team", "name") if (value := getattr(group, name))}
    found.sqlmodel_update(told)
    session.add(found)
    return was_gone


def leave_group(session: Session, group: Group, reason: str) -> None:
    """The bot was removed from a group, or the group was deleted; a whole team's channels where it was all of it."""
    which = and_(
        col(Group.channel) == group.channel,
        col(Group.tenant) == group.tenant,
        or_(
            col(Group.conversation) == group.conversation,
            and_(col(Group.team_id) == group.team_id, literal(group.is_whole_team)),
        ),
    )
    session.execute(update(Group).where(which).values(gone_reason=reason))


def groups(session: Session) -> list[Group]:
    """Where the bot is now, by name."""
    rows = session.exec(select(Group).where(col(Group.gone_reason).is_(None)).order_by(Group.team, Group.name))
    return list(rows)


def _group(session: Session, group: Group) -> Group | None:
    statement = select(Group).where(
        Group.channel == group.channel, Group.tenant == group.tenant, Group.conversation == group.conversation
    )
    return session.exec(statement).first()
