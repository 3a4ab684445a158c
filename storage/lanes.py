"""Lanes: how fast each platform and tenant may be sent to, for every process together."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Float, bindparam, case, func, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.database import locked, machine_clock
from storage.people import Address, Person

#: What a lane's name has behind its channel's where a platform takes changes of what was sent at another pace than
#: messages: the changes then go in this lane, and keep no message waiting.
EDITS = "/edits"


class Lane(SQLModel, table=True):
    """A pace limit, shared by every process: one GCRA row. ``tat`` is when the next send may start, ``places`` how many
    places were reserved since the lane was opened.

    There is one of each channel's name, which sets the ``interval`` in seconds, and one for each tenant written to; the
    same once more for changes where they have a pace of their own.
    """

    name: str = Field(primary_key=True)
    interval: float
    tat: float = 0.0
    places: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})

    @property
    def channel(self) -> str:
        return channel_of(self.name)


def every(session: Session) -> list[Lane]:
    return list(session.exec(select(Lane).order_by(col(Lane.name))))


def open_lane(session: Session, channel: str, interval: float) -> None:
    """Sets the channel's pace, ``interval`` seconds between two sends, for its tenants too. Two processes may do so at
    once."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(Lane).values(name=channel, interval=interval, tat=0.0)
    session.execute(new.on_conflict_do_nothing())
    tenants = col(Lane.name).startswith(f"{channel}:", autoescape=True)
    session.execute(update(Lane).where(or_(Lane.name == channel, tenants)).values(interval=interval))


def open_each(session: Session, names: Iterable[str]) -> None:
    """Gives each tenant, known by its lane's name, a lane of its own at its channel's pace, where it has none yet."""
    wanted = {name for name in names if name}
    if not wanted:
        return
    known = session.exec(select(Lane.name).where(col(Lane.name).in_(wanted))).all()
    for name in sorted(wanted.difference(known)):
        _open_tenant(session, name, name.partition(":")[0])


def open_lane_of(session: Session, address: Address) -> None:
    """Gives the address's tenant a lane of its own, at its channel's pace, where it has none yet."""
    _open_tenant(session, address.lane, address.channel)


def of_edits(lane: Any, channel: Any) -> Any:
    """SQL: the lane in which what was sent in that ``lane`` of the ``channel`` is changed: the same one where changes
    have no pace of their own."""
    own = aliased(Lane)
    has_own = select_columns(col(own.name)).where(col(own.name) == channel + EDITS).exists()
    return case((has_own, channel + EDITS + func.substr(lane, func.length(channel) + 1)), else_=lane)


def _open_tenant(session: Session, name: str, channel: str) -> None:
    """At the pace of the lane that is named as ``channel``."""
    pace = select_columns(literal(name), col(Lane.interval), literal(0.0)).where(col(Lane.name) == channel)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(Lane).from_select(["name", "interval", "tat"], pace, include_defaults=False)
    session.execute(new.on_conflict_do_nothing())


def channel_of(name: str) -> str:
    """The channel that a lane is of, by its name."""
    return name.partition(":")[0].removesuffix(EDITS)


def duration(session: Session, programme_key: str) -> float:
    """Seconds that sending to everyone of a programme takes at the lanes' pace, where nothing else is on its way."""
    of_tenant, of_channel = aliased(Lane), aliased(Lane)
    pace = func.coalesce(col(of_tenant.interval), col(of_channel.interval), 0.0)
    each = (
        select_columns((func.count() * func.max(pace)).label("seconds"))
        .select_from(Person)
        .join(Address, col(Address.id) == Person.address_id)
        .outerjoin(of_tenant, col(of_tenant.name) == Address.lane)
        .outerjoin(of_channel, col(of_channel.name) == Address.channel)
        .where(col(Person.current_programme) == programme_key)
        .group_by(col(Address.lane))
    )
    return max((float(seconds) for (seconds,) in session.execute(each)), default=0.0)


def pause(session: Session, lane_name: str, seconds: float) -> None:
    """Holds the whole lane back, for every process: what a platform asks for with Retry-After."""
    until = machine_clock() + seconds
    session.execute(
        update(Lane)
        .where(col(Lane.name) == lane_name)
        .values(tat=case((col(Lane.tat) > until, col(Lane.tat)), else_=until))
    )


def opens_within(session: Session, lane_name: str, seconds: float) -> bool:
    """Whether the lane's first free place is that near. No other process reserves one until the transaction is over."""
    statement = locked(session, select_columns(col(Lane.tat) - machine_clock()).where(col(Lane.name) == lane_name))
    opens_in: float = session.execute(statement).scalar_one()
    return opens_in <= seconds


#: Seconds before its place in the pace at which an attempt is recorded. Recorded at its place, it would be sent when
#: the disk is done: two messages then come nearer to each other than the platform allows, and it refuses one of them.
#: No longer than that takes: what is recorded and not yet sent is uncertain when the process is killed.
LEAD = 0.1


#: A platform allows so many in any so many seconds.
WINDOW = 1.0
#: Seconds more than that: what is known of when something arrived is not exact.
MARGIN = 0.004


@dataclass(frozen=True)
class Place:
    """A place in a lane's pace: the how manieth it is, and when it comes, by the database's clock and from now on."""

    number: int
    at: float
    starts_in: float


def reserve(session: Session, lane_name: str, count: int) -> list[Place]:
    """Reserves places for ``count`` sends."""
    if count == 0:
        return []
    found = session.connection().execute(_RESERVE, {"of_lane": lane_name, "count": count}).one()
    end, interval, places, now = found
    starts = [(places - left, end - left * interval) for left in range(count, 0, -1)]
    return [Place(number, at, max(0.0, at - now)) for number, at in starts]


@dataclass(frozen=True)
class Arrival:
    """Which place of a lane something was sent at, and when it arrived by the database's clock."""

    lane: str
    number: int
    at: float


def slack(interval: float) -> float:
    """Seconds that a send may arrive late without coming too near to the one that is a window behind it."""
    return _most(interval) * interval - WINDOW - MARGIN


def keep_apart(session: Session, arrivals: list[Arrival], interval: float) -> None:
    """Moves the places that are not reserved yet so far that in no window of what arrives there is more than one above
    the pace, though something arrived late. Told twice it moves them once."""
    most = _most(interval)
    values = [{"of_lane": one.lane, "next": one.number + most, "free_at": one.at + WINDOW + MARGIN} for one in arrivals]
    session.connection().execute(_KEEP_APART, values)


def _most(interval: float) -> int:
    return round(WINDOW / interval) + 1


_LANES = SQLModel.metadata.tables["lane"]
_SOON = machine_clock() + case((_LANES.c.interval > 0, LEAD), else_=0.0)
_RESERVE = (
    update(_LANES)
    .where(_LANES.c.name == bindparam("of_lane"))
    .values(
        tat=case((_LANES.c.tat > _SOON, _LANES.c.tat), else_=_SOON)
        + bindparam("count", type_=Float) * _LANES.c.interval,
        places=_LANES.c.places + bindparam("count", type_=BigInteger),
    )
    .returning(_LANES.c.tat, _LANES.c.interval, _LANES.c.places, machine_clock())
)
_FREE_FROM = bindparam("free_at", type_=Float) - (bindparam("next", type_=BigInteger) - _LANES.c.places) * (
    _LANES.c.interval
)
_KEEP_APART = (
    update(_LANES)
    .where(
        _LANES.c.name == bindparam("of_lane"),
        _LANES.c.places <= bindparam("next", type_=BigInteger),
        _LANES.c.tat < _FREE_FROM,
    )
    .values(tat=_FREE_FROM)
)
