"""A conversation with nobody: by the receipt alone, sealed, in its order, and each form once."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete
from sqlmodel import select

from storage import anonymous_input, input_conversation, input_queue, input_waiting_replies
from storage.anonymous_input import Input, InputStore
from storage.database import Database
from storage.input_conversation import LONGEST_MESSAGE, MOST_MESSAGES, MOST_WAITING, Said
from storage.input_waiting_replies import WaitingReply
from storage.refusals import NotAllowed, Refused
from tests.conftest import inputs_database, make_person
from tests.handling import followed, handler, key_of, released, sent


@pytest.fixture
def answered(inputs: InputStore, sqlite: Database) -> str:
    """The receipt of an input that was answered, among others."""
    sent(inputs, "Et annet")
    receipt = sent(inputs, "Det går for fort")
    with sqlite.writing() as session:
        anonymous_input.answer(inputs, session, handler(session), "osu2020", key_of(inputs, receipt), "Hva går fort?")
    return receipt


def say(inputs: InputStore, sqlite: Database, receipt: str, text: str, form: str) -> None:
    with sqlite.writing() as session:
        input_conversation.say(inputs, session, handler(session), "osu2020", key_of(inputs, receipt), text, form)


def test_both_sides_read_what_was_written_in_its_order(inputs: InputStore, sqlite: Database, answered: str) -> None:
    input_conversation.reply(inputs, answered, " Alt. ", "f1")
    released(inputs)
    say(inputs, sqlite, answered, "Takk.", "h1")
    input_conversation.reply(inputs, f"{answered[:4]} {answered[4:]}", "Og flyttingen.", "f2")
    said = [Said(True, "Alt."), Said(False, "Takk."), Said(True, "Og flyttingen.", is_waiting=True)]
    assert followed(inputs, answered).said == said
    with sqlite.reading() as session:
        _, read = input_queue.get(inputs, session, handler(session), "osu2020", key_of(inputs, answered))
    assert read == said[:2], "before the next morning nobody but its writer reads it"
    released(inputs)
    assert followed(inputs, answered).said == [*said[:2], Said(True, "Og flyttingen.")]


def test_what_waits_tells_nobody_without_the_key_which_input_it_belongs_to(inputs: InputStore, answered: str) -> None:
    input_conversation.reply(inputs, answered, "Alt.", "f1")
    input_conversation.reply(inputs, answered, "Og mer, som er en god del lengre enn det første.", "f2")
    with inputs.database.reading() as session:
        rows = session.exec(select(WaitingReply)).all()
        (released_row,) = (row for row in session.exec(select(Input)) if row.key == key_of(inputs, answered))
    assert len({(len(row.sealed_about), len(row.sealed_text)) for row in rows}) == 1
    stored = b"".join(row.mark + row.sealed_about + row.sealed_text for row in rows)
    assert released_row.receipt not in stored
    assert released_row.key.encode() not in stored


def test_replies_are_released_in_an_order_of_their_inputs_that_chance_made(
    inputs: InputStore, sqlite: Database
) -> None:
    receipts = [sent(inputs, f"Innspill {number}") for number in range(8)]
    for number, receipt in enumerate(receipts):
        say(inputs, sqlite, receipt, "Hva mener du?", f"h{number}")
    orders = set()
    for time in range(3):
        for number, receipt in enumerate(receipts):
            input_conversation.reply(inputs, receipt, f"Svar {number}", f"f{time} {number}")
        with inputs.database.writing() as session:
            orders.add(tuple(one.text for one in input_waiting_replies.released(inputs, session, ("osu2020",))))
    assert len(orders) > 1
    assert {len(order) for order in orders} == {8}


def test_what_waits_of_an_input_that_was_erased_goes_with_it(inputs: InputStore, answered: str) -> None:
    input_conversation.reply(inputs, answered, "Alt.", "f1")
    with inputs.database.writing() as session:
        session.execute(delete(Input))
    released(inputs)
    with inputs.database.reading() as session:
        assert session.exec(select(WaitingReply)).all() == []


def test_a_form_sent_twice_is_one_message(inputs: InputStore, answered: str) -> None:
    input_conversation.reply(inputs, answered, "Alt.", "f1")
    for _ in range(2):
        with pytest.raises(Refused, match="twice"):
            input_conversation.reply(inputs, answered, "Noe annet.", "f1")
        released(inputs)
    assert followed(inputs, answered).said == [Said(True, "Alt.")]


@pytest.mark.parametrize(
    ("text", "form", "key"),
    [
        ("", "f", "refused.input.empty"),
        (" \n", "f", "refused.input.empty"),
        ("x" * (LONGEST_MESSAGE + 1), "f", "refused.reply.long"),
        ("noe", "", "refused.reply.twice"),
    ],
)
def test_a_bad_reply_is_refused_and_not_stored(
    inputs: InputStore, answered: str, text: str, form: str, key: str
) -> None:
    with pytest.raises(Refused) as refused:
        input_conversation.reply(inputs, answered, text, form)
    assert refused.value.key == key
    assert followed(inputs, answered).said == []


@pytest.mark.parametrize("code", ["", "1234", "0" * 16, "x" * 16, "' OR 1=1"])
def test_nobody_replies_without_the_receipt(inputs: InputStore, answered: str, code: str) -> None:
    with pytest.raises(Refused, match=r"refused\.reply\.receipt"):
        input_conversation.reply(inputs, code, "noe", "f1")


def test_the_key_of_an_input_is_no_receipt(inputs: InputStore, answered: str) -> None:
    with pytest.raises(Refused, match=r"refused\.reply\.receipt"):
        input_conversation.reply(inputs, key_of(inputs, answered), "noe", "f1")


def test_a_writer_waits_for_a_handler_first_and_after_a_few_messages(
    inputs: InputStore, sqlite: Database, answered: str
) -> None:
    receipt = sent(inputs, "Ikke svart på")
    with pytest.raises(Refused, match="early"):
        input_conversation.reply(inputs, receipt, "Hallo?", "f1")
    for number in range(MOST_WAITING):
        input_conversation.reply(inputs, answered, "Mer.", f"f{number}")
    assert not input_conversation.can_reply(followed(inputs, answered).said, "Hva går fort?")
    with pytest.raises(Refused, match="waiting"):
        input_conversation.reply(inputs, answered, "Mer.", "g")
    released(inputs)
    with pytest.raises(Refused, match="waiting"):
        input_conversation.reply(inputs, answered, "Mer.", "g")
    say(inputs, sqlite, answered, "Takk.", "h1")
    input_conversation.reply(inputs, answered, "Mer.", "g")


def test_a_conversation_has_an_end(inputs: InputStore, sqlite: Database, answered: str) -> None:
    for number in range(MOST_MESSAGES):
        say(inputs, sqlite, answered, "Takk.", f"h{number}")
    with pytest.raises(Refused, match="full"):
        input_conversation.reply(inputs, answered, "Mer.", "f")
    assert not input_conversation.can_reply(followed(inputs, answered).said, "Hva går fort?")


@pytest.mark.parametrize("role", ["leader", "coordinator", "deputy", None])
def test_nobody_but_handlers_answers_in_it(
    inputs: InputStore, sqlite: Database, answered: str, role: str | None
) -> None:
    with sqlite.writing() as session:
        somebody = make_person(session, "somebody", *([role] if role else []))
        with pytest.raises(NotAllowed):
            input_conversation.say(inputs, session, somebody, "osu2020", key_of(inputs, answered), "Hei", "h1")


def test_a_handler_of_another_programme_answers_nothing(inputs: InputStore, sqlite: Database, answered: str) -> None:
    with sqlite.writing() as session:
        other = make_person(session, "other", "input_handler", programme="os2019")
        with pytest.raises(NotAllowed):
            input_conversation.say(inputs, session, other, "osu2020", key_of(inputs, answered), "Hei", "h1")
        with pytest.raises(Refused, match="unknown"):
            input_conversation.say(inputs, session, other, "os2019", key_of(inputs, answered), "Hei", "h1")


def test_nothing_on_disk_holds_a_message_or_its_form(inputs: InputStore, answered: str) -> None:
    input_conversation.reply(inputs, answered, "Setningen som ingen skal finne", "formens-verdi")
    folder = Path(inputs.database.url.database or "").parent
    stored = b"".join(path.read_bytes() for path in folder.glob("inputs.db*"))
    assert b"Setningen som" not in stored
    assert b"formens-verdi" not in stored


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_replies_to_several_processes_at_once_are_each_there_once(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: Database, kind: str
) -> None:
    address, key = inputs_database(request, kind, tmp_path), Fernet.generate_key().decode()
    stores = [InputStore(Database(address), key) for _ in range(4)]
    receipt = sent(stores[0], "Det går for fort")
    say(stores[0], sqlite, receipt, "Hva går fort?", "h1")

    def send(number: int) -> str:
        try:
            input_conversation.reply(stores[number % 4], receipt, f"Nr. {number // 4}", f"form-{number // 4}")
        except Refused as refused:
            return refused.key
        return "stored"

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(send, range(16)))
    assert sorted(told) == ["refused.reply.twice"] * 12 + ["stored"] * 4
    said = followed(stores[0], receipt).said
    assert sorted(one.text for one in said if one.is_writers) == [f"Nr. {number}" for number in range(4)]
    for store in stores:
        store.database.close()


#: Replies, and is killed right after: what ``reply`` returned for is on disk.
KILLED = """
import os, signal, sys
from storage import input_conversation
from storage.anonymous_input import InputStore
from storage.database import Database
store = InputStore(Database(sys.argv[1]), sys.argv[2])
input_conversation.reply(store, sys.argv[3], "Skrevet før strømmen gikk", "f1")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_reply_is_on_disk_when_it_is_told_to_be(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: Database
) -> None:
    address, key = inputs_database(request, "sqlite", tmp_path), Fernet.generate_key().decode()
    store = InputStore(Database(address), key)
    receipt = sent(store, "Det går for fort")
    say(store, sqlite, receipt, "Hva går fort?", "h1")
    ended = subprocess.run([sys.executable, "-c", KILLED, address, key, receipt], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert followed(store, receipt).said[-1] == Said(True, "Skrevet før strømmen gikk", is_waiting=True)
    store.database.close()
