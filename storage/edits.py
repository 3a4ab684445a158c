"""Changing one message where it arrived: there is one row for each that is changed, so that no two changes overtake."""

from sqlalchemy import literal, null, update
from sqlmodel import Session, col, select

from storage import lanes
from storage.outbox import FIRST, Message, OutboxRow, Status


def put(session: Session, card: OutboxRow, message: Message) -> bool:
    """Owes the change of a card that was sent, in the one row there is for it; False where the last one is on the
    wire."""
    edit = session.exec(select(OutboxRow).where(OutboxRow.amends_id == card.id)).first()
    if edit is None:
        channel = literal(lanes.channel_of(card.lane))
        lane = session.exec(select(lanes.of_edits(literal(card.lane), channel))).one()
        lanes.open_each(session, [lane])
        edit = OutboxRow(
            idempotency_key=f"amends:{card.id}",
            lane=lane,
            person_id=card.person_id,
            address_id=card.address_id,
            message_id=message.id or 0,
            status=Status.WAITING,
            amends_id=card.id,
        )
        session.add(edit)
        session.flush()
    fresh = {"message_id": message.id, "status": Status.WAITING, "attempts": 0, "reason": null()}
    changed = session.execute(
        update(OutboxRow)
        .where(col(OutboxRow.id) == edit.id, col(OutboxRow.status) != Status.SENDING)
        .values(next_at=FIRST, **fresh)
        .returning(col(OutboxRow.id))
    )
    session.info["owes"] = True
    return changed.first() is not None
