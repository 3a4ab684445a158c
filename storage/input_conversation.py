"""The conversation about one input, between its handlers and whoever holds its receipt: sealed messages in their order,
and nothing of when they were written."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from storage.anonymous_input import (
    Input,
    InputModel,
    InputStore,
    is_notification,
    of_programme,
    of_receipt,
    receipt_hash,
    waiting_of,
)
from storage.input_duplicates import root_of
from storage.people import Person
from storage.refusals import Refused

#: Longest message, in characters.
LONGEST_MESSAGE = 1000
#: How many messages one conversation holds, and how many of its writer's may wait for a handler's.
MOST_MESSAGES, MOST_WAITING = 40, 5
#: How often the next number may be taken by somebody else before it is a defect.
_MEETINGS = 5


class InputMessage(InputModel, table=True):
    """A message after the input itself. On SQLite they lie in the order of the inputs' chance keys."""

    __tablename__ = "input_message"
    __table_args__ = (UniqueConstraint("input_key", "form"), {"sqlite_with_rowid": False})
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    is_writers: bool
    sealed_text: bytes
    #: A keyed hash of the form's chance value, so that a form sent twice is one message.
    form: bytes


@dataclass(frozen=True)
class Said:
    """A message as both sides read it: ``is_writers`` where the holder of the receipt wrote it."""

    is_writers: bool
    text: str


def reply(store: InputStore, receipt: str, text: str, form: str) -> None:
    """Stores what the holder of the receipt writes, durably and once for each form; nobody else can write as they do.

    Raises Refused for a code that is none, for a notification, for an empty or too long text, before a handler has
    written, after too many messages, and for a form that was sent before.
    """
    text, wanted = _checked(text), receipt_hash(store, receipt)

    def write(inputs: Session) -> None:
        row = of_receipt(inputs, wanted)
        if row is None:
            raise Refused("refused.reply.early" if waiting_of(store, inputs, wanted) else "refused.reply.receipt")
        if is_notification(row):
            raise Refused("refused.reply.notification")
        rows = _rows(inputs, row.key)
        _must_not_be_sent(store, rows, form)
        last = next((at for at, one in enumerate(reversed(rows)) if not one.is_writers), len(rows))
        if last == len(rows) and not _is_answered(inputs, row):
            raise Refused("refused.reply.early")
        if last >= MOST_WAITING:
            raise Refused("refused.reply.waiting", limit=MOST_WAITING)
        _add(store, inputs, row.key, rows, text, form, is_writers=True)

    _writing(store, write)


def say(
    store: InputStore, session: Session, acting: Person, programme_key: str, key: str, text: str, form: str
) -> None:
    """Stores what a handler writes to the holder of the receipt. Raises NotAllowed without the role, Refused as for a
    reply."""
    acting.must_be(session, "input_handler", programme_key)
    text = _checked(text)

    def write(inputs: Session) -> None:
        rows = _rows(inputs, of_programme(inputs, programme_key, key).key)
        _must_not_be_sent(store, rows, form)
        _add(store, inputs, key, rows, text, form, is_writers=False)

    _writing(store, write)


def messages(store: InputStore, inputs: Session, key: str) -> list[Said]:
    """The conversation about one input, from its beginning."""
    return [Said(row.is_writers, store.opened(row.sealed_text)) for row in _rows(inputs, key)]


def waiting(inputs: Session, keys: list[str]) -> set[str]:
    """The inputs among them whose writer had the last word."""
    rows = inputs.exec(
        select(InputMessage.input_key, InputMessage.is_writers)
        .where(col(InputMessage.input_key).in_(keys))
        .order_by(col(InputMessage.number))
    ).all()
    last = dict(rows)
    return {key for key, is_writers in last.items() if is_writers}


def can_reply(said: list[Said], answer: str | None) -> bool:
    """Whether a reply would be taken: the page shows its field only then."""
    last = next((at for at, one in enumerate(reversed(said)) if not one.is_writers), len(said))
    has_begun = last < len(said) or answer is not None
    return has_begun and last < MOST_WAITING and len(said) < MOST_MESSAGES


def _is_answered(inputs: Session, row: Input) -> bool:
    root = inputs.get(Input, root_of(inputs, row.key))
    return row.sealed_answer is not None or (root is not None and root.sealed_answer is not None)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("refused.input.empty")
    if len(text) > LONGEST_MESSAGE:
        raise Refused("refused.reply.long", length=len(text), limit=LONGEST_MESSAGE)
    return text


def _rows(inputs: Session, key: str) -> list[InputMessage]:
    rows = inputs.exec(select(InputMessage).where(InputMessage.input_key == key).order_by(col(InputMessage.number)))
    return list(rows)


def _must_not_be_sent(store: InputStore, rows: list[InputMessage], form: str) -> None:
    if not form or store.form_hash(form) in {row.form for row in rows}:
        raise Refused("refused.reply.twice")


def _add(
    store: InputStore, inputs: Session, key: str, rows: list[InputMessage], text: str, form: str, *, is_writers: bool
) -> None:
    if len(rows) >= MOST_MESSAGES:
        raise Refused("refused.reply.full", limit=MOST_MESSAGES)
    inputs.add(
        InputMessage(
            input_key=key,
            number=len(rows) + 1,
            is_writers=is_writers,
            sealed_text=store.sealed(text),
            form=store.form_hash(form),
        )
    )


def _writing(store: InputStore, write: Callable[[Session], None]) -> None:
    """Two processes may take the same number at once: the later one sees the other's message when it tries again."""
    for _ in range(_MEETINGS):
        try:
            with store.database.writing() as inputs:
                write(inputs)
        except IntegrityError:
            continue
        return
    with store.database.writing() as inputs:
        write(inputs)
