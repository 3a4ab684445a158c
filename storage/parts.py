"""Parts: rows of the outbox whose messages come on one card, each accounted for by what became of that card.

A card's row is written, and its parts are bound to it, in one transaction: before it each goes by itself, after it none
does. Nothing is written of them when it is sent, so that no crash leaves a part undecided.
"""

from datetime import datetime

from sqlalchemy import String, cast, func, literal, null, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.outbox import Message, OutboxRow, Status
from storage.people import Person

#: Why a part was delivered, and why a card was not: its parts go their own ways again.
TOGETHER, TAKEN_APART = "together", "taken_apart"

Counts = dict[tuple[Status, str | None], int]


def bind(session: Session, key: str, rows: list[int]) -> None:
    """Makes these rows parts of the card that their person is owed under ``key``: its row waits to be sent."""
    card = aliased(OutboxRow)
    own = literal(f"{key}:") + cast(col(OutboxRow.person_id), String)
    carrier = select_columns(col(card.id)).where(col(card.idempotency_key) == own).scalar_subquery()
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id).in_(rows))
        .values(status=Status.MERGED, part_of=carrier, next_at=null(), held_until=null(), reason=null())
        .execution_options(synchronize_session=False)
    )


def take_apart(session: Session, card: int, until: datetime, reason: str) -> None:
    """Holds the parts until then, each by itself again, instead of the card. Only for a card that was not sent."""
    values = {"status": Status.WAITING, "part_of": null(), "held_until": until, "reason": reason}
    session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.part_of) == card)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    gone = {"status": Status.SKIPPED, "reason": TAKEN_APART, "next_at": null(), "counted_at": null()}
    session.execute(
        update(OutboxRow).where(col(OutboxRow.id) == card).values(**gone).execution_options(synchronize_session=False)
    )


def settled(session: Session, broadcast_id: int, counts: Counts) -> Counts:
    """The counts of a broadcast with its parts among what became of their cards; delivered ones as TOGETHER."""
    if not any(status == Status.MERGED for status, _ in counts):
        return counts
    found = {state: count for state, count in counts.items() if state[0] != Status.MERGED}
    card = aliased(OutboxRow)
    rows = session.execute(
        select_columns(col(card.status), col(card.reason), func.count())
        .select_from(OutboxRow)
        .join(card, col(card.id) == OutboxRow.part_of)
        .where(col(OutboxRow.broadcast_id) == broadcast_id, col(OutboxRow.status) == Status.MERGED)
        .group_by(col(card.status), col(card.reason))
    )
    for status, reason, count in rows:
        state = (Status(status), TOGETHER if status == Status.SENT else reason)
        found[state] = found.get(state, 0) + count
    return found


def messages_of(session: Session, person: Person, key: str) -> list[Message]:
    """The messages on the card that the person was owed under ``key``; none where it was somebody else's, or none."""
    card = aliased(OutboxRow)
    statement = (
        select(Message)
        .join(OutboxRow, col(OutboxRow.message_id) == Message.id)
        .join(card, col(card.id) == OutboxRow.part_of)
        .where(col(card.idempotency_key) == f"{key}:{person.identity}", col(card.person_id) == person.identity)
        .order_by(col(Message.id))
    )
    return list(session.exec(statement))
