"""What became of an input: its status as a handler set it, and why it was not taken up. Whoever holds the receipt reads
both."""

from enum import StrEnum

from sqlmodel import Field, Session, col, select

from storage.anonymous_input import InputModel, InputStore, of_programme
from storage.people import Person
from storage.refusals import Refused

#: Longest reason for not taking an input up, and for holding one back, in characters.
LONGEST_REASON = 600


class Status(StrEnum):
    """Received and answered follow from what is there; the others are set by a handler."""

    RECEIVED = "received"
    CONSIDERED = "considered"
    TAKEN_UP = "taken_up"
    ANSWERED = "answered"
    NOT_TAKEN_UP = "not_taken_up"


#: What a handler can set; RECEIVED takes back what was set.
SETTABLE = (Status.RECEIVED, Status.CONSIDERED, Status.TAKEN_UP, Status.NOT_TAKEN_UP)


class InputStatus(InputModel, table=True):
    """The status that a handler set, and nothing of when: inputs that nobody looked at yet have no row."""

    __tablename__ = "input_status"
    __table_args__ = ({"sqlite_with_rowid": False},)
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    status: str
    sealed_reason: bytes | None = None


def set_status(
    store: InputStore,
    session: Session,
    acting: Person,
    programme_key: str,
    keys: list[str],
    status: str,
    reason: str = "",
) -> None:
    """Sets the status of these inputs; twice is once. Raises NotAllowed without the role, and Refused for a status that
    is none, for one that is not taken up without a reason, and for an input that is not there."""
    acting.must_be(session, "input_handler", programme_key)
    if status not in SETTABLE:
        raise Refused("refused.input.status")
    needs_reason = status == Status.NOT_TAKEN_UP
    sealed = store.sealed(checked_reason(reason)) if needs_reason else None
    with store.database.writing() as inputs:
        for key in keys:
            of_programme(inputs, programme_key, key)
            write(inputs, key, status, sealed)


def write(inputs: Session, key: str, status: str, sealed_reason: bytes | None = None) -> None:
    """In a transaction of somebody who has checked the role."""
    row = inputs.get(InputStatus, key)
    if status == Status.RECEIVED:
        if row is not None:
            inputs.delete(row)
        return
    row = row or InputStatus(input_key=key, status=status)
    row.status, row.sealed_reason = status, sealed_reason
    inputs.add(row)


def checked_reason(reason: str) -> str:
    """The reason, which its reader must be able to read. Raises Refused for none and for one that is too long."""
    reason = reason.strip()
    if not reason:
        raise Refused("refused.input.no_reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.input.long_reason", length=len(reason), limit=LONGEST_REASON)
    return reason


def set_ones(inputs: Session, keys: list[str]) -> dict[str, InputStatus]:
    """Those of them that have one, by the input's key."""
    rows = inputs.exec(select(InputStatus).where(col(InputStatus.input_key).in_(keys))).all()
    return {row.input_key: row for row in rows}
