"""The archive that a programme's file names: an e-mail address that is nobody's, which gets each report whole."""

from sqlmodel import Session, col, select, update

from storage import email_addresses, lanes
from storage.database import machine_clock
from storage.outbox import Message, OutboxRow, Status
from storage.people import Address
from storage.status_reports import StatusReport


def owe(session: Session, report: StatusReport, archive: str, message: Message) -> bool:
    """Owes the archive the report; again owes nothing more. It waits there while e-mail is not set up. Raises Refused
    for what is no address that mail servers take."""
    if state(session, report) is not None:
        return False
    assert message.id is not None, "written before it is owed"
    address = _address(session, archive)
    lanes.open_lane_of(session, address)
    row = OutboxRow(
        idempotency_key=_key(report),
        lane=address.lane,
        address_id=address.id,
        message_id=message.id,
        status=Status.WAITING,
    )
    session.add(row)
    session.flush()
    session.execute(update(OutboxRow).where(col(OutboxRow.id) == row.id).values(next_at=machine_clock()))
    session.info["owes"] = True
    return True


def state(session: Session, report: StatusReport) -> Status | None:
    """What became of it; None where the report was not owed to an archive."""
    found = session.exec(select(OutboxRow.status).where(OutboxRow.idempotency_key == _key(report))).first()
    return Status(found) if found is not None else None


def _key(report: StatusReport) -> str:
    return f"status-report:{report.identity}:archive"


def _address(session: Session, archive: str) -> Address:
    account = email_addresses.written(archive)
    which = (Address.channel == email_addresses.CHANNEL, Address.tenant == "", Address.account == account)
    address = session.exec(select(Address).where(*which)).first() or Address(
        channel=email_addresses.CHANNEL, account=account, lane=email_addresses.CHANNEL, conversation=account
    )
    session.add(address)
    session.flush()
    return address
