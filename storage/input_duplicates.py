"""Inputs that say the same: merged into one, whose answer and status the writers of all of them read. What is written
in the conversation with one of them, no other one reads."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, col, select

from storage.anonymous_input import Input, InputModel, InputStore, of_programme
from storage.people import Person
from storage.refusals import Refused


class InputMerged(InputModel, table=True):
    """An input that goes with another one, which goes with none itself."""

    __tablename__ = "input_merged"
    __table_args__ = ({"sqlite_with_rowid": False},)
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    into_key: str = Field(foreign_key="input.key", ondelete="CASCADE", index=True)


def merge(store: InputStore, session: Session, acting: Person, programme_key: str, key: str, into: str) -> list[str]:
    """Lets an input, and what was merged into it, go with another one; twice is once. Returns what went with it before.
    Raises NotAllowed without the role, Refused for an input that goes with itself."""
    acting.must_be(session, "input_handler", programme_key)
    with store.database.writing() as inputs:
        _alone(inputs)
        of_programme(inputs, programme_key, key)
        of_programme(inputs, programme_key, into)
        root = root_of(inputs, into)
        if root == key:
            raise Refused("refused.input.merge_self")
        followers = with_merged(inputs, key)[1:]
        inputs.execute(update(InputMerged).where(col(InputMerged.into_key) == key).values(into_key=root))
        row = inputs.get(InputMerged, key) or InputMerged(input_key=key, into_key=root)
        row.into_key = root
        inputs.add(row)
        return followers


def part(
    store: InputStore,
    session: Session,
    acting: Person,
    programme_key: str,
    key: str,
    followers: Sequence[str] = (),
) -> None:
    """Lets an input stand by itself again; one that does stays so. ``followers`` go with it, as before it was merged,
    if they still are where it was. Raises NotAllowed without the role."""
    acting.must_be(session, "input_handler", programme_key)
    with store.database.writing() as inputs:
        _alone(inputs)
        of_programme(inputs, programme_key, key)
        row = inputs.get(InputMerged, key)
        if row is None:
            return
        moved = (col(InputMerged.input_key).in_(followers), col(InputMerged.into_key) == row.into_key)
        inputs.execute(update(InputMerged).where(*moved).values(into_key=key))
        inputs.delete(row)


def root_of(inputs: Session, key: str) -> str:
    """The input that this one goes with, or itself."""
    return roots(inputs, [key]).get(key, key)


def with_merged(inputs: Session, key: str) -> list[str]:
    """The input and those that were merged into it, but for what was handed over to others afterwards."""
    rows = inputs.exec(select(InputMerged.input_key).where(InputMerged.into_key == key).order_by(InputMerged.input_key))
    return [key, *roots(inputs, list(rows))]


def roots(inputs: Session, keys: list[str]) -> dict[str, str]:
    """Those of them that were merged, with what they go with: where one was handed over to others afterwards, what its
    new readers say of it is for its own writer alone."""
    one, other = aliased(Input), aliased(Input)
    rows = inputs.exec(
        select(InputMerged)
        .join(one, col(one.key) == InputMerged.input_key)
        .join(other, col(other.key) == InputMerged.into_key)
        .where(col(InputMerged.input_key).in_(keys), col(one.programme_key) == col(other.programme_key))
    ).all()
    return {row.input_key: row.into_key for row in rows}


def copies(inputs: Session, keys: list[str]) -> Counter[str]:
    """How many were merged into each of them and have the same readers still."""
    one, other = aliased(Input), aliased(Input)
    rows = inputs.exec(
        select(InputMerged.into_key)
        .join(one, col(one.key) == InputMerged.input_key)
        .join(other, col(other.key) == InputMerged.into_key)
        .where(col(InputMerged.into_key).in_(keys), col(one.programme_key) == col(other.programme_key))
    ).all()
    return Counter(rows)


def _alone(inputs: Session) -> None:
    """Lets nobody else merge until this transaction is over: two who let two inputs go with each other at once would
    both find that neither goes with any, and neither would be in the queue. On SQLite whoever writes is alone."""
    if inputs.get_bind().dialect.name != "sqlite":
        mode = "SHARE ROW EXCLUSIVE"
        inputs.connection().exec_driver_sql(f"LOCK TABLE {InputMerged.__tablename__} IN {mode} MODE")
