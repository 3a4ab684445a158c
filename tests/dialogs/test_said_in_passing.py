"""What people say between two questions: thanks, a fear, and what they mean by "anything new"."""

import pytest

from tests.talk import Talk


@pytest.mark.parametrize("text", ["takk", "tusen takk!", "thanks"])
def test_thanks_after_an_answer_are_taken_and_the_answer_is_not_said_again(employee: Talk, text: str) -> None:
    first = employee.say("hvem er Kristin").as_text()
    card = employee.say(text)
    assert card.did == "greet"
    assert "Kristin" in first
    assert "Kristin" not in card.as_text()


def test_who_asks_for_news_of_one_milestone_is_told_of_it_and_may_go_on(employee: Talk) -> None:
    assert "15. desember 2020" in employee.say("har du noe nytt om kickoff").as_text()
    assert "kickoff" in employee.say("og hvor er det").as_text()


def test_a_question_of_ones_own_job_is_no_text_of_an_input(employee: Talk) -> None:
    employee.say("jeg vil sende inn et innspill")
    card = employee.say("mister æ jobben?")
    assert card.did == "decline"
    assert not card.questions


def test_what_is_not_asked_stays_the_inputs_text(employee: Talk) -> None:
    employee.say("jeg vil sende inn et innspill")
    card = employee.say("Mange hos oss er redde for å miste jobben.")
    assert "Mange hos oss er redde for å miste jobben." in [question.value for question in card.questions]
