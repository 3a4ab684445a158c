"""A list for whoever may have asked for something else is short, and the whole of it is one press away."""

from dataclasses import replace
from datetime import UTC, datetime

from dialogs.brevity import in_brief
from dialogs.card import Card, Items
from dialogs.turn import Turn, Understood
from storage.people import Person
from storage.programmes import Programme
from tests.talk import Talk

TURN = Turn(Person(), Programme(key="osu2020", name="OSU 2020", timezone="Europe/Oslo"), datetime.now(UTC), "nb")


def lines(card: Card) -> int:
    return sum(len(block.items) for block in card.blocks if isinstance(block, Items))


def test_a_list_of_an_unsure_question_is_short(employee: Talk) -> None:
    shown, action = employee.say("alle milepælene"), "milestone.list"
    sure, unsure = (replace(TURN, understood=Understood(action, confidence=much)) for much in (0.95, 0.5))
    assert in_brief(sure, action, shown) == shown
    brief = in_brief(unsure, action, shown)
    assert 0 < lines(brief) < lines(shown)
    assert brief.buttons[0].action == action
    assert lines(employee.press(brief.buttons[0])) == lines(shown)


def test_no_other_answer_is_cut(employee: Talk) -> None:
    shown = employee.say("hva går fase 2 ut på")
    assert in_brief(replace(TURN, understood=Understood("phase.about", confidence=0.3)), "phase.about", shown) == shown
