"""Inputs that are held back: threats and the like leave the queue with a reason, and are never deleted silently."""

from sqlmodel import Field, Session, col, select

from storage.anonymous_input import InputModel, InputStore, of_programme
from storage.input_statuses import checked_reason
from storage.people import Person


class InputHold(InputModel, table=True):
    """An input that its handlers do not meet in the queue. ``held_by`` is the handler: the others may want to ask."""

    __tablename__ = "input_hold"
    __table_args__ = ({"sqlite_with_rowid": False},)
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    sealed_reason: bytes
    held_by: int


def hold(store: InputStore, session: Session, acting: Person, programme_key: str, key: str, reason: str) -> None:
    """Holds an input back; a second time only changes the reason. Its writer reads that it is, and why. Raises
    NotAllowed without the role, Refused without a reason."""
    acting.must_be(session, "input_handler", programme_key)
    sealed = store.sealed(checked_reason(reason))
    with store.database.writing() as inputs:
        of_programme(inputs, programme_key, key)
        row = inputs.get(InputHold, key) or InputHold(input_key=key, sealed_reason=sealed, held_by=acting.identity)
        row.sealed_reason, row.held_by = sealed, acting.identity
        inputs.add(row)


def let_go(store: InputStore, session: Session, acting: Person, programme_key: str, key: str) -> None:
    """Puts an input back in the queue; one that is there stays. Raises NotAllowed without the role."""
    acting.must_be(session, "input_handler", programme_key)
    with store.database.writing() as inputs:
        of_programme(inputs, programme_key, key)
        row = inputs.get(InputHold, key)
        if row is not None:
            inputs.delete(row)


def held(inputs: Session, keys: list[str]) -> dict[str, InputHold]:
    """Those of them that are held back, by the input's key."""
    rows = inputs.exec(select(InputHold).where(col(InputHold.input_key).in_(keys))).all()
    return {row.input_key: row for row in rows}
