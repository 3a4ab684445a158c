"""What leans on the answer before it, and two questions in one text."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from storage.conversations import Conversation
from tests.talk import Talk


def understood(talk: Talk) -> dict[str, object]:
    found = talk.answered.understanding
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "then", "intent"),
    [
        ("Hva skjer neste uke?", "og uka etter", "milestone.on_date"),
        ("fortell om arbeidsgruppe omstilling", "hvor mange er de", "workgroup.about"),
        ("hva betyr MBM", "og BIOM", "programme.about"),
        ("Hvilken fase er vi i nå?", "når begynner neste da", "phase.about"),
        ("what phase are we in?", "how many are there in total", "phase.about"),
    ],
)
def test_a_few_words_go_on_about_what_was_answered(employee: Talk, before: str, then: str, intent: str) -> None:
    employee.say(before)
    employee.say(then)
    assert understood(employee)["intent"] == intent


def test_what_says_itself_what_it_wants_is_not_bent_to_the_answer_before(employee: Talk) -> None:
    employee.say("fortell om arbeidsgruppe omstilling")
    employee.say("når er kickoff?")
    assert understood(employee)["intent"] == "milestone.when"


def test_how_often_goes_on_from_the_messages_just_turned_on(employee: Talk) -> None:
    employee.say("send meg oppsummering hver uke")
    employee.say("på fredager da")
    assert understood(employee)["intent"] == "subscription.set"
    values = understood(employee)["values"]
    assert isinstance(values, dict)
    assert {"on": True, "frequency": "weekly", "weekday": "friday"}.items() <= values.items()


def test_the_last_of_a_list_is_the_last_one_shown_and_others_are_no_second(employee: Talk) -> None:
    employee.say("hvilke arbeidsgrupper finnes")
    shown = [button.values["group"] for card in employee.shown for button in card.buttons
             if button.action == "workgroup.about"]  # fmt: skip
    employee.say("hva med den siste")
    values = understood(employee)["values"]
    assert isinstance(values, dict)
    assert values["group"] == shown[-1]
    employee.say("og hvem andre er med der")
    values = understood(employee)["values"]
    assert isinstance(values, dict)
    assert values["group"] == shown[-1]


def test_only_keys_and_the_kind_of_question_are_remembered_and_nothing_of_ones_own_inputs(
    turns: Turns, employee: Talk
) -> None:
    employee.say("Hvor lenge varer en sprint?")
    employee.say("hva skjer med innspillet mitt?")
    employee.say("mister jeg jobben?")
    with turns.database.reading() as session:
        rows = session.exec(select(Conversation)).all()
    assert [row.subject for row in rows] == [{"of": "delivery.about"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Når er kickoff, og hvem leder OSU nå?", ["15. desember", "Kristin Fagerhaug"]),
        ("hvem leder OSU nå? og når er kickoff", ["15. desember", "Kristin Fagerhaug"]),
    ],
)
def test_both_of_two_questions_are_answered(employee: Talk, text: str, said: list[str]) -> None:
    card = employee.say(text)
    assert [one for one in said if one not in card.as_text()] == []


def test_what_the_documents_leave_open_is_told_beside_what_they_answer(employee: Talk) -> None:
    card = employee.say("hvem leder OSU nå, og hvor er kickoff?")
    assert "Kristin Fagerhaug" in card.as_text()
    assert card.outcome == "unknown"


def test_when_somebody_goes_is_no_question_of_its_own(employee: Talk) -> None:
    employee.say("Når Kristin går tilbake, hvem tar over da?")
    assert understood(employee)["intent"] == "person.role"


def test_a_group_that_is_none_is_asked_about_and_not_guessed(employee: Talk) -> None:
    card = employee.say("meld meg på gruppa for HR")
    values = understood(employee)["values"]
    assert card.did == "clarify"
    assert isinstance(values, dict)
    assert "group" not in values


def test_nobody_signs_a_colleague_up(employee: Talk) -> None:
    assert employee.say("kan du melde på kollegaen min også?").did == "clarify"
    assert employee.say("hvilke grupper er jeg meldt på?").did == "show_signup_status"


def test_leaving_in_other_words_never_signs_up(employee: Talk) -> None:
    employee.say("jeg ber om å bli strøket fra lista i arbeidsgruppe omstilling")
    assert understood(employee)["intent"] == "workgroup.leave"


def test_all_deadlines_are_listed_though_another_sentence_names_a_day(employee: Talk) -> None:
    employee.say("Har møte med lederne i morgen. Trenger alle frister framover")
    assert understood(employee)["intent"] == "milestone.list"


def test_people_of_one_name_are_told_of_together(turns: Turns, employee: Talk) -> None:
    employee.say("hvem er Kristin Fagerhaug og Bente Herdlevær")
    said = employee.shown[-1].as_text()
    assert "Kristin Fagerhaug" in said
    assert "Bente Rudrud Herdlevær" in said
