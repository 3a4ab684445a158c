"""What the holder of a receipt writes waits, sealed, until the next morning's look: a reply that was readable at once
would tell its readers who was writing at that moment."""

import json
import secrets
from collections import defaultdict

from sqlalchemy import delete
from sqlmodel import Field, Session, col, select

from storage.anonymous_input import WORD_SIZES, Input, InputModel, InputStore

#: How many of a writer's messages may wait for one of the other side's.
MOST_WAITING = 5


class WaitingReply(InputModel, table=True):
    """A message that nobody but its writer reads yet. ``mark`` is a keyed hash of the receipt and of its place, so that
    without the key nothing tells which input it belongs to; nothing of the row is kept when it is released."""

    __tablename__ = "waiting_reply"
    __table_args__ = ({"sqlite_with_rowid": False},)
    mark: bytes = Field(primary_key=True)
    sealed_about: bytes
    sealed_text: bytes


class Reply:
    """A waiting message, opened: ``form`` is the hash of its form's value, ``receipt`` that of the input's code."""

    def __init__(self, store: InputStore, row: WaitingReply) -> None:
        about = json.loads(store.opened(row.sealed_about))
        self.receipt, self.form = bytes.fromhex(about["receipt"]), bytes.fromhex(about["form"])
        self.place = int(about["place"])
        self.sealed_text, self.mark = row.sealed_text, row.mark
        self.text = store.opened(row.sealed_text)


def waiting(store: InputStore, inputs: Session, receipt: bytes) -> list[Reply]:
    """The messages that wait, of the input whose code has that hash, in their order."""
    marks = [_mark(store, receipt, place) for place in range(MOST_WAITING)]
    rows = inputs.exec(select(WaitingReply).where(col(WaitingReply.mark).in_(marks))).all()
    return sorted((Reply(store, row) for row in rows), key=lambda one: one.place)


def add(store: InputStore, inputs: Session, receipt: bytes, place: int, text: str, form: str) -> None:
    """Lets one more wait, in the place after those that were seen to wait: another one that came since has it."""
    about = {"receipt": receipt.hex(), "form": store.form_hash(form).hex(), "place": place}
    inputs.add(
        WaitingReply(
            mark=_mark(store, receipt, place),
            sealed_about=store.sealed(json.dumps(about), WORD_SIZES),
            sealed_text=store.sealed(text),
        )
    )


def released(store: InputStore, inputs: Session, kept_under: tuple[str, ...]) -> list[Reply]:
    """Takes out what waits of the inputs that are kept under these keys: the inputs in an order that chance made, the
    messages of each in their own. What waits of an input that is not there any more is gone with it."""
    by_input: dict[bytes, list[Reply]] = defaultdict(list)
    for row in inputs.exec(select(WaitingReply)).all():
        reply = Reply(store, row)
        by_input[reply.receipt].append(reply)
    if not by_input:
        return []
    rows = inputs.exec(select(Input.receipt, Input.programme_key).where(col(Input.receipt).in_(list(by_input)))).all()
    known = {bytes(receipt): key for receipt, key in rows}
    mine = [receipt for receipt in by_input if known.get(receipt) in kept_under]
    gone = [one.mark for receipt, found in by_input.items() if receipt in mine or receipt not in known for one in found]
    inputs.execute(delete(WaitingReply).where(col(WaitingReply.mark).in_(gone)))
    secrets.SystemRandom().shuffle(mine)
    return [reply for receipt in mine for reply in sorted(by_input[receipt], key=lambda one: one.place)]


def _mark(store: InputStore, receipt: bytes, place: int) -> bytes:
    return store.waiting_hash(b"reply %d\n" % place + receipt)
