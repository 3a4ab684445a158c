"""Sends what is owed and due, in one process and in order, so that two runs of a year do the same."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import select

from storage import broadcasts, claims
from storage.database import Database, Session
from storage.outbox import OF_SEVERAL, Kind, Message, OutboxRow, Status
from storage.people import Person
from tests.year.almanac import OSLO

#: Seconds; and how many rows are claimed at once, more than a day has.
LEASE, MOST = 60.0, 5000
UNSETTLED = (Status.WAITING, Status.SENDING)


class Arrived(NamedTuple):
    """A message to one person as the outbox has it: ``on`` is the day it was sent, None where it was not."""

    name: str
    key: str
    kind: Kind
    title: str
    on: date | None
    status: Status
    reason: str


class Post:
    """Takes what the outbox owes to where it belongs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._days: dict[int, date] = {}
        #: What was told of; nothing before the first one that was not is looked at again.
        self._told: set[int] = set()
        self._first = 0

    def carry(self, now: datetime) -> int:
        """Writes the rows of what was decided, and sends what is due; returns how much that was."""
        with self._database.writing() as session:
            decided = broadcasts.unexpanded(session)
            for broadcast in decided:
                while broadcasts.expand(session, broadcast):
                    pass
            return len(decided) + sum(self._send(session, lane.name, now) for lane in claims.due(session))

    def _send(self, session: Session, lane: str, now: datetime) -> int:
        claimed = claims.claim(session, lane, MOST, LEASE, now)
        for one in claimed:
            if claims.begin_attempt(session, one):
                claims.settle(session, one.ended(Status.SENT, platform_id=f"sent-{one.id}"))
                self._days[one.id] = now.astimezone(OSLO).date()
        return len(claimed)

    def news(self) -> list[Arrived]:
        """What was settled since the last time, in the order it was written; a card of several by its parts."""
        found, left = [], []
        with self._database.reading() as session:
            for row, kind, cards, name in self._rows(session):
                card = row if row.status != Status.MERGED else session.get_one(OutboxRow, row.part_of)
                if row.id in self._told:
                    continue
                if card.status in UNSETTLED:
                    left.append(row.id)
                    continue
                self._told.add(row.id)
                if kind not in OF_SEVERAL:
                    on = self._days.get(card.id) if card.status == Status.SENT else None
                    title, why = cards["nb"]["title"], card.reason or ""
                    found.append(Arrived(name, row.idempotency_key, Kind(kind), title, on, card.status, why))
        self._first = min(left, default=max(self._told, default=0) + 1)
        return found

    def waiting(self) -> list[str]:
        """The keys of what is owed and not settled."""
        with self._database.reading() as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id)).all()  # type: ignore[arg-type]
            return [row.idempotency_key for row in rows if row.status in UNSETTLED]

    def _rows(self, session: Session) -> list[Any]:
        return list(
            session.execute(
                select(OutboxRow, Message.kind, Message.cards, Person.name)  # type: ignore[call-overload]
                .join(Message, Message.id == OutboxRow.message_id)
                .join(Person, Person.id == OutboxRow.person_id)
                .where(OutboxRow.id >= self._first)
                .order_by(OutboxRow.id)
            ).all()
        )
