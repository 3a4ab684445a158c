"""Questions and proposals are promised an answer where the programme says so; inputs are nobody's, so that those who
handle them are reminded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.app import Stores
from dialogs.input_reminders import queue_input_reminders
from storage import answer_promises, input_statuses, people, programmes, promises
from storage.anonymous_input import InputStore
from storage.answer_promises import Promised, due_by
from storage.database import Database, Session
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.programmes import Programme
from storage.promises import Promise
from tests.clockwork import tick_at
from tests.conftest import NOW, make_person
from tests.dialogs.test_proposals import ALL_NO, TYPED, somebody
from tests.handling import handler, key_of, sent
from tests.talk import Talk

WORDS = {"nb": "innen to uker", "nn": "innan to veker", "en": "within two weeks"}
ANSWERS: dict[str, Any] = {"questions": {"words": WORDS, "days": 14}, "proposals": {"words": WORDS, "days": 14}}


def choose(session: Session, **answers: Any) -> Programme:
    """The programme with what it promises."""
    programme = session.merge(programmes.get(session, "osu2020"))
    programme.answers = answers
    programmes.mark_changed(session, "osu2020")
    return programme


def ask(talk: Talk, text: str = "Hvor skal vi sitte?") -> str:
    talk.act("question.send")
    return talk.press("question.sent", text=text).as_text()


def promised(stores: Stores) -> list[Promise]:
    with stores.database.reading() as session:
        return list(session.exec(select(Promise).order_by(Promise.id)))  # type: ignore[arg-type]


def lead(stores: Stores, leader: Talk) -> None:
    leader.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        people.grant(session, person, "osu2020", "leader")


def test_without_the_programmes_choice_nothing_is_promised(stores: Stores, employee: Talk, leader: Talk) -> None:
    lead(stores, leader)
    assert "lovet svar" not in ask(employee)
    assert promised(stores) == []


def test_a_question_is_promised_an_answer_whose_owners_are_reminded(
    stores: Stores, employee: Talk, leader: Talk
) -> None:
    lead(stores, leader)
    with stores.database.writing() as session:
        choose(session, **ANSWERS)
    assert "lovet svar innen to uker, det vil si senest tirsdag 8. desember 2020" in ask(employee)
    tick_at(stores, datetime(2020, 12, 3, 8, 30, tzinfo=UTC))
    tick_at(stores, datetime(2020, 12, 4, 8, 30, tzinfo=UTC))
    tick_at(stores, datetime(2020, 12, 4, 9, 30, tzinfo=UTC))
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .where(OutboxRow.idempotency_key.startswith("promises-questions"))  # type: ignore[attr-defined]
        ).all()
    assert [row.cards["nb"]["blocks"][0]["text"] for row in rows] == ["Spørsmål som venter på svar"]
    leader.act("question.list")
    leader.press("question.answer")
    leader.press("question.answered", title="Plass", text="I tredje etasje.", source="Plantegning")
    (kept,) = promised(stores)
    assert (kept.about, kept.due_on, kept.kept_at) == ("question", date(2020, 12, 8), NOW)


def test_that_it_cannot_be_answered_yet_is_an_answer(stores: Stores, employee: Talk, leader: Talk) -> None:
    lead(stores, leader)
    with stores.database.writing() as session:
        choose(session, **ANSWERS)
    ask(employee)
    leader.act("question.answer", question=1, cannot=True)
    leader.press("question.answered", text="Det er ikke bestemt.")
    assert promised(stores)[0].kept_at == NOW


def test_a_question_that_its_asker_takes_back_is_promised_nothing(stores: Stores, employee: Talk) -> None:
    with stores.database.writing() as session:
        choose(session, **ANSWERS)
    ask(employee)
    employee.act("own.question_back", question=1)
    assert promised(stores)[0].dropped_at == NOW


def test_promises_count_in_the_programmes_totals(sqlite: Database) -> None:
    with sqlite.writing() as session:
        programme = choose(session, **ANSWERS)
        for number in range(programme.smallest_group):
            one = make_person(session)
            answer_promises.begin(session, one, programme, Promised.PROPOSAL, number, NOW.date(), NOW)
            answer_promises.keep(session, one, "osu2020", Promised.PROPOSAL, number, NOW)
        found = promises.kept(session, programme, NOW.date())
    assert found is not None
    assert (found.ended, found.in_time, found.half_within) == (6, 6, 0)


@pytest.mark.parametrize(
    ("today", "days", "due"),
    [
        (date(2020, 11, 24), 14, date(2020, 12, 8)),
        (date(2020, 11, 24), 1, date(2020, 11, 25)),
        (date(2020, 11, 27), 1, date(2020, 11, 30)),  # a Friday
        (date(2020, 12, 18), 14, date(2020, 12, 31)),  # New Year's Day is none
        (date(2021, 3, 31), 2, date(2021, 4, 6)),  # Easter, and no working day before it is left
    ],
)
def test_an_answer_is_due_on_a_working_day(today: date, days: int, due: date) -> None:
    assert due_by(days, today) == due


MONDAY = datetime(2020, 12, 7, 8, 30, tzinfo=UTC)  # half past nine; the inputs are of week 48, which ended on the 29th


def test_handlers_are_reminded_once_a_week_of_what_has_waited_too_long(sqlite: Database, inputs: InputStore) -> None:
    answered, *_ = [sent(inputs, f"Innspill {number}") for number in range(3)]
    with sqlite.writing() as session:
        who = handler(session)
        programme = choose(session, inputs_weeks=1)
        input_statuses.set_status(inputs, session, who, "osu2020", [key_of(inputs, answered)], "considered")
        early = datetime(2020, 11, 30, 8, 30, tzinfo=UTC)
        moments = (early, MONDAY, MONDAY, MONDAY.replace(day=8), MONDAY.replace(hour=7))
        owed = [queue_input_reminders(session, inputs, programme, moment) for moment in moments]
        cards = session.exec(select(Message)).one().cards
    assert owed == [0, 1, 0, 0, 0]
    assert cards["nb"]["title"] == "2 innspill i OSU 2020 har ikke fått svar"


def test_nobody_is_reminded_where_the_programme_says_nothing_or_nobody_handles(
    sqlite: Database, inputs: InputStore
) -> None:
    sent(inputs, "Innspill")
    with sqlite.writing() as session:
        programme = choose(session, inputs_weeks=1)
        assert queue_input_reminders(session, inputs, programme, MONDAY) == 0
        handler(session)
        assert queue_input_reminders(session, inputs, choose(session), MONDAY) == 0
        assert queue_input_reminders(session, inputs, choose(session, inputs_weeks=1), MONDAY) == 1


def test_an_old_button_does_not_begin_a_kept_promise_of_a_proposal_anew(stores: Stores) -> None:
    chair = somebody(stores, "mona", "os-oppvekst", leads=True)
    assurer = somebody(stores, "arne", "os-stottegruppe")
    chief = somebody(stores, "sjef", "", "leader")
    with stores.database.writing() as session:
        programme = session.merge(programmes.get(session, "os2019"))
        programme.answers = ANSWERS
        programmes.mark_changed(session, "os2019")
    chair.act("proposal.new")
    chair.press("proposal.save", **TYPED)
    chair.press("proposal.assess")
    chair.press("proposal.assessed", **ALL_NO)
    chair.press("proposal.review")
    assurer.act("proposal.assure", proposal=1, round=1)
    chair.act("proposal.hand_over", proposal=1)
    (made,) = promised(stores)
    assert (made.about, made.kept_at) == ("proposal", None)
    chief.act("proposal.answered", proposal=1, state="taken_up", why="Ja")
    assert promised(stores)[0].kept_at is not None
    assert chair.act("proposal.hand_over", proposal=1).outcome == "done"
    assert promised(stores)[0].kept_at is not None, "it stays kept"
