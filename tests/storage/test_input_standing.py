"""What is kept of an input belongs to it alone: it goes with it, and what others answer of it is for its writer."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, func, select, text
from sqlmodel import col

from storage import (
    anonymous_input,
    input_conversation,
    input_duplicates,
    input_holds,
    input_outcomes,
    input_queue,
    input_statuses,
    input_themes,
    tables,
    whistleblowing,
)
from storage.anonymous_input import About, Input, InputStore
from storage.database import Database
from storage.input_conversation import Said
from storage.input_outcomes import Told
from storage.input_standing import find
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, inputs_database, make_person
from tests.handling import followed, handler, key_of, released, sent

#: What is no part of one input: the themes' names, the clock's last look, the forms that were sent.
OF_NONE = {"input_theme", "input_look", "sent_form", "alembic_version"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_that_is_kept_of_an_input_goes_with_it(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: Database, kind: str
) -> None:
    store = InputStore(Database(inputs_database(request, kind, tmp_path)), Fernet.generate_key().decode())
    key, other = (key_of(store, sent(store, text)) for text in ("Kantina", "Også kantina"))
    with sqlite.writing() as session:
        acting = handler(session)
        input_statuses.set_status(store, session, acting, "osu2020", [key], "not_taken_up", "Dyrt.")
        input_themes.set_theme(store, session, acting, "osu2020", [key], theme="", name="Kantina")
        input_conversation.say(store, session, acting, "osu2020", key, "Når?", "f1")
        input_duplicates.merge(store, session, acting, "osu2020", other, key)
        input_outcomes.publish(store, session, acting, "osu2020", Told("Kantina", "Åpen", "", "f2"), [key], NOW)
        input_holds.hold(store, session, acting, "osu2020", key, "Trussel")
    counts = {name: select(func.count()).select_from(table) for name, table in tables.INPUTS.tables.items()}
    with store.database.writing() as inputs:
        full = {name for name, count in counts.items() if inputs.execute(count).scalar_one()}
        assert full >= {name for name in counts if name not in OF_NONE | {"waiting_input", "waiting_reply"}}
        inputs.execute(delete(Input).where(col(Input.key).in_([key, other])))
        left = {name for name, count in counts.items() if inputs.execute(count).scalar_one()}
    assert left <= OF_NONE
    store.database.close()


def test_what_is_handed_over_is_answered_to_its_own_writer_alone(inputs: InputStore, sqlite: Database) -> None:
    receipt, copy = sent(inputs, "Dette er et varsel"), sent(inputs, "Det samme")
    key = key_of(inputs, receipt)
    with sqlite.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.whistleblowing = {"recipients": [{"name": "Test Mottaker", "role": {"nb": "mottaker"}}]}
        session.add(programme)
        recipient = make_person(session, "recipient", whistleblowing.ROLE)
        input_duplicates.merge(inputs, session, handler(session), "osu2020", key_of(inputs, copy), key)
        whistleblowing.hand_over(inputs, session, handler(session), programme, key)
        whistleblowing.answer(inputs, session, recipient, "osu2020", key, "Vi undersøker det.")
    assert followed(inputs, receipt).standing.answer == "Vi undersøker det."
    assert followed(inputs, copy).standing.answer is None
    assert followed(inputs, copy).standing.into is None
    assert followed(inputs, receipt).can_reply
    with sqlite.writing() as session:
        acting = session.merge(recipient)
        whistleblowing.say(inputs, session, acting, "osu2020", key, "Når var det?", "r1")
        input_conversation.reply(inputs, receipt, "I mai.", "w1")
        released(inputs)
        said = whistleblowing.conversation(inputs, session, acting, "osu2020", key)
        with pytest.raises(NotAllowed):
            whistleblowing.say(inputs, session, handler(session), "osu2020", key, "Hei", "r2")
        with pytest.raises(NotAllowed):
            whistleblowing.conversation(inputs, session, handler(session), "osu2020", key)
        with pytest.raises(Refused, match="unknown"):
            input_conversation.say(inputs, session, handler(session), "osu2020", key, "Hei", "r2")
    assert said == followed(inputs, receipt).said == [Said(False, "Når var det?"), Said(True, "I mai.")]
    assert followed(inputs, copy).said == []
    with pytest.raises(Refused, match="early"):
        input_conversation.reply(inputs, copy, "Og mer", "f1")


def test_what_is_handed_over_does_not_count_as_a_copy_any_more(inputs: InputStore, sqlite: Database) -> None:
    root, copy = key_of(inputs, sent(inputs, "Kantina")), key_of(inputs, sent(inputs, "Kantina og sjefen"))
    with sqlite.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.whistleblowing = {"recipients": [{"name": "Test Mottaker", "role": {"nb": "mottaker"}}]}
        session.add(programme)
        make_person(session, "recipient", whistleblowing.ROLE)
        input_duplicates.merge(inputs, session, handler(session), "osu2020", copy, root)
        (case,) = input_queue.queue(inputs, session, handler(session), "osu2020")
        assert case.standing.copies == 1
        whistleblowing.hand_over(inputs, session, handler(session), programme, copy)
        (case,) = input_queue.queue(inputs, session, handler(session), "osu2020")
        assert case.standing.copies == 0


def test_to_take_a_merging_back_puts_what_went_along_back_too(inputs: InputStore, sqlite: Database) -> None:
    first, second, third = (key_of(inputs, sent(inputs, f"Kantina {number}")) for number in range(3))
    with sqlite.writing() as session:
        acting = handler(session)
        input_duplicates.merge(inputs, session, acting, "osu2020", second, first)
        followers = input_duplicates.merge(inputs, session, acting, "osu2020", first, third)
        assert followers == [second]
        for _ in range(2):
            input_duplicates.part(inputs, session, acting, "osu2020", first, followers)
            with inputs.database.reading() as store:
                assert input_duplicates.roots(store, [first, second, third]) == {second: first}


@pytest.mark.parametrize("before", ["", "considered"])
def test_to_take_a_publication_back_gives_its_input_the_status_it_had(
    inputs: InputStore, sqlite: Database, before: str
) -> None:
    receipt = sent(inputs, "Kantina")
    key = key_of(inputs, receipt)

    def status() -> str:
        return followed(inputs, receipt).standing.status

    with sqlite.writing() as session:
        acting = handler(session)
        if before:
            input_statuses.set_status(inputs, session, acting, "osu2020", [key], before)
        for form in ("f1", "f2"):
            input_outcomes.publish(inputs, session, acting, "osu2020", Told("Kantina", "Åpen", "", form), [key], NOW)
        assert status() == "taken_up"
        input_outcomes.withdraw(inputs, session, acting, "osu2020", "f1", NOW)
        assert status() == "taken_up", "the other one stands"
        for _ in range(2):
            input_outcomes.withdraw(inputs, session, acting, "osu2020", "f2", NOW)
            assert status() == (before or "received")


def test_to_take_a_publication_back_leaves_what_a_handler_said_since(inputs: InputStore, sqlite: Database) -> None:
    receipt = sent(inputs, "Kantina")
    key = key_of(inputs, receipt)
    with sqlite.writing() as session:
        acting = handler(session)
        input_statuses.set_status(inputs, session, acting, "osu2020", [key], "taken_up")
        for form, later in (("f1", "taken_up"), ("f2", "not_taken_up")):
            input_outcomes.publish(inputs, session, acting, "osu2020", Told("Kantina", "Åpen", "", form), [key], NOW)
            input_statuses.set_status(inputs, session, acting, "osu2020", [key], later, "Dyrt.")
            input_outcomes.withdraw(inputs, session, acting, "osu2020", form, NOW)
            assert followed(inputs, receipt).standing.status == later


def test_what_is_published_of_an_input_is_not_of_what_was_handed_over_of_it(
    inputs: InputStore, sqlite: Database
) -> None:
    receipt, copy = sent(inputs, "Kantina"), sent(inputs, "Dette er et varsel")
    key = key_of(inputs, receipt)
    with sqlite.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.whistleblowing = {"recipients": [{"name": "Test Mottaker", "role": {"nb": "mottaker"}}]}
        session.add(programme)
        make_person(session, "recipient", whistleblowing.ROLE)
        acting = handler(session)
        input_duplicates.merge(inputs, session, acting, "osu2020", key_of(inputs, copy), key)
        whistleblowing.hand_over(inputs, session, acting, programme, key_of(inputs, copy))
        input_outcomes.publish(inputs, session, acting, "osu2020", Told("Kantina", "Åpen", "", "f1"), [key], NOW)
    assert followed(inputs, receipt).standing.outcomes == ("f1",)
    assert followed(inputs, copy).standing.outcomes == ()


def test_two_inputs_that_are_merged_into_each_other_at_once_stay_in_the_queue(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: Database
) -> None:
    """Held at their first row until both have looked: one of the two handlers is refused."""
    store = InputStore(Database(inputs_database(request, "postgresql", tmp_path)), Fernet.generate_key().decode())
    one, other = (key_of(store, sent(store, said)) for said in ("Kantina", "Også kantina"))
    with sqlite.writing() as session:
        acting = handler(session)

    def merge(key: str, into: str) -> str:
        with sqlite.reading() as session:
            try:
                input_duplicates.merge(store, session, acting, "osu2020", key, into)
            except Refused as refused:
                return refused.key
        return "done"

    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with ThreadPoolExecutor(2) as threads:
        with store.database.writing() as holding:
            holding.execute(select(Input).with_for_update())
            both = [threads.submit(merge, one, other), threads.submit(merge, other, one)]
            while holding.execute(waits).scalar_one() < len(both):
                pass
        assert sorted(end.result() for end in both) == ["done", "refused.input.merge_self"]
    with store.database.reading() as inputs:
        assert len(input_duplicates.roots(inputs, [one, other])) == 1
    store.database.close()


def test_an_input_that_waits_among_others_is_received_and_takes_no_reply(inputs: InputStore) -> None:
    receipt = anonymous_input.submit(inputs, About("osu2020", "risk", NOW.date()), "Nettopp sendt")
    found = find(inputs, receipt)
    assert found is not None
    assert (found.input.text, found.standing.status, found.said, found.can_reply) == (
        "Nettopp sendt",
        "received",
        [],
        False,
    )
    with pytest.raises(Refused, match="early"):
        input_conversation.reply(inputs, receipt, "Hallo?", "f1")
