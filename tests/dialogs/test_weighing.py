"""What speaks against an answer is weighed together: none of it holds one back alone, two things do."""

import pytest

from dialogs.weighing import DOUBTFUL, Signs, weighed
from tests.talk import Talk

NOTHING = Signs(doubt=-2.0, head=0.0, claims=0.0, unexplained=0.0)


def test_an_answer_that_lacks_one_word_is_told() -> None:
    assert weighed(NOTHING) < DOUBTFUL
    assert weighed(Signs(doubt=-2.0, head=1.0, claims=0.0, unexplained=0.0)) < DOUBTFUL


def test_more_of_any_sign_never_speaks_for_the_answer() -> None:
    for more in (
        Signs(doubt=-1.0, head=0.0, claims=0.0, unexplained=0.0),
        Signs(doubt=-2.0, head=1.0, claims=0.0, unexplained=0.0),
        Signs(doubt=-2.0, head=0.0, claims=1.0, unexplained=0.0),
        Signs(doubt=-2.0, head=0.0, claims=0.0, unexplained=3.0),
    ):
        assert weighed(more) > weighed(NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "Hvilket program samarbeider Framtidens arbeidsplass med?",
        "Jeg har sett på tavla og i posten, men hvilken dag er kickoff?",
        "hvem leder et innsatsteam",
    ],
)
def test_what_is_told_beside_a_question_does_not_hold_back_its_answer(employee: Talk, text: str) -> None:
    assert employee.say(text).outcome == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "Hvem attesterer timene til dem som sitter i et innsatsteam?",
        "Kva slags røynsle krevst for å sitje i arbeidsgruppa om OSU som pådrivar?",
        "Which tool do the innsatsteam use for their backlog?",
    ],
)
def test_what_is_asked_of_a_thing_and_not_told_of_it_is_doubted(employee: Talk, text: str) -> None:
    assert employee.say(text).outcome == "unknown"
