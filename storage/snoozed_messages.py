"""Messages that a person wants once more, at a time of their own: what was put off, until when, and as what it came."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.outbox import EDITS, OF_SEVERAL, Kind, Message, OutboxRow, RowId, Status
from storage.people import Person
from storage.refusals import Refused

#: What can be told once more: what the clock sent to this person as a reminder or a summary.
SNOOZABLE = OF_SEVERAL | {Kind.REMINDER, Kind.PERSONAL_REMINDER, Kind.DIGEST}
#: How many people one transaction tells once more.
CHUNK = 100


class SnoozedMessage(SQLModel, table=True):
    """A message to one person that comes once more at ``due_at``, by the programme's *now*. ``sent_as`` is the message
    that it came as; None while it waits."""

    __tablename__ = "snoozed_message"
    row_id: int = Field(sa_column=Column(RowId, ForeignKey("outbox.id"), primary_key=True, autoincrement=False))
    programme_key: str = Field(foreign_key="programme.key")
    due_at: datetime = Field(sa_type=UtcDateTime)
    sent_as: int | None = Field(default=None, foreign_key="message.id", index=True, unique=True)


Index(
    "ix_snoozed_message_due",
    col(SnoozedMessage.programme_key),
    col(SnoozedMessage.due_at),
    sqlite_where=col(SnoozedMessage.sent_as).is_(None),
    postgresql_where=col(SnoozedMessage.sent_as).is_(None),
)


def get(session: Session, person: Person, row_id: object) -> tuple[OutboxRow, Message]:
    """What was sent to the person. Raises Refused where it was somebody else's, or nothing that can be put off."""
    row = session.get(OutboxRow, row_id) if type(row_id) is int and 0 < row_id < 2**63 else None
    if row is None or row.person_id != person.id:
        raise Refused("refused.snooze.gone")
    message = session.get_one(Message, row.message_id)
    if message.kind not in SNOOZABLE:
        raise Refused("refused.snooze.gone")
    return row, message


def latest(session: Session, person: Person) -> OutboxRow | None:
    """The last message that reached the person by itself, if it is one that can be put off."""
    is_sent = (col(OutboxRow.next_at).is_(None), col(OutboxRow.status) == Status.SENT)
    found = session.exec(
        select(OutboxRow, Message.kind)
        .join(Message, col(Message.id) == OutboxRow.message_id)
        .where(OutboxRow.person_id == person.id, *is_sent, col(Message.kind).not_in(EDITS))
        .order_by(col(OutboxRow.id).desc())
    ).first()
    return found[0] if found is not None and found[1] in SNOOZABLE else None


def messages(session: Session, row: OutboxRow) -> list[Message]:
    """The messages that the row's card was made of, each as it was first written: a card that came once more is what it
    was the first time."""
    before = session.exec(select(SnoozedMessage.row_id).where(SnoozedMessage.sent_as == row.message_id)).first()
    if before is not None:
        return messages(session, session.get_one(OutboxRow, before))
    own = session.exec(select(OutboxRow).where(OutboxRow.part_of == row.id).order_by(col(OutboxRow.message_id))).all()
    if own:
        return [message for part in own for message in messages(session, part)]
    return [session.get_one(Message, row.message_id)]


def find(session: Session, row: OutboxRow) -> SnoozedMessage | None:
    """The person's wish, while it waits."""
    wish = session.get(SnoozedMessage, row.id)
    return wish if wish is not None and wish.sent_as is None else None


def put_off(session: Session, row: OutboxRow, programme_key: str, until: datetime) -> SnoozedMessage:
    """Has it come once more then; another moment replaces the one before, and the same again changes nothing."""
    assert row.id is not None
    wish = session.get(SnoozedMessage, row.id) or SnoozedMessage(
        row_id=row.id, programme_key=programme_key, due_at=until
    )
    wish.due_at, wish.sent_as = until, None
    session.add(wish)
    session.flush()
    return wish


def end(session: Session, row: OutboxRow) -> None:
    """It does not come once more; what was not put off, or has come, is left as it is."""
    wish = find(session, row)
    if wish is not None:
        session.delete(wish)
        session.flush()


def due(session: Session, programme_key: str, now: datetime) -> list[tuple[SnoozedMessage, OutboxRow]]:
    """The next that are due, with what was put off. Another process gets others."""
    rows = session.exec(
        select(SnoozedMessage, OutboxRow)
        .join(OutboxRow, col(OutboxRow.id) == SnoozedMessage.row_id)
        .where(
            SnoozedMessage.programme_key == programme_key,
            col(SnoozedMessage.due_at) <= now,
            col(SnoozedMessage.sent_as).is_(None),
        )
        .order_by(col(SnoozedMessage.due_at), col(SnoozedMessage.row_id))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=SnoozedMessage)
    ).all()
    return list(rows)


def mark_sent(session: Session, wish: SnoozedMessage, message: Message) -> None:
    wish.sent_as = message.id
    session.add(wish)
    session.flush()
