"""Who got an announcement, by name: for the technical sender at the machine's command line, and for nobody in chat.

Whoever looks is recorded before anything is told; see docs/privacy.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select

from storage.announcements import Announcement
from storage.broadcasts import Broadcast
from storage.database import UtcDateTime
from storage.employees import Employee
from storage.groups import Group
from storage.outbox import OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import Refused

#: How many rows are read at a time, so that a million take no more memory than these.
CHUNK = 1000
LONGEST_NAME = 120
#: How many announcements are listed for somebody who asks which there are.
MOST_LISTED = 20


class ReportLook(SQLModel, table=True):
    """That somebody at the machine looked at who got an announcement: which account, when by the machine's clock, and
    of which announcement; no recipient."""

    __tablename__ = "report_look"
    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int = Field(foreign_key="announcement.id", index=True)
    account: str
    looked_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Recipient:
    """What became of an announcement for one of those it was for. ``at`` is when it arrived as far as the platform
    tells that, or until when it is held; ``known_as`` is what the platform calls it."""

    name: str
    channel: str
    status: Status
    reason: str
    at: datetime | None
    known_as: str


def sent(session: Session) -> list[Announcement]:
    """What was sent last, in any programme, the newest first."""
    statement = select(Announcement).where(col(Announcement.sent_at).is_not(None))
    return list(session.exec(statement.order_by(col(Announcement.id).desc()).limit(MOST_LISTED)))


def look(session: Session, announcement_id: int, account: str, at: datetime) -> Announcement:
    """Records that this account of the machine looks at who got it. Raises Refused where there is none of that number,
    or it was not sent."""
    announcement = session.get(Announcement, announcement_id)
    if announcement is None:
        raise Refused("refused.announcement.unknown")
    if announcement.broadcast_id is None:
        raise Refused("refused.amendment.unsent")
    session.add(ReportLook(announcement_id=announcement_id, account=account[:LONGEST_NAME], looked_at=at))
    session.flush()
    return announcement


def each(session: Session, announcement: Announcement) -> Iterator[Recipient]:
    """Everyone that a row was written for, in the order of the rows. Who came on one card with others is told by what
    became of that card."""
    broadcast = session.get_one(Broadcast, announcement.broadcast_id)
    card = aliased(OutboxRow)
    row_of_employee = func.replace(col(OutboxRow.idempotency_key), f"{broadcast.key}:employee:", "")
    is_merged = col(OutboxRow.status) == Status.MERGED
    statement = (
        select_columns(
            col(OutboxRow.id),
            col(OutboxRow.idempotency_key),
            col(Person.name),
            col(Address.channel),
            case((is_merged, card.status), else_=col(OutboxRow.status)),
            case((is_merged, card.reason), else_=col(OutboxRow.reason)),
            case((is_merged, card.held_until), else_=col(OutboxRow.held_until)),
            case((is_merged, card.platform_id), else_=col(OutboxRow.platform_id)),
            row_of_employee,
        )
        .outerjoin(Person, col(Person.id) == OutboxRow.person_id)
        .outerjoin(Address, col(Address.id) == OutboxRow.address_id)
        .outerjoin(card, col(card.id) == OutboxRow.part_of)
        .where(col(OutboxRow.broadcast_id) == broadcast.id)
        .order_by(col(OutboxRow.id))
        .limit(CHUNK)
    )
    last = 0
    group = session.get(Group, announcement.group_id) if announcement.group_id is not None else None
    while rows := session.execute(statement.where(col(OutboxRow.id) > last)).all():
        last = rows[-1][0]
        names = _of_file(session, [row[8] for row in rows if row[2] is None and row[8].isdecimal()])
        for _, _, name, channel, status, reason, held, known_as, employee in rows:
            called = (
                name or names.get(employee) or (" – ".join(filter(None, (group.team, group.name))) if group else "")
            )
            at = held or _arrived(channel or "", known_as or "")
            yield Recipient(called, channel or "", Status(status), reason or "", at, known_as or "")


def _of_file(session: Session, keys: list[str]) -> dict[str, str]:
    """The names of employees whom the bot has not met, by their row."""
    rows = session.execute(
        select_columns(col(Employee.id), col(Employee.name)).where(col(Employee.id).in_([int(key) for key in keys]))
    )
    return {str(key): name for key, name in rows}


def _arrived(channel: str, known_as: str) -> datetime | None:
    """When it arrived: Teams' ids of messages are that moment in milliseconds. Other platforms' ids tell nothing.
    https://learn.microsoft.com/graph/api/resources/chatmessage"""
    number = known_as.partition("|")[0]
    if channel != "msteams" or len(number) != 13 or not (number.isascii() and number.isdecimal()):
        return None
    return datetime.fromtimestamp(int(number) / 1000, UTC)
