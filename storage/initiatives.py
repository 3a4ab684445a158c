"""Initiatives, and the top 5 that leaders set among them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint, true
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.people import Person
from storage.programmes import Localised
from storage.refusals import Refused

#: How many initiatives a top list holds at the most.
TOP = 5
#: How the keys of what people proposed begin.
IDEA_PREFIX = "idea:"
#: The position of what people proposed: behind all that the file has.
IDEA_POSITION = 1_000_000
#: The longest reason that one can be given for its place, in characters: three lines on a telephone.
LONGEST_WHY = 160
#: How many orders that differ in their reasons only are gone through.
MOST_LOOKED_AT = 50


class Initiative(SQLModel, table=True):
    """An initiative that a document or a person named. ``about`` is None where only the name is known.

    What a person proposed has a key that no file has, and is an idea until it is lifted to the common level; see
    storage/ideas.py and storage/initiative_states.py.
    """

    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    title: Localised = Field(sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    about: Localised | None = Field(default=None, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)
    #: Whether it is at the common level: what the programme's documents name is, an idea is once it was lifted.
    is_common: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class TopList(SQLModel, table=True):
    """An order that a leader pinned, or that the points made; the newest one holds, the older ones are history."""

    __tablename__ = "top_list"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    initiative_keys: list[str] = Field(sa_type=JSON)
    #: Why an initiative has its place, by its key, in the leader's words; without the ones that were given no reason.
    whys: dict[str, str] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    #: None where the clock set it.
    set_by: int | None = Field(default=None, foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)
    #: The moment whose points made it; None where a leader pinned it. See storage/top_pins.py.
    ranked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: Why a leader pinned it, in their words.
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


def every(session: Session, programme_key: str) -> list[Initiative]:
    """All at the common level: those of the programme's file in its order, then what was lifted to it."""
    return [row for row in with_ideas(session, programme_key) if row.is_common]


def with_ideas(session: Session, programme_key: str) -> list[Initiative]:
    """As ``every``, and the ideas that nobody has lifted, the oldest first."""
    rows = session.exec(
        select(Initiative)
        .where(Initiative.programme_key == programme_key)
        .order_by(col(Initiative.position), col(Initiative.id))
    ).all()
    return list(rows)


def get(session: Session, programme_key: str, key: str) -> Initiative:
    """The initiative, or the idea. Raises Refused where there is none of that key."""
    statement = select(Initiative).where(Initiative.programme_key == programme_key, Initiative.key == key)
    found = session.exec(statement).first()
    if found is None:
        raise Refused("refused.initiative.unknown")
    return found


def is_idea_key(key: str) -> bool:
    """Whether a person proposed it: no key of a file has a colon in it."""
    return key.startswith(IDEA_PREFIX)


def top(session: Session, programme_key: str) -> TopList | None:
    """The order that holds, or None while no leader has set one."""
    return session.exec(
        select(TopList).where(TopList.programme_key == programme_key).order_by(col(TopList.id).desc())
    ).first()


def before(session: Session, order: TopList, since: datetime | None = None) -> TopList | None:
    """What everyone was told before: the order that held at ``since``, or without it the last other one before this."""
    statement = select(TopList).where(TopList.programme_key == order.programme_key).order_by(col(TopList.id).desc())
    if since is not None:
        return session.exec(statement.where(col(TopList.set_at) <= since)).first()
    # Where only reasons were changed, the order is the one before still.
    known = statement if order.id is None else statement.where(col(TopList.id) < order.id)
    earlier = session.exec(known.limit(MOST_LOOKED_AT))
    return next((row for row in earlier if row.initiative_keys != order.initiative_keys), None)


def ranked(session: Session, programme_key: str, order: TopList | None = None) -> list[Initiative]:
    """The initiatives of the order that holds, or of that one, first one first; empty while none is set."""
    order = order or top(session, programme_key)
    by_key = {initiative.key: initiative for initiative in every(session, programme_key)}
    return [by_key[key] for key in (order.initiative_keys if order else ()) if key in by_key]


def set_top(
    session: Session,
    acting: Person,
    programme_key: str,
    keys: list[str],
    now: datetime,
    whys: Mapping[str, str] | None = None,
    reason: str = "",
) -> TopList:
    """Pins the order, with the reasons that were given, by key and for all of it; the one that holds already stays.
    Where points make another order, ``top_pins.pin`` asks for that reason.

    Raises NotAllowed without the leader's role, Refused for none, too many, twice or unknown, and for a reason that is
    longer than LONGEST_WHY.
    """
    acting.must_be(session, "leader", programme_key)
    known = {initiative.key for initiative in every(session, programme_key)}
    if not keys:
        raise Refused("refused.top.empty")
    if len(keys) > TOP:
        raise Refused("refused.top.too_many", limit=TOP)
    if len(set(keys)) < len(keys):
        raise Refused("refused.top.twice")
    if not known.issuperset(keys):
        raise Refused("refused.top.unknown")
    given = {key: " ".join(why.split()) for key, why in (whys or {}).items() if key in keys and why.strip()}
    if any(len(why) > LONGEST_WHY for why in given.values()):
        raise Refused("refused.top.why", limit=LONGEST_WHY)
    holding = top(session, programme_key)
    held = (holding.initiative_keys, holding.whys, holding.reason, holding.ranked_at) if holding else None
    if holding is not None and held == (keys, given, reason, None):
        return holding
    order = TopList(
        programme_key=programme_key,
        initiative_keys=keys,
        whys=given,
        set_by=acting.identity,
        set_at=now,
        reason=reason,
    )
    session.add(order)
    session.flush()
    return order
