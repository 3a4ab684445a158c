"""Topics that people follow: what a programme's file names, and who asked for what is told of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, and_, delete, or_
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from storage import initiatives, milestones, programmes, workgroups
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import Refused

#: How many topics one person follows in a programme at the most: whoever wants more wants all of it.
MOST = 20
#: How long it is remembered that somebody followed a topic no longer: an announcement that was decided before still has
#: to be accounted for. Removed by the next who follows or ends it.
REMEMBERED = timedelta(days=7)
#: The facts of a programme's file that are themes of their own; the others are rules, news, words and notes.
THEMES = (
    "goal_headline",
    "goal",
    "frame",
    "background",
    "recommendation",
    "related_programme",
    "delivery",
    "unit",
    "organisation_box",
    "temporary_solution",
    "involvement",
    "mandate",
    "scope_included",
)


class Kind(StrEnum):
    """What a topic is in the programme's file."""

    WORKGROUP = "workgroup"
    PHASE = "phase"
    MILESTONE = "milestone"
    INITIATIVE = "initiative"
    THEME = "theme"


@dataclass(frozen=True)
class Topic:
    """Something of a programme that can be followed. ``names`` are how people speak of it besides its title."""

    kind: Kind
    key: str
    title: Localised
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is known by here: its kind and its key."""
        return named(self.kind, self.key)


class Following(SQLModel, table=True):
    """One person's wish to get what is told of one topic; a new row each time they follow it anew."""

    __tablename__ = "topic_following"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    #: ``Topic.name``
    topic: str
    person_id: int = Field(foreign_key="person.id", index=True)
    followed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


Index("ix_topic_following_topic", col(Following.programme_key), col(Following.topic), col(Following.person_id))
# Two presses at once are one wish.
Index(
    "uq_topic_following_standing",
    col(Following.programme_key),
    col(Following.topic),
    col(Following.person_id),
    unique=True,
    sqlite_where=col(Following.ended_at).is_(None),
    postgresql_where=col(Following.ended_at).is_(None),
)


def named(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def every(session: Session, programme_key: str) -> list[Topic]:
    """What can be followed, in the order of the programme's file."""
    return list(_every(session, programme_key))


def find(session: Session, programme_key: str, name: str) -> Topic | None:
    return next((topic for topic in _every(session, programme_key) if topic.name == name), None)


def get(session: Session, programme_key: str, name: str) -> Topic:
    """The topic. Raises Refused for one of another programme, and for one that no programme has (any more)."""
    found = find(session, programme_key, name)
    if found is not None:
        return found
    for other in programmes.every(session):
        if other.key != programme_key and (theirs := find(session, other.key, name)) is not None:
            raise Refused("refused.topic.other_programme", topic=theirs.title, programme=other.name)
    raise Refused("refused.topic.unknown")


def follow(session: Session, person: Person, programme_key: str, name: str, now: datetime) -> tuple[Topic, bool]:
    """Has the person get what is told of the topic; returns the topic, and whether that is new.

    Raises Refused as ``get`` does, and for one topic too many.
    """
    topic = get(session, programme_key, name)
    standing = _standing(session, person, programme_key)
    if any(row.topic == name for row in standing):
        return topic, False
    if len(standing) >= MOST:
        raise Refused("refused.topic.many", limit=MOST)
    _forget_old(session, now)
    session.add(Following(programme_key=programme_key, topic=name, person_id=person.identity, followed_at=now))
    # Who asks for something wants to get it, as with reminders and digests.
    person.is_muted = person.only_musts = False
    session.add(person)
    session.flush()
    return topic, True


def unfollow(session: Session, person: Person, programme_key: str, names: Iterable[str], now: datetime) -> int:
    """Ends these wishes of the person's, also of topics that the file has no more; returns how many there were."""
    wanted = set(names)
    rows = [row for row in _standing(session, person, programme_key) if row.topic in wanted]
    _forget_old(session, now)
    for row in rows:
        row.ended_at = now
        session.add(row)
    session.flush()
    return len(rows)


def followed(session: Session, person: Person, programme_key: str) -> list[str]:
    """The names of what the person follows, first what they followed first."""
    return [row.topic for row in _standing(session, person, programme_key)]


def elsewhere(session: Session, programme_key: str, said: str) -> tuple[Topic, Programme] | None:
    """The topic of another programme that is called exactly so, and that programme."""
    wanted = said.casefold()
    for other in programmes.every(session):
        for topic in _every(session, other.key) if other.key != programme_key else ():
            if wanted in {name.casefold() for name in (*topic.title.values(), *topic.names)}:
                return topic, other
    return None


def asked_for(session: Session, programme_key: str) -> list[Topic]:
    """The topics that anybody follows, in the file's order."""
    rows = session.exec(
        select(Following.topic)
        .where(Following.programme_key == programme_key, col(Following.ended_at).is_(None))
        .distinct()
    )
    names = set(rows)
    return [topic for topic in _every(session, programme_key) if topic.name in names]


def followers(programme_key: str, names: Iterable[str], at: datetime) -> Any:
    """SQL: the ids of those who followed any of the topics at that moment."""
    return select_columns(col(Following.person_id)).where(
        and_(
            col(Following.programme_key) == programme_key,
            col(Following.topic).in_(sorted(names)),
            col(Following.followed_at) <= at,
            or_(col(Following.ended_at).is_(None), col(Following.ended_at) > at),
        )
    )


def _standing(session: Session, person: Person, programme_key: str) -> list[Following]:
    statement = (
        select(Following)
        .where(
            Following.programme_key == programme_key,
            Following.person_id == person.id,
            col(Following.ended_at).is_(None),
        )
        .order_by(col(Following.id))
    )
    return list(session.exec(locked(session, statement)))


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(Following).where(col(Following.ended_at) < now - REMEMBERED))


def _every(session: Session, programme_key: str) -> Iterator[Topic]:
    for group in workgroups.every(session, programme_key):
        yield Topic(Kind.WORKGROUP, group.key, group.title, tuple(group.names))
    for phase in milestones.phases(session, programme_key):
        yield Topic(Kind.PHASE, phase.key, phase.title, tuple(phase.names))
    for milestone in milestones.every(session, programme_key):
        yield Topic(Kind.MILESTONE, milestone.key, milestone.title, tuple(milestone.names))
    for initiative in initiatives.every(session, programme_key):
        yield Topic(Kind.INITIATIVE, initiative.key, initiative.title, tuple(initiative.names))
    for fact in programmes.facts(session, programme_key, *THEMES):
        title = fact.title or _by_name(fact.names)
        if title and not fact.details.get("is_label"):
            yield Topic(Kind.THEME, fact.key, title, tuple(fact.names))


def _by_name(names: list[str]) -> Localised | None:
    """The title of a theme that the file calls by other names only."""
    return {"nb": names[0][:1].upper() + names[0][1:]} if names else None
