"""An input is stored without anybody's name, sealed, and found again by its receipt only."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from storage import anonymous_input, tables
from storage.anonymous_input import About, Input, InputStore, SentForm, WaitingInput
from storage.database import Database
from storage.refusals import NotAllowed, Refused
from tests.conftest import inputs_database, make_person
from tests.releasing import release

ABOUT = About("osu2020", "risk", date(2020, 11, 24))


def test_the_receipt_finds_the_input_however_it_is_typed(inputs: InputStore) -> None:
    digits = anonymous_input.submit(inputs, ABOUT, "  Det går for fort  ")
    found = anonymous_input.find(inputs, f" {digits[:4]}-{digits[4:8]} {digits[8:]} ")
    assert found is not None
    assert (found.text, found.topic, found.week, found.answer) == ("Det går for fort", "risk", "2020-W48", None)
    assert len(digits) == 16


@pytest.mark.parametrize("wrong", ["", "1234", "0000000000000000", "x" * 16, "٠" * 16, "1" * 5000])
def test_another_code_finds_nothing(inputs: InputStore, wrong: str) -> None:
    anonymous_input.submit(inputs, ABOUT, "noe")
    assert anonymous_input.find(inputs, wrong) is None


@pytest.mark.parametrize(
    ("text", "topic", "key"),
    [
        ("", "risk", "refused.input.empty"),
        ("  \n ", "risk", "refused.input.empty"),
        ("x" * 4001, "risk", "refused.input.long"),
        ("noe", "", "refused.input.topic"),
        ("noe", "nonsense", "refused.input.topic"),
    ],
)
def test_a_bad_input_is_refused_and_nothing_stored(inputs: InputStore, text: str, topic: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        anonymous_input.submit(inputs, About("osu2020", topic, date(2020, 11, 24)), text)
    assert refused.value.key == key
    with inputs.database.reading() as session:
        assert session.exec(select(WaitingInput)).all() == []


def test_the_same_form_is_stored_once(inputs: InputStore) -> None:
    about = About("osu2020", "risk", date(2020, 11, 24), form="a1")
    receipt = anonymous_input.submit(inputs, about, "noe")
    with pytest.raises(Refused, match="twice"):
        anonymous_input.submit(inputs, about, "noe annet")
    with inputs.database.reading() as session:
        (row,) = session.exec(select(WaitingInput)).all()
    assert inputs.opened(row.sealed_text) == "noe"
    assert anonymous_input.find(inputs, receipt) is not None


def test_whose_answer_was_lost_gets_the_same_receipt_until_somebody_may_have_read_it(inputs: InputStore) -> None:
    about = About("osu2020", "risk", date(2020, 11, 24), form="a1")
    receipt = anonymous_input.submit(inputs, about, "noe")
    assert anonymous_input.submit(inputs, about, " noe ") == receipt
    later = About("osu2020", "risk", date(2020, 12, 24), form="b1")
    assert anonymous_input.submit(inputs, later, "mer") != receipt
    # The form is forgotten by then, and its input still there.
    again = About("osu2020", "risk", date(2020, 12, 24), form="a1")
    assert anonymous_input.submit(inputs, again, "noe") == receipt
    release(inputs)
    for text in ("noe", "noe annet"):
        with pytest.raises(Refused, match="twice"):
            anonymous_input.submit(inputs, again, text)


def test_no_two_forms_and_no_two_keys_make_one_receipt(inputs: InputStore) -> None:
    made = {inputs.receipt_of(f"{number:016x}") for number in range(500)}
    other = InputStore(inputs.database, Fernet.generate_key().decode())
    made |= {other.receipt_of(f"{number:016x}") for number in range(500)}
    assert len(made) == 1000
    assert all(len(one) == 16 and one.isdecimal() for one in made)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_same_form_sent_to_several_processes_at_once_is_stored_once(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    address = inputs_database(request, kind, tmp_path)
    key = Fernet.generate_key().decode()
    stores = [InputStore(Database(address), key) for _ in range(4)]

    def send(number: int) -> str:
        about = About("osu2020", "risk", date(2020, 11, 24), form=f"form-{number // 4}")
        try:
            return anonymous_input.submit(stores[number % 4], about, f"Innspill {number // 4}")
        except Refused as refused:
            return refused.key

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(send, range(40)))
    assert len({told[number] for number in range(40)}) == 10
    assert all(len(set(told[start : start + 4])) == 1 for start in range(0, 40, 4)), "one receipt each"
    assert "refused.input.twice" not in told
    with stores[0].database.reading() as session:
        rows = session.exec(select(WaitingInput)).all()
    assert sorted(stores[0].opened(row.sealed_text) for row in rows) == sorted(f"Innspill {n}" for n in range(10))
    for store in stores:
        store.database.close()


def test_a_form_is_known_through_the_week_after_and_by_nothing_that_was_in_it(inputs: InputStore) -> None:
    def send(form: str, day: date, text: str = "noe") -> None:
        anonymous_input.submit(inputs, About("osu2020", "risk", day, form=form), text)

    def weeks() -> list[str]:
        with inputs.database.reading() as session:
            return sorted(session.exec(select(SentForm.week)).all())

    send("monday", date(2020, 12, 28))
    with pytest.raises(Refused, match="twice"):
        send("monday", date(2021, 1, 10), "noe annet")
    send("week after", date(2021, 1, 10))
    assert weeks() == ["2020-W53", "2021-W01"]
    send("two weeks after", date(2021, 1, 11))
    assert weeks() == ["2021-W01", "2021-W02"]
    folder = Path(inputs.database.url.database or "").parent
    stored = b"".join(path.read_bytes() for path in folder.glob("inputs.db*"))
    plain = [b"week after", hashlib.sha256(b"week after").digest(), hashlib.blake2b(b"week after").digest()]
    assert not any(one in stored for one in plain)


def test_what_is_known_of_a_sent_form_has_no_room_for_an_input_or_a_person() -> None:
    assert set(tables.INPUTS.tables["sent_form"].columns.keys()) == {"form", "week"}
    assert not tables.INPUTS.tables["sent_form"].foreign_keys


def test_a_form_that_was_refused_can_be_sent_after_it_was_mended(inputs: InputStore) -> None:
    about = About("osu2020", "risk", date(2020, 11, 24), form="a1")
    with pytest.raises(Refused):
        anonymous_input.submit(inputs, about, "")
    assert anonymous_input.submit(inputs, about, "noe")


def test_nothing_on_disk_holds_the_text_the_receipt_or_the_time(inputs: InputStore) -> None:
    text = "Teksten som ingen skal finne på disken"
    digits = anonymous_input.submit(inputs, ABOUT, text)
    folder = Path(inputs.database.url.database or "").parent
    stored = b"".join(path.read_bytes() for path in folder.glob("inputs.db*"))
    assert text.encode() not in stored
    assert digits.encode() not in stored
    # While it waits not even the week: that is of the forms only, and this one had none.
    assert b"2020-" not in stored
    assert b"osu2020" not in stored


def test_the_table_has_no_room_for_a_person() -> None:
    assert set(tables.INPUTS.tables["input"].columns.keys()) == {
        "key",
        "programme_key",
        "topic",
        "week",
        "sealed_text",
        "receipt",
        "sealed_answer",
        "sealed_unit",
    }
    assert set(tables.INPUTS.tables["waiting_input"].columns.keys()) == {"receipt", "sealed_about", "sealed_text"}
    assert not set(tables.INPUTS.tables) & set(tables.MAIN.tables)


def test_two_equal_inputs_look_different(inputs: InputStore) -> None:
    for _ in range(2):
        anonymous_input.submit(inputs, ABOUT, "samme")
    release(inputs)
    with inputs.database.reading() as session:
        first, second = session.exec(select(Input)).all()
    assert first.sealed_text != second.sealed_text
    assert first.receipt != second.receipt


@pytest.mark.parametrize("role", ["leader", "coordinator", None])
def test_only_input_handlers_read_and_answer(inputs: InputStore, sqlite: Database, role: str | None) -> None:
    anonymous_input.submit(inputs, ABOUT, "noe")
    with sqlite.writing() as session:
        person = make_person(session, "somebody", *([role] if role else []))
        make_person(session, "handler", "input_handler")
        with pytest.raises(NotAllowed):
            anonymous_input.read(inputs, session, person, "osu2020")
        with pytest.raises(NotAllowed):
            anonymous_input.answer(inputs, session, person, "osu2020", "key", "svar")


def test_the_answer_is_read_with_the_receipt(inputs: InputStore, sqlite: Database) -> None:
    digits = anonymous_input.submit(inputs, ABOUT, "noe")
    anonymous_input.submit(inputs, About("os2019", "other", date(2019, 2, 12)), "i et annet program")
    release(inputs)
    release(inputs, "os2019")
    with sqlite.writing() as session:
        handler = make_person(session, "handler", "input_handler")
        (only,) = anonymous_input.read(inputs, session, handler, "osu2020")
        anonymous_input.answer(inputs, session, handler, "osu2020", only.key, "Takk, det ser vi på.")
    found = anonymous_input.find(inputs, digits)
    assert found is not None
    assert found.answer == "Takk, det ser vi på."
