"""Lanes: how fast each platform and tenant may be sent to, for every process together."""

from collections.abc import Iterable

from sqlalchemy import case, func, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.database import locked, machine_clock
from storage.people import Address, Person


class Lane(SQLModel, table=True):
    """A pace limit, shared by every process: one GCRA row. ``tat`` is when the next send may start.

    There is one of each channel's name, which sets the ``interval`` in seconds, and one for each tenant written to.
    """

    name: str = Field(primary_key=True)
    interval: float
    tat: float = 0.0

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
        _open_tenant(session, name, channel_of(name))


def open_lane_of(session: Session, address: Address) -> None:
    """Gives the address's tenant a lane of its own, at its channel's pace, where it has none yet."""
    _open_tenant(session, address.lane, address.channel)


def _open_tenant(session: Session, name: str, channel: str) -> None:
    pace = select_columns(literal(name), col(Lane.interval), literal(0.0)).where(col(Lane.name) == channel)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(Lane).from_select(["name", "interval", "tat"], pace, include_defaults=False)
    session.execute(new.on_conflict_do_nothing())


def channel_of(name: str) -> str:
    """The channel that a lane is of, by its name."""
    return name.partition(":")[0]


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


def reserve(session: Session, lane_name: str, count: int) -> list[float]:
    """Reserves places for ``count`` sends: seconds from now at which each of them may start."""
    if count == 0:
        return []
    now = machine_clock()
    soon = now + case((col(Lane.interval) > 0, LEAD), else_=0.0)
    free_from = case((col(Lane.tat) > soon, col(Lane.tat)), else_=soon)
    statement = (
        update(Lane)
        .where(col(Lane.name) == lane_name)
        .values(tat=free_from + count * col(Lane.interval))
        .returning(col(Lane.tat) - now, col(Lane.interval))
    )
    end, interval = session.execute(statement).one()
    return [max(0.0, end - (count - place) * interval) for place in range(count)]
