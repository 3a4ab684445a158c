"""How an input stands: what its handlers see in the queue, and what the holder of its receipt reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from storage import (
    anonymous_input,
    input_conversation,
    input_duplicates,
    input_holds,
    input_outcomes,
    input_statuses,
    input_themes,
)
from storage.anonymous_input import Input, InputStore, Opened, is_notification, receipt_hash
from storage.input_conversation import Said
from storage.input_statuses import Status


@dataclass(frozen=True)
class Standing:
    """How one input stands. What a merged one says of status and answer is that of the one it goes with."""

    status: Status
    #: Why it was not taken up.
    reason: str
    #: Why it is held back; None where it is not.
    held: str | None
    answer: str | None
    #: The key of the input it goes with, if any, and how many go with it.
    into: str | None
    copies: int
    theme: str | None
    #: Whether its writer had the last word.
    has_reply: bool
    #: The keys of what was published of it.
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class Followed:
    """All that the holder of a receipt reads."""

    input: Opened
    standing: Standing
    said: list[Said]
    #: Whether the writer can go on with the conversation.
    can_reply: bool
    #: Whether those who take notifications read it, and not the input handlers.
    is_notification: bool = False


def find(store: InputStore, receipt: str) -> Followed | None:
    """The input of that receipt as its writer follows it; None for a code that is none."""
    found_by = receipt_hash(store, receipt)
    read = anonymous_input.find_by(store, found_by)
    if read is None:
        return None
    with store.database.reading() as inputs:
        # One that is not released yet has no key, and nothing that anybody did with it.
        said = [] if read.is_waiting else input_conversation.messages(store, inputs, read.key)
        standing = of(store, inputs, [read])[read.key]
        said += [] if read.is_waiting else input_conversation.waiting_messages(store, inputs, found_by)
        row = None if read.is_waiting else inputs.get(Input, read.key)
        can_reply = input_conversation.can_reply(said, standing.answer)
        return Followed(read, standing, said, can_reply, row is not None and is_notification(row))


def of(store: InputStore, inputs: Session, rows: Sequence[Opened]) -> dict[str, Standing]:
    """How each of them stands, by its key."""
    keys = [row.key for row in rows]
    into = input_duplicates.roots(inputs, keys)
    leading = list({into.get(key, key) for key in keys})
    answers = _answers(store, inputs, [key for key in leading if key not in set(keys)])
    answers |= {row.key: row.answer for row in rows if row.answer}
    set_ones = input_statuses.set_ones(inputs, leading)
    holds = input_holds.held(inputs, keys)
    copies = input_duplicates.copies(inputs, keys)
    themes = input_themes.themed(inputs, keys)
    waiting = input_conversation.waiting(inputs, keys)
    outcomes = input_outcomes.linked(inputs, leading)

    def stands(row: Opened) -> Standing:
        root = into.get(row.key, row.key)
        answer, is_set = answers.get(root) or row.answer, set_ones.get(root)
        hold = holds.get(row.key)
        return Standing(
            status=_status(is_set.status if is_set else None, answer),
            reason=store.opened(is_set.sealed_reason) if is_set and is_set.sealed_reason else "",
            held=store.opened(hold.sealed_reason) if hold else None,
            answer=answer,
            into=into.get(row.key),
            copies=copies[row.key],
            theme=themes.get(row.key),
            has_reply=row.key in waiting,
            outcomes=outcomes.get(root, ()),
        )

    return {row.key: stands(row) for row in rows}


def _status(is_set: str | None, answer: str | None) -> Status:
    """What is more than that somebody looks at it holds beside an answer."""
    if is_set in (Status.TAKEN_UP, Status.NOT_TAKEN_UP):
        return Status(is_set)
    if answer is not None:
        return Status.ANSWERED
    return Status(is_set or Status.RECEIVED)


def _answers(store: InputStore, inputs: Session, keys: list[str]) -> dict[str, str | None]:
    rows = inputs.exec(select(Input).where(col(Input.key).in_(keys))).all()
    return {row.key: store.opened(row.sealed_answer) for row in rows if row.sealed_answer}
