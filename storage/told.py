"""What the bot told everyone on a day: the stored texts themselves, as they were sent, and what was recalled since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from storage.amendments import Amendment
from storage.broadcasts import Broadcast
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.programmes import Programme


@dataclass(frozen=True)
class Told:
    """One message to everyone. ``at`` is when it was owed, by the programme's *now*; ``cards`` are the stored ones, by
    language. ``is_recalled``: it was hidden where it had arrived, then or later."""

    message: int
    at: datetime
    kind: Kind
    cards: dict[str, Any]
    is_recalled: bool = False


def on(session: Session, programme: Programme, day: date) -> list[Told]:
    """All that everyone was told on that day of the organisation's zone, the first one first: announcements and what
    corrected or recalled them, reminders, the top 5, and what all digests of the day have in common."""
    zone = ZoneInfo(programme.timezone)
    begins, ends = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    found = [*_sent(session, programme.key, begins, ends), *_amended(session, programme.key, begins, ends)]
    found += _digests(session, programme.key, begins, ends)
    return sorted(found, key=lambda one: (one.at, one.message))


def get(session: Session, programme: Programme, day: date, message: int) -> Told | None:
    """One of them; None for what everyone was not told on that day: a message to somebody alone is theirs."""
    return next((one for one in on(session, programme, day) if one.message == message), None)


def _sent(session: Session, programme_key: str, begins: datetime, ends: datetime) -> Iterable[Told]:
    """What was owed to everyone: not to an audience, nor to a channel, for which nobody is counted at a moment."""
    rows = session.exec(
        select(Broadcast).where(
            Broadcast.programme_key == programme_key,
            col(Broadcast.audience).is_(None),
            col(Broadcast.decided_at) >= begins,
            col(Broadcast.decided_at) < ends,
        )
    )
    for row in rows:
        if not _has_gone(session, row):
            continue
        changes = _changes(session, row)
        # A correction takes the place of the broadcast's message for those who still wait: the first one was sent.
        message = session.get_one(Message, changes[0].before_id if changes else row.message_id)
        assert row.decided_at is not None
        yield _told(message, row.decided_at, is_recalled=any(one.kind == Kind.RECALL for one in changes))


def _amended(session: Session, programme_key: str, begins: datetime, ends: datetime) -> Iterable[Told]:
    """What of that reads otherwise since that day, in its new words."""
    rows = session.exec(
        select(Amendment, Broadcast)
        .join(Broadcast, col(Broadcast.id) == Amendment.broadcast_id)
        .where(
            Broadcast.programme_key == programme_key,
            col(Broadcast.audience).is_(None),
            col(Broadcast.decided_at).is_not(None),
            col(Amendment.decided_at) >= begins,
            col(Amendment.decided_at) < ends,
        )
    )
    for amendment, broadcast in rows:
        message = session.get_one(Message, amendment.message_id)
        is_recalled = any(one.kind == Kind.RECALL for one in _changes(session, broadcast))
        yield _told(message, amendment.decided_at, is_recalled=is_recalled and amendment.kind != Kind.RECALL)


def _digests(session: Session, programme_key: str, begins: datetime, ends: datetime) -> Iterable[Told]:
    """The digests for whom nothing of their own waits: that of each span of time once."""
    rows = session.exec(
        select(Message).where(
            Message.programme_key == programme_key,
            Message.kind == Kind.DIGEST,
            col(Message.key).startswith(f"digest:{programme_key}:", autoescape=True),
            col(Message.gathers_at) >= begins,
            col(Message.gathers_at) < ends,
        )
    )
    for row in rows:
        assert row.gathers_at is not None
        yield _told(row, row.gathers_at)


def _has_gone(session: Session, broadcast: Broadcast) -> bool:
    """Whether anybody may have it: what was stopped in time, or too late by its hour, was told to nobody."""
    gone = (Status.SENT, Status.MERGED, Status.UNCERTAIN)
    statement = select(OutboxRow.id).where(
        OutboxRow.broadcast_id == broadcast.id, col(OutboxRow.status).in_([one.value for one in gone])
    )
    return session.exec(statement.limit(1)).first() is not None


def _changes(session: Session, broadcast: Broadcast) -> list[Amendment]:
    statement = select(Amendment).where(Amendment.broadcast_id == broadcast.id)
    return list(session.exec(statement.order_by(col(Amendment.id))))


def _told(message: Message, at: datetime, *, is_recalled: bool = False) -> Told:
    assert message.id is not None
    return Told(message.id, at, Kind(message.kind), message.cards, is_recalled)
