"""Anonymous inputs: a store of its own, which nobody's name, account, conversation or time of day can reach.

An input waits, wholly sealed, until it is released among others (``storage.input_release``). The rows have no counter
(SQLite keeps them in the order of their random keys), the week is all that is kept of when, and text and answer are
sealed under a key that is not in the database.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from argon2.low_level import Type, hash_secret_raw
from cryptography.fernet import Fernet
from sqlalchemy import MetaData, delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from storage import NAMING
from storage.database import Database, Prepared
from storage.people import Person
from storage.refusals import Refused

#: Longest input, in characters.
LONGEST = 4000
TOPICS = ("goals", "risk", "model", "environment", "other")
#: Digits of a receipt: 10^16 of them, so that guessing one is hopeless even without the slow hash.
RECEIPT_DIGITS = 16
#: For how long a form is known as sent: through the week after. A second press of it must not store it again.
FORM_REMEMBERED_FOR = timedelta(weeks=1)
LONGEST_FORM = 64
#: What is sealed is as long as the first of these that holds it, in bytes. 4,000 letters as Norwegian has them fit the
#: first one, so that a text's size says nothing; 4,000 of any other characters fit the second one.
TEXT_SIZES = (8192, 16384)
#: The same for a word or a few: a topic, a unit, a status.
WORD_SIZES = (512, 2048)
#: Fills up what is sealed: a byte that no UTF-8 has.
_FILLING = b"\xff"

#: The inputs' own tables: never in the same database as people and turns.
metadata = MetaData(naming_convention=NAMING)


class InputModel(SQLModel, registry=registry(metadata=metadata)):
    """A table of the inputs' database: those of other concepts refer to an input by its key."""


class WaitingInput(InputModel, table=True):
    """One input that no handler sees yet. Nothing of the row is kept when it is released: its ``receipt`` is another
    hash of the code than the released one's, and what is sealed is sealed anew."""

    __tablename__ = "waiting_input"
    __table_args__ = {"sqlite_with_rowid": False}
    receipt: bytes = Field(primary_key=True)
    sealed_about: bytes
    sealed_text: bytes


class Input(InputModel, table=True):
    """One released input. ``receipt`` is a slow keyed hash of the code its writer holds; ``week`` is an ISO week,
    2020-W48."""

    __tablename__ = "input"
    __table_args__ = {"sqlite_with_rowid": False}
    key: str = Field(primary_key=True)
    programme_key: str = Field(index=True)
    topic: str
    week: str
    sealed_text: bytes
    receipt: bytes = Field(unique=True)
    sealed_answer: bytes | None = None
    #: None of those that were stored before units could be chosen.
    sealed_unit: bytes | None = None


class SentForm(InputModel, table=True):
    """That a form was sent, whichever process it is sent to again: a keyed hash of the form's chance value, and no more
    of when than of the inputs. Nothing in it belongs to one of the inputs."""

    __tablename__ = "sent_form"
    __table_args__ = {"sqlite_with_rowid": False}
    form: bytes = Field(primary_key=True)
    week: str = Field(index=True)


_SENT = metadata.tables["sent_form"]
_SEND = Prepared(
    {
        "sqlite": sqlite.insert(_SENT).on_conflict_do_nothing().returning(_SENT.c.form),
        "postgresql": postgresql.insert(_SENT).on_conflict_do_nothing().returning(_SENT.c.form),
    }
)


@dataclass(frozen=True)
class About:
    """What an input is about: all that a submission may hold beside its text."""

    programme_key: str
    topic: str
    today: date
    #: A random value of the form it was written in.
    form: str = ""
    #: It was handed over to those who take whistleblowing notifications; see storage/whistleblowing.py.
    is_notification: bool = False
    #: Where its writer works, if they say so: one of ``units``, which may be named; see storage/input_units.py.
    unit: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """An input as its handlers, or the holder of its receipt, read it. While it waits it has no ``key`` yet."""

    key: str
    topic: str
    week: str
    text: str
    answer: str | None
    unit: str = ""
    is_waiting: bool = False


@dataclass(frozen=True)
class Waiting:
    """What a waiting input holds, opened. ``receipt`` is the released one's."""

    programme_key: str
    topic: str
    week: str
    unit: str
    receipt: bytes
    text: str
    is_notification: bool = False

    @property
    def kept_under(self) -> str:
        """What a released row's ``programme_key`` is."""
        return notifications_of(self.programme_key) if self.is_notification else self.programme_key


def notifications_of(programme_key: str) -> str:
    """What notifications of a programme are kept under. It is no programme's key, which has no slash: whatever asks for
    a programme's inputs, now or some day, does not get them."""
    return f"{programme_key}/notifications"


def is_notification(row: "Input") -> bool:
    """Whether a released row is one whose readers are those who take notifications."""
    return row.programme_key.endswith(notifications_of(""))


class InputStore:
    """The inputs' own database and the key that seals them."""

    def __init__(self, database: Database, key: str) -> None:
        database.overwrite_deleted()
        self.database = database
        self._seal = Fernet(key)
        # The salt of receipts must be the same for every look-up and is worth nothing without the seal's key.
        self._salt = hash_secret_raw(key.encode(), b"omstillingsbot-receipts", 1, 8 * 1024, 1, 16, Type.ID)
        self._marks = hash_secret_raw(key.encode(), b"omstillingsbot-marks", 1, 8 * 1024, 1, 16, Type.ID)
        self._codes = hash_secret_raw(key.encode(), b"omstillingsbot-codes", 1, 8 * 1024, 1, 32, Type.ID)

    def sealed(self, text: str, sizes: Sequence[int] = TEXT_SIZES) -> bytes:
        """Sealed, and as long as any other text of its size class. For a word or a few: WORD_SIZES."""
        written = text.encode()
        size = next((size for size in sizes if len(written) <= size), len(written))
        # The token's first bytes would tell the second it was made at.
        return self._seal.encrypt_at_time(written.ljust(size, _FILLING), 0)

    def opened(self, sealed: bytes) -> str:
        return self._seal.decrypt(sealed).rstrip(_FILLING).decode()

    def opened_waiting(self, row: WaitingInput) -> Waiting:
        about = json.loads(self.opened(row.sealed_about))
        receipt = bytes.fromhex(about.pop("receipt"))
        return Waiting(**about, receipt=receipt, text=self.opened(row.sealed_text))

    def receipt_of(self, form: str) -> str:
        """The code of what is sent by that form: the same each time, so that it can be shown to whoever sends the form
        again because the answer never came. Nobody finds it without the key, and nothing of it is stored."""
        made = hmac.digest(self._codes, form[:LONGEST_FORM].encode(), hashlib.sha256)
        return f"{int.from_bytes(made) % 10**RECEIPT_DIGITS:0{RECEIPT_DIGITS}}"

    def receipt_hash(self, digits: str) -> bytes:
        """Argon2id with 19 MiB and two passes (OWASP's recommendation), keyed by the installation."""
        return hash_secret_raw(digits.encode(), self._salt, 2, 19 * 1024, 1, 32, Type.ID)

    def waiting_hash(self, receipt_hash: bytes) -> bytes:
        """What a waiting input is found by: whoever kept a copy of it cannot find it by that among the released."""
        return hmac.digest(self._marks, b"waiting\n" + receipt_hash, hashlib.sha256)

    def form_hash(self, form: str) -> bytes:
        """Keyed: whoever finds a form's value in a chat must not find it among the forms that were sent."""
        return hmac.digest(self._marks, b"form\n" + form[:LONGEST_FORM].encode(), hashlib.sha256)

    def mark(self, text: str) -> str:
        """Four hexadecimal digits that tell one text from another: too few to find a text by, even with the key."""
        return hmac.digest(self._marks, b"text\n" + text.encode(), hashlib.sha256).hex()[:4]

    def name_hash(self, name: str) -> str:
        """Keyed: the same for the same name, which nobody finds by trying names without the key."""
        return hmac.digest(self._marks, b"name\n" + name.encode(), hashlib.sha256).hex()[:32]


def submit(store: InputStore, about: About, text: str) -> str:
    """Stores an input and returns its receipt, 16 digits that are nowhere else. It is on disk before this returns. The
    same form with the same text returns the same receipt while the input waits: the answer may have been lost.

    Raises Refused when the text is empty or too long, the topic unknown, the unit not one that may be named, or the
    form was sent before with another text, or its input is released.
    """
    text = text.strip()
    if not text:
        raise Refused("refused.input.empty")
    if len(text) > LONGEST:
        raise Refused("refused.input.long", length=len(text), limit=LONGEST)
    if about.topic not in TOPICS:
        raise Refused("refused.input.topic")
    if about.unit and about.unit not in about.units:
        raise Refused("refused.input.unit")
    chance = "".join(secrets.choice("0123456789") for _ in range(RECEIPT_DIGITS))
    digits = store.receipt_of(about.form) if about.form else chance
    receipt = store.receipt_hash(digits)
    said = {
        "programme_key": about.programme_key,
        "topic": about.topic,
        "week": week_of(about.today),
        "unit": about.unit,
        "is_notification": about.is_notification,
        "receipt": receipt.hex(),
    }
    row = WaitingInput(
        receipt=store.waiting_hash(receipt),
        sealed_about=store.sealed(json.dumps(said), WORD_SIZES),
        sealed_text=store.sealed(text),
    )
    try:
        with store.database.writing() as session:
            _send(session, store, about, receipt)
            session.add(row)
    except Refused:
        if not _waits_already(store, receipt, text):
            raise
    return digits


def _waits_already(store: InputStore, receipt: bytes, text: str) -> bool:
    """Whether this very text was stored by the same form, and nobody reads it yet."""
    with store.database.reading() as session:
        row = waiting_of(store, session, receipt)
        return row is not None and store.opened_waiting(row).text == text


def _send(session: Session, store: InputStore, about: About, receipt: bytes) -> None:
    """In the transaction that stores the input: a form whose storing failed can be sent again."""
    oldest = week_of(about.today - FORM_REMEMBERED_FOR)
    session.execute(delete(SentForm).where(col(SentForm.week) < oldest))
    form = store.form_hash(about.form)
    is_new = not about.form or _SEND.first(session, form=form, week=week_of(about.today)) is not None
    # One that was sent so long ago that it is forgotten has its input still: two cannot have one receipt.
    if not is_new or of_receipt(session, receipt) or waiting_of(store, session, receipt):
        raise Refused("refused.input.twice")


def week_of(day: date) -> str:
    """The ISO week, 2020-W48: they sort as they follow each other."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def find(store: InputStore, receipt: str) -> Opened | None:
    """The input of that receipt, for whoever holds it. Spaces and dashes in the code do not matter."""
    return find_by(store, receipt_hash(store, receipt))


def find_by(store: InputStore, found_by: bytes | None) -> Opened | None:
    """The input of the code with that hash."""
    with store.database.reading() as session:
        # In this order: one that is released between the two looks is found by the second.
        waiting = waiting_of(store, session, found_by)
        row = None if waiting else of_receipt(session, found_by)
    if waiting:
        of = store.opened_waiting(waiting)
        return Opened("", of.topic, of.week, of.text, None, of.unit, is_waiting=True)
    return opened(store, row) if row else None


def receipt_hash(store: InputStore, receipt: str) -> bytes | None:
    """What the receipt is stored as; None for a code that cannot be one. It takes its time: before a transaction."""
    digits = "".join(character for character in receipt if character.isdecimal())
    if len(digits) != RECEIPT_DIGITS or not digits.isascii():
        return None
    return store.receipt_hash(digits)


def of_receipt(inputs: Session, found_by: bytes | None) -> Input | None:
    """The released row of that receipt's hash."""
    return inputs.exec(select(Input).where(Input.receipt == found_by)).first() if found_by else None


def waiting_of(store: InputStore, inputs: Session, found_by: bytes | None) -> WaitingInput | None:
    """The row of that receipt's hash while no handler sees it."""
    return inputs.get(WaitingInput, store.waiting_hash(found_by)) if found_by else None


def of_programme(inputs: Session, programme_key: str, key: str) -> Input:
    """The row of that key. Raises Refused for one of another programme, and for one that is not there (any more)."""
    row = inputs.get(Input, key)
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.input.unknown")
    return row


def read(store: InputStore, session: Session, acting: Person, programme_key: str) -> list[Opened]:
    """The programme's released inputs, for its input handlers only (NotAllowed for anyone else): unanswered first, by
    week."""
    acting.must_be(session, "input_handler", programme_key)
    return kept_under(store, programme_key)


def kept_under(store: InputStore, programme_key: str) -> list[Opened]:
    """In that order, for somebody whose role was checked."""
    with store.database.reading() as inputs:
        rows = inputs.exec(
            select(Input)
            .where(Input.programme_key == programme_key)
            .order_by(col(Input.sealed_answer).is_not(None), col(Input.week).desc(), col(Input.key))
        ).all()
    return [opened(store, row) for row in rows]


def how_many_wait(store: InputStore, session: Session, acting: Person, programme_key: str) -> int:
    """How many inputs have no answer yet: for the programme's input handlers. NotAllowed for anyone else."""
    acting.must_be(session, "input_handler", programme_key)
    statement = select(func.count()).where(Input.programme_key == programme_key, col(Input.sealed_answer).is_(None))
    with store.database.reading() as inputs:
        return inputs.exec(statement).one()


def answer(store: InputStore, session: Session, acting: Person, programme_key: str, key: str, text: str) -> None:
    """Answers an input; its writer reads it with the receipt. NotAllowed without the role, Refused for an empty one."""
    acting.must_be(session, "input_handler", programme_key)
    write_answer(store, programme_key, key, text)


def write_answer(store: InputStore, programme_key: str, key: str, text: str) -> None:
    """For somebody whose role was checked."""
    if not text.strip():
        raise Refused("refused.input.empty_answer")
    if len(text) > LONGEST:
        raise Refused("refused.input.long", length=len(text), limit=LONGEST)
    with store.database.writing() as inputs:
        row = of_programme(inputs, programme_key, key)
        row.sealed_answer = store.sealed(text.strip())
        inputs.add(row)


def opened(store: InputStore, row: Input) -> Opened:
    """The row as it is read: for its handlers and the holder of its receipt."""
    answered = store.opened(row.sealed_answer) if row.sealed_answer else None
    unit = store.opened(row.sealed_unit) if row.sealed_unit else ""
    return Opened(row.key, row.topic, row.week, store.opened(row.sealed_text), answered, unit)
