"""What was handed over is read by the recipients of that programme, and by nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import acting, anonymous_input, people, programmes, terms, whistleblowing
from storage.anonymous_input import About, Input, InputStore, WaitingInput
from storage.database import Database
from storage.people import ROLES, Person
from storage.refusals import NotAllowed, Refused
from storage.terms import Term
from tests.conftest import NOW, make_person
from tests.releasing import release

NAMED = {
    "recipients": [{"name": "Test Mottaker", "role": {"nb": "leder for varslingsmottaket"}}],
    "phone": "55 00 00 00",
}
DAY = date(2020, 11, 24)


def name_recipients(session: Any, key: str = "osu2020", said: dict[str, Any] | None = None) -> Any:
    programme = programmes.get(session, key)
    programme.whistleblowing = NAMED if said is None else said
    # What a load does, too: what is held of the programme in memory is old.
    programme.version += 1
    session.add(programme)
    session.flush()
    return programme


def hand_in(inputs: InputStore, text: str = "sjefen stjeler", programme: str = "osu2020", is_it: bool = True) -> str:
    return anonymous_input.submit(inputs, About(programme, "other", DAY, is_notification=is_it), text)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_role_table(inputs: InputStore, sqlite: Database, role: str | None) -> None:
    hand_in(inputs)
    hand_in(inputs, "et innspill", is_it=False)
    release(inputs)
    with sqlite.writing() as session:
        name_recipients(session)
        make_person(session, "recipient", whistleblowing.ROLE)
        person = make_person(session, "somebody", *([role] if role else []))
        assert read(whistleblowing.read, inputs, session, person) == (
            ["sjefen stjeler"] if role == whistleblowing.ROLE else None
        )
        assert read(anonymous_input.read, inputs, session, person) == (
            ["et innspill"] if role == "input_handler" else None
        )
        key = kept(inputs, "osu2020/notifications")[0].key
        if role != whistleblowing.ROLE:
            with pytest.raises(NotAllowed):
                whistleblowing.answer(inputs, session, person, "osu2020", key, "svar")
        if role != "input_handler":
            with pytest.raises(NotAllowed):
                whistleblowing.hand_over(inputs, session, person, programmes.get(session, "osu2020"), key)
        with pytest.raises(Refused):
            anonymous_input.answer(inputs, session, person, "osu2020", key, "svar")


def read(how: Any, inputs: InputStore, session: Any, person: Person) -> list[str] | None:
    try:
        return [row.text for row in how(inputs, session, person, "osu2020")]
    except NotAllowed:
        return None


def kept(inputs: InputStore, under: str) -> list[Any]:
    with inputs.database.reading() as session:
        return list(session.scalars(select(Input).where(Input.programme_key == under)))  # type: ignore[arg-type]


def test_a_recipient_of_another_programme_reads_nothing_of_this_one(inputs: InputStore, sqlite: Database) -> None:
    hand_in(inputs)
    release(inputs)
    with sqlite.writing() as session:
        stranger = make_person(session, "stranger", whistleblowing.ROLE, programme="os2019")
        assert whistleblowing.read(inputs, session, stranger, "os2019") == []
        with pytest.raises(NotAllowed):
            whistleblowing.read(inputs, session, stranger, "osu2020")


def test_while_it_waits_nothing_of_its_row_tells_that_it_is_one(inputs: InputStore) -> None:
    hand_in(inputs, "samme")
    hand_in(inputs, "samme", is_it=False)
    with inputs.database.reading() as session:
        first, second = session.scalars(select(WaitingInput)).all()
    assert len(first.sealed_about) == len(second.sealed_about)
    assert len(first.sealed_text) == len(second.sealed_text)
    assert b"notification" not in first.sealed_about + second.sealed_about


def test_it_waits_and_its_receipt_finds_it_and_the_answer(inputs: InputStore, sqlite: Database) -> None:
    digits = hand_in(inputs)
    found = anonymous_input.find(inputs, digits)
    assert found is not None
    assert found.is_waiting
    with sqlite.writing() as session:
        recipient = make_person(session, "recipient", whistleblowing.ROLE)
        assert whistleblowing.read(inputs, session, recipient, "osu2020") == []
        release(inputs)
        (only,) = whistleblowing.read(inputs, session, recipient, "osu2020")
        whistleblowing.answer(inputs, session, recipient, "osu2020", only.key, "Vi undersøker det.")
    found = anonymous_input.find(inputs, digits)
    assert found is not None
    assert found.answer == "Vi undersøker det."


def test_a_handler_hands_over_once_or_twice_and_reads_it_no_more(inputs: InputStore, sqlite: Database) -> None:
    digits = hand_in(inputs, is_it=False)
    release(inputs)
    with sqlite.writing() as session:
        programme = name_recipients(session)
        handler = make_person(session, "handler", "input_handler")
        recipient = make_person(session, "recipient", whistleblowing.ROLE)
        (row,) = anonymous_input.read(inputs, session, handler, "osu2020")
        for _ in range(2):
            whistleblowing.hand_over(inputs, session, handler, programme, row.key)
            assert anonymous_input.read(inputs, session, handler, "osu2020") == []
        with pytest.raises(Refused):
            anonymous_input.answer(inputs, session, handler, "osu2020", row.key, "svar")
        assert [one.text for one in whistleblowing.read(inputs, session, recipient, "osu2020")] == ["sjefen stjeler"]
    assert anonymous_input.find(inputs, digits) is not None


def test_an_input_of_another_programme_is_not_handed_over(inputs: InputStore, sqlite: Database) -> None:
    hand_in(inputs, programme="os2019", is_it=False)
    release(inputs, "os2019")
    with sqlite.writing() as session:
        programme = name_recipients(session)
        handler = make_person(session, "handler", "input_handler")
        make_person(session, "recipient", whistleblowing.ROLE)
        for key in (kept(inputs, "os2019")[0].key, "", "x"):
            with pytest.raises(Refused, match="unknown"):
                whistleblowing.hand_over(inputs, session, handler, programme, key)
    assert len(kept(inputs, "os2019")) == 1


@pytest.mark.parametrize("lacks", ["named", "reader"])
def test_nothing_is_handed_over_where_nobody_is_named_or_nobody_reads(
    inputs: InputStore, sqlite: Database, lacks: str
) -> None:
    hand_in(inputs, is_it=False)
    release(inputs)
    with sqlite.writing() as session:
        programme = programmes.get(session, "osu2020") if lacks == "named" else name_recipients(session)
        handler = make_person(session, "handler", "input_handler")
        if lacks == "named":
            make_person(session, "recipient", whistleblowing.ROLE)
        assert not whistleblowing.channel(session, programme).takes
        with pytest.raises(Refused, match="nobody"):
            whistleblowing.hand_over(inputs, session, handler, programme, kept(inputs, "osu2020")[0].key)
        assert len(anonymous_input.read(inputs, session, handler, "osu2020")) == 1


def test_who_reads_is_told_as_it_is_now(sqlite: Database) -> None:
    with sqlite.writing() as session:
        programme = name_recipients(session)
        first = make_person(session, "en-mottaker", whistleblowing.ROLE)
        make_person(session, "to-mottaker", whistleblowing.ROLE)
        assert whistleblowing.channel(session, programme).readers == ("En-Mottaker", "To-Mottaker")
        people.revoke(session, first, "osu2020", whistleblowing.ROLE)
        assert whistleblowing.channel(session, programme).readers == ("To-Mottaker",)


def test_who_reads_are_also_those_whom_somebody_stands_in_for_and_who_begin_later(sqlite: Database) -> None:
    with sqlite.writing() as session:
        terms.tell_now(session, NOW)
        programme, today = name_recipients(session), NOW.date()
        absent = make_person(session, "fast-mottaker", whistleblowing.ROLE)
        standing_in, later, gone = (make_person(session, name) for name in ("vikar", "ny", "ferdig"))
        week = timedelta(days=7)
        acting.give(session, standing_in, "osu2020", whistleblowing.ROLE, Term(today, today + week), absent)
        acting.give(session, later, "osu2020", whistleblowing.ROLE, Term(today + week, None))
        acting.give(session, gone, "osu2020", whistleblowing.ROLE, Term(None, today - week))
        assert set(whistleblowing.channel(session, programme).readers) == {"Fast-Mottaker", "Vikar", "Ny"}


@pytest.mark.parametrize("key", ["osu2020", "os2019", "ou2021"])
def test_the_real_programmes_name_nobody(sqlite: Database, key: str) -> None:
    with sqlite.writing() as session:
        assert whistleblowing.channel(session, programmes.get(session, key)).recipients == ()
