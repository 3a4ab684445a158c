"""Those who take notifications are told that one waits, on set days, and nothing that tells of it or of its writer."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.turns import Turns
from storage import anonymous_input, input_conversation, people, whistleblowing
from storage.anonymous_input import About
from storage.outbox import Message, OutboxRow
from storage.people import Person
from tests.conftest import NOW
from tests.handling import key_of, released
from tests.storage.test_whistleblowing import name_recipients
from tests.talk import Talk

OSLO = ZoneInfo("Europe/Oslo")
#: A Monday at nine, and the Thursday after it.
MONDAY = datetime(2020, 11, 30, 9, tzinfo=OSLO)
THURSDAY = MONDAY + timedelta(days=3)
SAID = "Sjefen gir oppdragene til firmaet til broren sin"


@pytest.fixture
def recipients(turns: Turns) -> list[Talk]:
    talks = [Talk(turns, f"mottaker-{number}", NOW) for number in (1, 2)]
    for talk in talks:
        talk.say("hei")
    with turns.database.writing() as session:
        name_recipients(session)
        for talk in talks:
            person = people.recognise(session, talk.where, "osu2020")
            people.grant(session, person, "osu2020", whistleblowing.ROLE)
    return talks


def notified(stores: Stores, form: str = "a1") -> str:
    about = About("osu2020", "other", date(2020, 11, 24), form=form, is_notification=True)
    receipt = anonymous_input.submit(stores.inputs, about, SAID)
    released(stores.inputs)
    return receipt


def told(stores: Stores, moment: datetime) -> list[str]:
    """Who is owed such a message after a tick at that moment."""
    Schedule(stores.database, DemoClock(moment), lambda: None, stores.inputs).run_inputs()
    with stores.database.reading() as session:
        rows = session.exec(
            select(Person.name, OutboxRow.idempotency_key).where(
                OutboxRow.person_id == Person.id,
                OutboxRow.idempotency_key.startswith("notifications:"),  # type: ignore[attr-defined]
            )
        )
        return sorted(name for name, _ in rows)


def answered(turns: Turns, stores: Stores, recipient: Talk, receipt: str) -> None:
    with stores.database.writing() as session:
        person = people.recognise(session, recipient.where, "osu2020")
        key = key_of(stores.inputs, receipt)
        whistleblowing.answer(stores.inputs, session, person, "osu2020", key, "Vi undersøker det.")


def test_each_is_told_once_a_set_day_as_long_as_one_waits(
    turns: Turns, stores: Stores, recipients: list[Talk], employee: Talk
) -> None:
    both = ["Mottaker-1", "Mottaker-2"]
    employee.say("hei")
    assert told(stores, MONDAY) == [], "nothing waits"
    receipt = notified(stores)
    assert told(stores, MONDAY - timedelta(minutes=1)) == []
    for _ in range(2):
        assert told(stores, MONDAY) == both
    assert told(stores, MONDAY + timedelta(days=1)) == both, "whatever comes, the next time is on Thursday"
    assert told(stores, THURSDAY) == sorted(both * 2)
    answered(turns, stores, recipients[0], receipt)
    assert told(stores, MONDAY + timedelta(days=7)) == sorted(both * 2)
    input_conversation.reply(stores.inputs, receipt, "Det skjedde igjen.", "f1")
    released(stores.inputs)
    assert told(stores, THURSDAY + timedelta(days=7)) == sorted(both * 3)


def test_what_is_told_says_nothing_of_it(turns: Turns, stores: Stores, recipients: list[Talk]) -> None:
    receipt = notified(stores)
    told(stores, MONDAY)
    with stores.database.reading() as session:
        (message,) = session.exec(select(Message).where(Message.kind == "notice")).all()
        keys = session.exec(select(OutboxRow.idempotency_key)).all()
    written = json.dumps(message.cards) + " ".join(keys)
    for secret in (SAID, receipt, key_of(stores.inputs, receipt), "2020-W48", "1 varsel"):
        assert secret not in written
    assert written.count("2020-11-30T09:00:00") == len(recipients), "the moment is the calendar's"
    assert recipients[0].act("whistleblowing.read").outcome == "answered"


def test_a_free_day_is_made_up_for_on_the_next_working_day(
    turns: Turns, stores: Stores, recipients: list[Talk]
) -> None:
    notified(stores)
    # Maundy Thursday and Good Friday of 2021, and the Monday of Easter.
    easter = datetime(2021, 4, 1, 9, tzinfo=OSLO)
    for days in range(5):
        assert told(stores, easter + timedelta(days=days)) == []
    assert len(told(stores, easter + timedelta(days=5))) == 2


def test_nobody_else_is_told_and_inputs_tell_nobody(
    turns: Turns, stores: Stores, recipients: list[Talk], leader: Talk
) -> None:
    anonymous_input.submit(stores.inputs, About("osu2020", "risk", date(2020, 11, 24), form="b1"), "Det går for fort")
    released(stores.inputs)
    leader.say("hei")
    assert told(stores, MONDAY) == []


def test_recipients_ask_the_writer_and_read_the_reply(turns: Turns, stores: Stores, recipients: list[Talk]) -> None:
    receipt = notified(stores)
    first, second = recipients
    first.act("whistleblowing.read")
    first.press("whistleblowing.answer")
    asking = next(button for button in first.shown[0].buttons if button.values.get("to") == "conversation")
    assert first.press(asking, text=" ").questions[0].error
    assert first.press(asking, text="Når skjedde det?").outcome == "done"
    assert first.press(asking, text="Når skjedde det?").outcome == "refused"
    input_conversation.reply(stores.inputs, receipt, "I mai.", "f1")
    key = key_of(stores.inputs, receipt)
    assert "I mai." not in second.act("whistleblowing.answer", input=key).as_text()
    released(stores.inputs)
    shown = second.act("whistleblowing.answer", input=key).as_text()
    assert shown.index(SAID) < shown.index("Når skjedde det?") < shown.index("I mai.")
    assert second.act("whistleblowing.answer", input="gone").outcome == "refused"
    assert second.press("whistleblowing.read").outcome == "answered"
