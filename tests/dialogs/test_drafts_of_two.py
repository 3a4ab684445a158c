"""Two leaders on one draft: whoever saves last is shown what the other one wrote, and nothing is lost."""

import pytest

from bot.turns import Turns
from dialogs.card import Button
from tests.conftest import NOW
from tests.dialogs import test_planned
from tests.dialogs.test_planned import WRITTEN, stored
from tests.talk import Talk

turns = test_planned.turns
MINE, THEIRS = {"title": "Kickoff", "text": "Min tekst."}, {"title": "Kickoff", "text": "Den andres tekst."}


@pytest.fixture
def other(leader: Talk, turns: Turns) -> Talk:
    leader.act("announcement.preview", **WRITTEN)
    return Talk(turns, "leader-2", NOW)


def opened(leader: Talk) -> Button:
    leader.act("announcement.edit", announcement=1)
    return next(one for one in leader.shown[-1].buttons if one.action == "announcement.preview")


def test_the_later_one_is_warned_and_both_texts_are_there(leader: Talk, other: Talk, turns: Turns) -> None:
    saving = opened(leader)
    other.press(opened(other), **THEIRS)
    card = leader.press(saving, **MINE)
    assert card.outcome == "refused"
    assert "Noen andre har lagret utkastet" in card.as_text()
    assert THEIRS["text"] in card.as_text()
    assert [question.value for question in card.questions] == [MINE["title"], MINE["text"]]
    assert stored(turns).text == THEIRS["text"]
    leader.press("announcement.preview", **MINE)
    assert stored(turns).text == MINE["text"]


def test_a_third_text_in_between_is_warned_of_again(leader: Talk, other: Talk, turns: Turns) -> None:
    saving = opened(leader)
    other.press(opened(other), **THEIRS)
    leader.press(saving, **MINE)
    again = next(one for one in leader.shown[-1].buttons if one.action == "announcement.preview")
    other.press(opened(other), title="Kickoff", text="En tredje.")
    assert leader.press(again, **MINE).outcome == "refused"
    assert stored(turns).text == "En tredje."


def test_saving_twice_and_the_same_as_the_other_warns_of_nothing(leader: Talk, other: Talk) -> None:
    saving = opened(leader)
    for talk in (leader, leader):
        assert talk.press(saving, **MINE).outcome == "answered"
    assert other.press(saving, **MINE).outcome == "answered"


def test_what_else_was_changed_is_no_other_text(leader: Talk, other: Talk) -> None:
    saving = opened(leader)
    other.act("announcement.receipt", announcement=1, wanted=True)
    assert leader.press(saving, **MINE).outcome == "answered"


def test_the_form_says_whom_the_draft_is_for(leader: Talk, employee: Talk) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    leader.press("announcement.addressed", workgroup="osu-omstilling")
    said = leader.act("announcement.edit", announcement=1).as_text()
    assert "Arbeidsgruppe omstilling" in said
    assert "Den går til alle" not in said
