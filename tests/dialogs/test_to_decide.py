"""Words that ask for the decisions that are kept open them for those who may read them; others get what is planned."""

import pytest

from dialogs.understanding.to_decide import decisions_kept
from tests.talk import Talk

ASKED = [
    "saker som skal besluttes",
    "Vis meg sakene som skal besluttes",
    "hvilke beslutninger venter?",
    "beslutningssaker",
    "saker til beslutning",
    "saker som skal avgjerast",
    "avgjerdssaker",
    "pending decisions",
    "decisions to be made",
    "Show me the open decisions",
]


@pytest.mark.parametrize("text", ASKED)
def test_a_leader_gets_the_decisions(leader: Talk, text: str) -> None:
    assert "decision.new" in [button.action for button in leader.say(text).buttons]


def test_an_employee_gets_what_is_planned(employee: Talk) -> None:
    shown = employee.say("saker som skal besluttes")
    assert shown.outcome == "answered"
    assert "2. desember" in shown.as_text()


@pytest.mark.parametrize(
    "text",
    ["hva besluttes 2. desember?", "hvem beslutter modellen", "når skal saken besluttes", "when is the decision made"],
)
def test_what_asks_for_one_decision_is_left_alone(text: str) -> None:
    assert decisions_kept(text) is None
