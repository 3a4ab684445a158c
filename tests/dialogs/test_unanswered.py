"""What nobody could answer: sent on if the asker wishes, answered once by a leader, and from then on known."""

import gc
import json
import re
import secrets
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlmodel import col, select

from bot.turns import Turns
from dialogs.asked import QUESTIONS
from dialogs.card import Card
from dialogs.understanding.alike import is_about_oneself
from storage import programmes
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.programmes import Fact
from storage.unanswered import LONGEST_QUESTION, TOPICS, SentQuestion, UnansweredCount
from tests.conftest import NOW
from tests.talk import Talk

WHERE = "Hvor er kickoff?"
SOURCE = "referat fra styringsgruppa 3. desember"
ANSWER = {"title": WHERE, "text": "I kommunegården, rom 3.", "source": SOURCE}
#: Asked in words whose wording is in no table before it is sent.
MARKED = "Hvor er kickoff, rom xylofonsalen?"


def counted(turns: Turns) -> dict[str, int]:
    with turns.database.reading() as session:
        return {row.topic: row.count for row in session.exec(select(UnansweredCount))}


def everything(turns: Turns) -> str:
    """All rows of all tables of both databases."""
    rows: list[Any] = []
    for database in (turns.database, turns.inputs.database):
        with database.reading() as session:
            tables = session.execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            rows += [session.execute(sql(f'SELECT * FROM "{name}"')).all() for name in tables]
    return str(rows)


def messages_to(turns: Turns, account: str) -> list[dict[str, Any]]:
    """The cards that are owed to whoever has that account, oldest first, in the language they get."""
    with turns.database.reading() as session:
        rows = session.exec(
            select(Message, Person)
            .join(OutboxRow, col(OutboxRow.message_id) == Message.id)
            .join(Person, col(Person.id) == OutboxRow.person_id)
            .where(Person.name == account.title())
            .order_by(col(OutboxRow.id))
        ).all()
        return [message.cards[person.language or "nb"] for message, person in rows]


def send(talk: Talk, wording: str = WHERE) -> Card:
    talk.say(wording)
    form = talk.press("question.send")
    return talk.press("question.sent", text=form.questions[0].value)


def answer(leader: Talk, **given: str) -> Card:
    """Answers the first question; what is warned about is published as it is."""
    leader.act("question.list")
    leader.press("question.answer")
    filled_in = {**ANSWER, **given}
    card = leader.press("question.answered", **filled_in)
    if card.did != "warn_personal_data":
        return card
    return leader.press(next(button for button in card.buttons if button.values.get("choice")), **filled_in)


@pytest.fixture
def leader(turns: Turns) -> Talk:
    """A leader whom the bot knows."""
    talk = Talk(turns, "leader-1", NOW)
    talk.act("help")
    return talk


@pytest.fixture
def colleague(turns: Turns) -> Talk:
    return Talk(turns, "employee-2", NOW)


def test_a_question_goes_from_its_asker_to_the_leaders_and_back(turns: Turns, leader: Talk, employee: Talk) -> None:
    assert send(employee).outcome == "done"
    noticed = messages_to(turns, "leader-1")
    assert len(noticed) == 1
    assert "kickoff" not in json.dumps(noticed)
    listed = leader.act("question.list").as_text()
    assert WHERE in listed
    assert "Employee" not in listed
    assert answer(leader).outcome == "done"
    (told,) = messages_to(turns, "employee-1")
    for part in (WHERE, ANSWER["text"], SOURCE):
        assert part in json.dumps(told, ensure_ascii=False)
    assert "Leader" not in json.dumps(told)
    assert WHERE not in leader.act("question.list").as_text()


@pytest.mark.parametrize(
    "wording", ["hvor er kickoff?", "kor er kickoffen hen", "Hvor skal kickoff holdes?", "where is the kickoff?"]
)
def test_whoever_asks_it_again_gets_the_answer_with_its_source(
    leader: Talk, employee: Talk, colleague: Talk, wording: str
) -> None:
    send(employee)
    answer(leader)
    card = colleague.say(wording)
    assert card.outcome == "answered"
    assert ANSWER["text"] in card.as_text()
    assert SOURCE in card.as_text()


@pytest.mark.parametrize(
    "wording",
    ["når er kickoff?", "hva er kickoff?", "kickoff?", "hvem er med på kickoff?", "hvor er møtet 2. desember?"],
)
def test_another_question_is_answered_as_before(leader: Talk, employee: Talk, colleague: Talk, wording: str) -> None:
    before = colleague.say(wording)
    send(employee)
    answer(leader)
    assert ANSWER["text"] not in colleague.say(wording).as_text()
    assert colleague.shown[-1].title == before.title


def test_the_same_question_about_another_group_is_another_question(
    leader: Talk, employee: Talk, colleague: Talk
) -> None:
    send(employee, "hvem leder arbeidsgruppe omstilling?")
    answer(leader, title="Hvem leder arbeidsgruppe omstilling?", text="Kari Nordmann.")
    assert "Kari Nordmann" in colleague.say("kven leiar arbeidsgruppa for omstilling").as_text()
    for other in ("hvem leder arbeidsgruppa om pådriver?", "hvem er med i arbeidsgruppe omstilling?", "hvem leder?"):
        assert "Kari Nordmann" not in colleague.say(other).as_text()


def test_an_answer_to_what_the_documents_answer_keeps_them_at_hand(leader: Talk, employee: Talk) -> None:
    send(employee)
    answer(leader, title="Når er kickoff?", text="Klokka ni.")
    card = employee.say("når er kickoff")
    assert "Klokka ni." in card.as_text()
    assert "15. desember" in employee.press("milestone.when").as_text()


def test_another_programme_does_not_know_the_answer(
    turns: Turns, leader: Talk, employee: Talk, colleague: Talk
) -> None:
    send(employee)
    answer(leader)
    colleague.say("hei")
    with turns.database.writing() as session:
        one = session.exec(select(Person).where(Person.name == "Employee-2")).one()
        one.current_programme = "os2019"
        session.add(one)
    assert ANSWER["text"] not in colleague.say(WHERE).as_text()


def test_the_answer_comes_in_the_language_of_the_question(turns: Turns, leader: Talk, colleague: Talk) -> None:
    assert send(colleague, "where is the kickoff?").title == "The question has been sent"
    answer(leader)
    assert messages_to(turns, "employee-2")[0]["title"] == "You have an answer"


def test_a_chosen_language_comes_before_the_language_of_the_question(
    turns: Turns, leader: Talk, employee: Talk
) -> None:
    employee.act("language.set", language="nn")
    send(employee, "where is the kickoff?")
    answer(leader)
    assert "Kjelde" in json.dumps(messages_to(turns, "employee-1")[0])


def test_nothing_of_the_wording_is_stored_before_it_is_sent(turns: Turns, leader: Talk, employee: Talk) -> None:
    employee.say(MARKED)
    assert "xylofon" in employee.press("question.send").questions[0].value
    assert "xylofon" not in everything(turns)
    employee.press("question.sent", text=MARKED)
    assert "xylofon" in everything(turns)


def test_a_question_that_is_not_sent_is_counted_by_its_topic_and_week(turns: Turns, employee: Talk) -> None:
    employee.say(WHERE)
    employee.say("hvem er leder for arbeidsgruppe omstilling")
    assert counted(turns) == {"osu-ukjent-kickoff": 1, "workgroup": 1}


@pytest.mark.parametrize(
    "wording",
    [
        "mister jeg jobben?",
        "hvor mange blir sagt opp?",
        "hvor havner jeg?",
        "hvem er sjefen min på kickoff og hvor er kickoff?",
        "hvor er kickoff hvis jeg mister jobben?",
        "jeg orker ikke mer",
        "når er kickoff?",
        "hva blir været i morgen?",
        "hvor mange innspill er kommet inn?",
    ],
)
def test_what_concerns_oneself_and_what_is_known_is_not_counted(turns: Turns, employee: Talk, wording: str) -> None:
    employee.say(wording)
    assert counted(turns) == {}


@pytest.mark.parametrize(
    "wording",
    [
        "hva betyr dette for meg som er vikar",
        "kva betyr dette for oss vikarar",
        "blir vikarene kastet ut",
        "skal kontoret vårt flyttes",
        "skal kontoret vårt flyttast",
        "blir det nedbemanning, og hvor er kickoff?",
        "jeg orker ikke mer, hvor er kickoff?",
    ],
)
def test_a_question_on_ones_own_position_is_neither_offered_to_the_leaders_nor_counted(
    turns: Turns, employee: Talk, wording: str
) -> None:
    card = employee.say(wording)
    # Where it is taken for a question about the programme, only its words keep it from the leaders.
    understood = employee.answered.understanding
    assert understood is not None
    assert understood["intent"] in QUESTIONS or understood["values"] == {"about": "own_position"}
    assert card.outcome == "unknown"
    assert "question.send" not in [button.action for button in card.buttons]
    assert counted(turns) == {}


@pytest.mark.parametrize(
    "wording", [WHERE, "får jeg vite hvor kickoff er?", "hvem er sjefen på kickoff og hvor er kickoff?"]
)
def test_another_question_is_offered_also_where_somebody_says_i(employee: Talk, wording: str) -> None:
    card = employee.say(wording)
    assert card.outcome == "unknown"
    assert "question.send" in [button.action for button in card.buttons]


@pytest.mark.parametrize("wording", ["blir lønna mi kuttet", "mister jeg jobben?", "vert løna mi kutta"])
def test_what_is_plainly_about_ones_own_position_gets_the_people(employee: Talk, wording: str) -> None:
    card = employee.say(wording)
    assert "tillitsv" in card.as_text()
    assert "question.send" not in [button.action for button in card.buttons]


def test_a_pressed_button_is_not_counted_and_carries_no_words(turns: Turns, employee: Talk) -> None:
    assert employee.act("phase.current").outcome == "answered"
    assert employee.act("workgroup.about", group="osu-omstilling", aspect="leader").outcome == "unknown"
    assert employee.press("question.send").questions[0].value == ""
    assert counted(turns) == {}


def test_leaders_see_a_topic_once_it_was_asked_about_often_enough(turns: Turns, leader: Talk, employee: Talk) -> None:
    for _ in range(5):
        employee.say(WHERE)
    said = leader.act("question.list").as_text()
    assert "Klokkeslett, sted" not in said
    assert "færre enn 6" in said
    employee.say(WHERE)
    said = leader.act("question.list").as_text()
    assert "Klokkeslett, sted" in said
    assert "6 ganger" in said


def test_every_question_and_every_topic_can_be_reached(turns: Turns, leader: Talk) -> None:
    for number in range(11):
        asker = Talk(turns, f"employee-{number}", NOW)
        asker.act("question.sent", text=f"Spørsmål nummer {number}.")
    with turns.database.writing() as session:
        for topic in TOPICS:
            session.add(UnansweredCount(programme_key="osu2020", topic=topic, week="2020-W48", count=6))
    first = leader.act("question.list")
    seen = first.as_text()
    more = next(button for button in first.buttons if "topics" in button.values)
    while following := [button for button in leader.shown[0].buttons if "start" in button.values]:
        seen += leader.press(following[0]).as_text()
    assert all(f"Spørsmål nummer {number}." in seen for number in range(11))
    assert seen.count("6 ganger") + leader.press(more).as_text().count("6 ganger") == len(TOPICS)


def test_pressing_twice_is_pressing_once(turns: Turns, leader: Talk, employee: Talk) -> None:
    employee.say(WHERE)
    employee.press("question.send")
    sending = next(button for button in employee.shown[0].buttons if button.action == "question.sent")
    for _ in range(2):
        assert employee.press(sending, text=WHERE).outcome == "done"
    leader.act("question.list")
    leader.press("question.answer")
    answering = next(button for button in leader.shown[0].buttons if button.action == "question.answered")
    for _ in range(2):
        assert leader.press(answering, **ANSWER).outcome == "done"
    with turns.database.reading() as session:
        assert len(session.exec(select(SentQuestion)).all()) == 1
        assert len(session.exec(select(Fact).where(Fact.kind == programmes.ANSWER)).all()) == 1
    assert len(messages_to(turns, "employee-1")) == 1
    assert len(messages_to(turns, "leader-1")) == 1


def test_the_askers_own_words_are_never_the_heading_that_everyone_reads(leader: Talk, employee: Talk) -> None:
    send(employee, MARKED)
    leader.act("question.list")
    form = leader.press("question.answer")
    assert MARKED in form.as_text()
    assert [question.value for question in form.questions] == ["", "", ""]


@pytest.mark.parametrize(
    "given", [{"title": "Hvor skal Ola Nordmann, 91 23 45 67, møte?"}, {"text": "Spør Ola Nordmann."}]
)
def test_a_leader_is_shown_what_names_somebody_before_it_is_published(
    turns: Turns, leader: Talk, employee: Talk, given: dict[str, str]
) -> None:
    send(employee)
    leader.act("question.list")
    leader.press("question.answer")
    card = leader.press("question.answered", **{**ANSWER, **given})
    assert card.did == "warn_personal_data"
    assert "Ola Nordmann" in card.as_text()
    assert {question.name: question.value for question in card.questions} == {**ANSWER, **given}
    assert "Ola Nordmann" not in everything(turns)
    as_is = next(button for button in card.buttons if button.values.get("choice"))
    changed = {**ANSWER, **given, "source": "Kari", "text": "Spør Per Hansen."}
    assert leader.press(as_is, **changed).did == "warn_personal_data"
    assert messages_to(turns, "employee-1") == []
    assert leader.press("question.answered", **ANSWER).outcome == "done"
    assert "Ola Nordmann" not in json.dumps(messages_to(turns, "employee-1"))


def test_a_second_leader_is_told_that_it_was_answered(turns: Turns, leader: Talk, employee: Talk) -> None:
    second = Talk(turns, "leader-2", NOW)
    send(employee)
    second.act("question.list")
    second.press("question.answer")
    form = second.shown
    answer(leader)
    second.shown = form
    card = second.press("question.answered", **ANSWER)
    assert card.outcome == "refused"
    assert "allerede besvart" in card.title
    assert len(messages_to(turns, "employee-1")) == 1


def test_a_question_can_be_put_off_with_a_reason_and_answered_later(turns: Turns, leader: Talk, employee: Talk) -> None:
    send(employee)
    leader.act("question.list")
    form = leader.press("question.answer")
    leader.press(next(button for button in form.buttons if button.values.get("cannot")))
    assert leader.press("question.answered", text=" ").questions[0].error
    assert leader.press("question.answered", text="Avklares 2. desember.").outcome == "done"
    assert "utsatt" in leader.act("question.list").as_text()
    answer(leader)
    titles = [card["title"] for card in messages_to(turns, "employee-1")]
    assert titles == ["Spørsmålet ditt kan ikke besvares ennå", "Du har fått svar"]
    assert "Avklares" in json.dumps(messages_to(turns, "employee-1")[0])


def test_a_wrong_answer_is_taken_back_and_the_asker_gets_the_right_one(
    turns: Turns, leader: Talk, employee: Talk, colleague: Talk
) -> None:
    send(employee)
    answer(leader)
    assert ANSWER["text"] in leader.act("question.answers").as_text()
    form = leader.press("question.take_back")
    assert [question.value for question in form.questions] == [*ANSWER.values()]
    assert colleague.say(WHERE).outcome == "unknown"
    assert leader.press("question.answered", **{**ANSWER, "text": "I rom 4."}).outcome == "done"
    assert "I rom 4." in colleague.say(WHERE).as_text()
    assert "rom 4" in json.dumps(messages_to(turns, "employee-1")[1])


def test_every_answer_can_be_reached(turns: Turns, leader: Talk) -> None:
    for number in range(5):
        Talk(turns, f"employee-{number}", NOW).act("question.sent", text=f"Spørsmål nummer {number}.")
        answer(leader, title=f"Svart på nummer {number}.")
    seen = leader.act("question.answers").as_text() + leader.press("question.answers").as_text()
    assert all(f"Svart på nummer {number}." in seen for number in range(5))


@pytest.mark.parametrize("missing", ["title", "text", "source"])
def test_a_form_that_lacks_something_comes_back_as_it_was_filled_in(leader: Talk, employee: Talk, missing: str) -> None:
    send(employee)
    card = answer(leader, **{missing: " "})
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if question.error] == [missing]
    assert {question.name: question.value for question in card.questions} == {**ANSWER, missing: ""}


@pytest.mark.parametrize("wording", ["", "x" * (LONGEST_QUESTION + 1)])
def test_a_question_that_cannot_be_sent_comes_back_with_the_reason(employee: Talk, wording: str) -> None:
    employee.act("question.send")
    card = employee.press("question.sent", text=wording)
    assert card.questions[0].error
    assert card.questions[0].value == wording


@pytest.mark.parametrize("action", ["list", "answer", "answered", "answers", "take_back"])
@pytest.mark.parametrize("values", [{}, {"question": 1, "cannot": True, "text": "Nei"}, {"question": "x"}])
def test_nobody_but_leaders_gets_at_the_questions(employee: Talk, action: str, values: dict[str, Any]) -> None:
    send(employee)
    card = employee.act(f"question.{action}", **values)
    assert card.did == "refuse_not_leader"
    assert WHERE not in card.as_text()


@pytest.mark.parametrize("values", [{"question": 99}, {"question": -1}, {"question": True}, {"question": [1]}, {}])
@pytest.mark.parametrize("action", ["question.answer", "question.answered", "question.take_back"])
def test_invented_values_find_no_question(leader: Talk, action: str, values: dict[str, Any]) -> None:
    assert leader.act(action, **values).outcome == "refused"
    assert leader.act("question.list", start="x", topics=-3).outcome == "answered"


def test_in_a_group_the_question_is_answered_and_nothing_personal_is_offered(turns: Turns, employee: Talk) -> None:
    employee.where = employee.where.model_copy(update={"is_private": False})
    card = employee.say(WHERE)
    assert card.outcome == "unknown"
    assert "question.send" not in [button.action for button in card.buttons]
    assert employee.act("question.sent", text=WHERE).outcome == "refused"
    assert WHERE not in everything(turns)


def test_a_leader_who_wants_no_messages_finds_the_question_in_the_list(
    turns: Turns, leader: Talk, employee: Talk
) -> None:
    leader.act("subscription.set", on=False, topic="all")
    send(employee)
    with turns.database.reading() as session:
        assert [row.reason for row in session.exec(select(OutboxRow))] == ["switched_off"]
    assert WHERE in leader.act("question.list").as_text()


def test_without_a_leader_it_is_said_that_nobody_reads_it_yet(employee: Talk) -> None:
    assert "Ingen er satt opp" in send(employee).as_text()


def test_help_shows_leaders_the_way(leader: Talk, employee: Talk) -> None:
    assert "question.list" in [button.action for button in leader.act("help").buttons]
    assert "question.list" not in [button.action for button in employee.act("help").buttons]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.text(max_size=30), wording=st.sampled_from([WHERE, "hva står MBM for", "hvem leder?"]))
def test_a_count_never_holds_anything_of_the_text(turns: Turns, employee: Talk, before: str, wording: str) -> None:
    card = employee.say(f"{before} {wording}")
    # A topic that is none is refused by storage, and the turn ends in an apology: nothing is counted then either.
    assert card.did != "decline" or card.outcome != "refused"
    assert employee.answered.understanding is not None
    asked = employee.answered.understanding["intent"]
    with turns.database.reading() as session:
        keys = {fact.key for fact in programmes.facts(session, "osu2020", *programmes.KINDS)}
    found = counted(turns)
    assert found.keys() <= keys | set(TOPICS)
    assert found or asked not in QUESTIONS or card.outcome != "unknown" or is_about_oneself(f"{before} {wording}")


#: A word that nobody says, different in each run of the tests, and how it is found again in the process's memory.
_MARK = re.compile(r"qzy[0-9]{9}", re.IGNORECASE)


def _say_something_marked(turns: Turns, wording: str) -> None:
    """Says it in a frame that is gone when memory is looked through, as is everything that belongs to this turn."""
    marked = wording.format("qzy" + "".join(str(secrets.randbelow(10)) for _ in range(9)))
    assert _MARK.search(marked)
    Talk(turns, "employee-2", NOW).say(marked)


def _kept_texts() -> list[str]:
    """Every text with the mark that something in this process still holds."""
    gc.collect()
    held = (one for holder in gc.get_objects() for one in gc.get_referents(holder))
    return [type(one).__name__ for one in held if isinstance(one, str) and _MARK.search(one)]


@pytest.mark.parametrize(
    "wording", ["når er {}", "hvor er kickoff, {}?", "jeg orker ikke mer, {}", "{}", "hvem er sjef for {}gruppa"]
)
def test_nothing_that_somebody_wrote_stays_in_memory_after_the_turn(
    turns: Turns, leader: Talk, employee: Talk, wording: str
) -> None:
    send(employee)
    answer(leader)  # so that every question is held against an answered one
    _say_something_marked(turns, wording)
    assert _kept_texts() == []
