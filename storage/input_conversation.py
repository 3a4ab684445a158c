"""The conversation about one input, between its handlers, or those who take notifications, and whoever holds its
receipt: sealed messages in the order in which the other side could read them, and nothing of when they were written.
What the holder writes waits for the next morning (``storage.input_waiting_replies``)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from storage import input_waiting_replies
from storage.anonymous_input import (
    Input,
    InputModel,
    InputStore,
    of_programme,
    of_receipt,
    receipt_hash,
    waiting_of,
)
from storage.input_duplicates import root_of
from storage.input_waiting_replies import MOST_WAITING
from storage.people import Person
from storage.refusals import Refused

#: Longest message, in characters.
LONGEST_MESSAGE = 1000
#: How many messages one conversation holds.
MOST_MESSAGES = 40
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
    """A message as both sides read it: ``is_writers`` where the holder of the receipt wrote it; ``is_waiting``: nobody
    else reads it yet."""

    is_writers: bool
    text: str
    is_waiting: bool = False


def reply(store: InputStore, receipt: str, text: str, form: str) -> None:
    """Stores what the holder of the receipt writes, durably and once for each form; nobody else can write as they do.

    Raises Refused for a code that is none, for an empty or too long text, before somebody has written to them, after
    too many messages, and for a form that was sent before.
    """
    text, wanted = _checked(text), receipt_hash(store, receipt)

    def write(inputs: Session) -> None:
        row = of_receipt(inputs, wanted)
        if row is None or wanted is None:
            raise Refused("refused.reply.early" if waiting_of(store, inputs, wanted) else "refused.reply.receipt")
        rows, wait = _rows(inputs, row.key), input_waiting_replies.waiting(store, inputs, wanted)
        _must_not_be_sent(store, {row.form for row in rows} | {one.form for one in wait}, form)
        last = next((at for at, one in enumerate(reversed(rows)) if not one.is_writers), len(rows))
        if last == len(rows) and not _is_answered(inputs, row):
            raise Refused("refused.reply.early")
        if last + len(wait) >= MOST_WAITING:
            raise Refused("refused.reply.waiting", limit=MOST_WAITING)
        _must_have_room(rows, len(wait))
        input_waiting_replies.add(store, inputs, wanted, len(wait), text, form)

    _writing(store, write)


def say(
    store: InputStore, session: Session, acting: Person, programme_key: str, key: str, text: str, form: str
) -> None:
    """Stores what a handler writes to the holder of the receipt. Raises NotAllowed without the role, Refused as for a
    reply."""
    acting.must_be(session, "input_handler", programme_key)
    write_message(store, programme_key, key, text, form)


def write_message(store: InputStore, kept_under: str, key: str, text: str, form: str) -> None:
    """For somebody whose role was checked."""
    text = _checked(text)

    def write(inputs: Session) -> None:
        rows = _rows(inputs, of_programme(inputs, kept_under, key).key)
        _must_not_be_sent(store, {one.form for one in rows}, form)
        _must_have_room(rows)
        _add(inputs, key, len(rows), store.sealed(text), store.form_hash(form), is_writers=False)

    _writing(store, write)


def release(store: InputStore, inputs: Session, kept_under: tuple[str, ...]) -> int:
    """Lets what waits be read, of the inputs that are kept under these keys; returns how many. What has no room any
    more goes in all the same: its writer was told that it is stored."""
    replies = input_waiting_replies.released(store, inputs, kept_under)
    for reply in replies:
        row = of_receipt(inputs, reply.receipt)
        assert row is not None, "what waits for an input that is gone is not released"
        count = len(_rows(inputs, row.key))
        _add(inputs, row.key, count, store.sealed(reply.text), reply.form, is_writers=True)
        inputs.flush()
    return len(replies)


def waiting_messages(store: InputStore, inputs: Session, wanted: bytes | None) -> list[Said]:
    """What the holder of the receipt with that hash wrote and nobody else reads yet."""
    found = input_waiting_replies.waiting(store, inputs, wanted) if wanted else []
    return [Said(True, one.text, is_waiting=True) for one in found]


def messages(store: InputStore, inputs: Session, key: str) -> list[Said]:
    """The conversation about one input, from its beginning."""
    return [Said(row.is_writers, store.opened(row.sealed_text)) for row in _rows(inputs, key)]


def waiting(inputs: Session, keys: list[str]) -> set[str]:
    """The inputs among them whose writer had the last word."""
    return {key for key, is_writers in lasts(inputs, keys).items() if is_writers}


def lasts(inputs: Session, keys: list[str]) -> dict[str, bool]:
    """Of those of them that were written about, whether the writer had the last word."""
    rows = inputs.exec(
        select(InputMessage.input_key, InputMessage.is_writers)
        .where(col(InputMessage.input_key).in_(keys))
        .order_by(col(InputMessage.number))
    ).all()
    return dict(rows)


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


def _must_not_be_sent(store: InputStore, forms: set[bytes], form: str) -> None:
    if not form or store.form_hash(form) in forms:
        raise Refused("refused.reply.twice")


def _must_have_room(rows: list[InputMessage], more: int = 0) -> None:
    if len(rows) + more >= MOST_MESSAGES:
        raise Refused("refused.reply.full", limit=MOST_MESSAGES)


def _add(inputs: Session, key: str, count: int, sealed: bytes, form: bytes, *, is_writers: bool) -> None:
    inputs.add(InputMessage(input_key=key, number=count + 1, is_writers=is_writers, sealed_text=sealed, form=form))


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
