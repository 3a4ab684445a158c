"""Progress: whoever sends something that takes its time has a card in their chat that tells how far it has come."""

from dataclasses import dataclass

from sqlalchemy import Float
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from storage import broadcasts, edits, outbox
from storage.broadcasts import Broadcast
from storage.database import machine_clock
from storage.held import QUIET
from storage.outbox import Message, OutboxRow, RowId, Status
from storage.people import Person

#: Seconds of sending from which it is worth a card.
LONG = 20.0
#: Seconds between two changes of it: until so many seconds of sending, so many.
RHYTHM = ((60.0, 5.0), (600.0, 15.0), (float("inf"), 60.0))
#: People that are counted in a second, at the least: counting takes no more than a twentieth of the time.
COUNTED = 400_000


class Progress(SQLModel, table=True):
    """The card of one broadcast. ``next_at`` and ``began_at`` are the machine's clock; the former is None when it is
    over."""

    broadcast_id: int = Field(primary_key=True, foreign_key="broadcast.id")
    announcement_id: int = Field(foreign_key="announcement.id")
    row_id: int = Field(sa_type=RowId, foreign_key="outbox.id")
    began_at: float
    next_at: float | None = Field(default=None, sa_type=Float, index=True)
    #: What the card says: the same is not written again.
    told: str = ""


@dataclass(frozen=True)
class Standing:
    """How far a broadcast has come. ``held`` wait for their quiet hours to end; ``left`` is None where nobody can tell
    yet, else about how many seconds it takes still."""

    planned: int
    delivered: int
    undelivered: int
    held: int
    waiting: int
    left: float | None
    is_stopped: bool

    @property
    def done(self) -> int:
        return self.planned - self.waiting - self.held

    @property
    def said(self) -> str:
        """Two that say the same are told once."""
        return f"{self.delivered} {self.undelivered} {self.held} {self.waiting}"

    @property
    def is_over(self) -> bool:
        return self.waiting == 0


def begin(session: Session, sender: Person, announcement_id: int, broadcast_id: int, message: Message) -> None:
    """Owes the sender the card. Twice is once."""
    key = f"progress:{broadcast_id}"
    if not outbox.owe(session, sender, message, key):
        return
    row_id = session.exec(select(OutboxRow.id).where(OutboxRow.idempotency_key == key)).one()
    clock = _clock(session)
    session.add(
        Progress(
            broadcast_id=broadcast_id,
            announcement_id=announcement_id,
            row_id=row_id or 0,
            began_at=clock,
            next_at=clock + RHYTHM[0][1],
        )
    )
    session.flush()


def due(session: Session) -> list[int]:
    """Broadcasts whose card is to be changed now."""
    return list(session.exec(select(Progress.broadcast_id).where(col(Progress.next_at) <= machine_clock())))


def standing(session: Session, broadcast_id: int) -> Standing:
    planned, counts = broadcasts.report(session, broadcast_id)
    found = session.get_one(Progress, broadcast_id)
    delivered = sum(count for (status, _), count in counts.items() if status == Status.SENT)
    held = sum(count for (status, why), count in counts.items() if status == Status.WAITING and why == QUIET)
    open_ = sum(count for (status, _), count in counts.items() if status in (Status.WAITING, Status.SENDING))
    waiting = open_ - held
    seconds, is_known = _clock(session) - found.began_at, delivered > 0
    left = seconds / delivered * waiting if is_known else None
    is_stopped = session.get_one(Broadcast, broadcast_id).stopped_at is not None
    return Standing(planned, delivered, planned - delivered - open_, held, waiting, left, is_stopped)


def is_news(session: Session, broadcast_id: int, standing: Standing) -> bool:
    """Whether the card says something else. Where it does not, it is looked at again in its time."""
    found = _locked(session, broadcast_id)
    if found is None or found.told != standing.said:
        return found is not None
    found.next_at = _next(session, found)
    session.add(found)
    return False


def change(session: Session, broadcast_id: int, standing: Standing, message: Message) -> None:
    """Has the card read so from now on. Where the card or its last change is on the wire, that waits."""
    found = _locked(session, broadcast_id)
    if found is None:
        return
    card = session.get_one(OutboxRow, found.row_id)
    is_put = card.status == Status.SENT and edits.put(session, card, message)
    if is_put:
        found.told = standing.said
    is_lost = card.status not in (Status.SENT, Status.WAITING, Status.SENDING)
    found.next_at = None if is_lost or (is_put and standing.is_over) else _next(session, found)
    session.add(found)


def _locked(session: Session, broadcast_id: int) -> Progress | None:
    """The card's row, where nobody else is at it and it is not over."""
    statement = select(Progress).where(Progress.broadcast_id == broadcast_id, col(Progress.next_at).is_not(None))
    found: Progress | None = session.exec(statement.with_for_update(skip_locked=True)).first()
    return found


def _next(session: Session, found: Progress) -> float:
    clock = _clock(session)
    pause = next(pause for until, pause in RHYTHM if clock - found.began_at < until)
    return clock + max(pause, session.get_one(Broadcast, found.broadcast_id).planned / COUNTED * 20)


def _clock(session: Session) -> float:
    return float(session.execute(select_columns(machine_clock())).scalar_one())
