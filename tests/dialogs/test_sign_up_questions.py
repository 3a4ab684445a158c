"""A coordinator asks a volunteer and gets the answer; the place and the promise stay as they are meanwhile."""

from typing import Any

import pytest

from bot.app import Stores
from bot.turns import Turns
from dialogs.card import Button
from storage.sign_up_questions import LONGEST
from tests.conftest import NOW
from tests.dialogs.test_promises import owed, somebody
from tests.dialogs.test_sign_up_answers import GROUP, come, key_of, unkept
from tests.talk import Talk

ASKED = "Kan du på tirsdager?"


def ask(leader: Talk, text: str = ASKED, place: int = 0) -> Any:
    return leader.act("signup.asked", text=text, **key_of(leader, place))


def replying(stores: Stores, name: str) -> Button:
    card = owed(stores, name, "sign_up_question:")[-1]
    return Button.model_validate(next(button for button in card["buttons"] if button["action"] == "signup.reply"))


def test_the_volunteer_is_asked_answers_and_the_coordinator_reads_it(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    (kari,) = come(turns, "kari")
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.ask")
    assert leader.press("signup.asked", text=ASKED).outcome == "done"
    assert ask(leader).outcome == "done", "the same once more"
    (card,) = owed(stores, "kari", "sign_up_question:")
    assert ASKED in str(card)
    assert "8. desember 2020" in str(card), "the promise goes on"
    assert f"Koordinatoren spør deg: {ASKED}" in kari.act("signup.status").as_text()
    assert "har ikke svart ennå" in leader.act("signup.volunteers").as_text()
    assert kari.press(replying(stores, "kari")).questions
    for _ in range(2):
        assert kari.press("signup.replied", answer="Ja, etter klokka ti.").title == "Svaret er lagret"
        kari.act("signup.status")
        kari.shown = (kari.shown[0].model_copy(update={"buttons": (_again(stores),)}),)
    assert [card["title"] for card in owed(stores, "leader-1", "sign_up_answer:")] == [
        "Kari har svart om Arbeidsgruppe omstilling"
    ]
    assert "Ja, etter klokka ti." in leader.act("signup.one", **key_of(leader)).as_text()
    assert "Koordinatoren spør" not in kari.act("signup.status").as_text()
    assert unkept(stores) == [GROUP["group"]], "an answer is owed still"


def _again(stores: Stores) -> Button:
    return replying(stores, "kari").model_copy(update={"action": "signup.replied"})


def test_one_question_at_a_time(turns: Turns, leader: Talk, stores: Stores) -> None:
    come(turns, "kari")
    ask(leader)
    assert ask(leader, "Og på fredager?").outcome == "refused"
    assert "har ikke svart" in leader.act("signup.ask", **key_of(leader)).title
    assert len(owed(stores, "kari", "sign_up_question:")) == 1


@pytest.mark.parametrize("text", ["", "  ", "x" * (LONGEST + 1)])
def test_a_bad_text_comes_back_with_the_form(turns: Turns, leader: Talk, stores: Stores, text: str) -> None:
    (kari,) = come(turns, "kari")
    card = ask(leader, text)
    assert (card.outcome, card.questions[0].value) == ("refused", text.strip())
    ask(leader)
    button = replying(stores, "kari")
    card = kari.act("signup.replied", answer=text, **button.values)
    assert (card.outcome, card.questions[0].value) == ("refused", text.strip())
    assert owed(stores, "leader-1", "sign_up_answer:") == []


def test_another_answer_to_what_was_answered_is_refused(turns: Turns, leader: Talk, stores: Stores) -> None:
    (kari,) = come(turns, "kari")
    ask(leader)
    values = replying(stores, "kari").values
    kari.act("signup.replied", answer="Ja", **values)
    assert kari.act("signup.replied", answer="Nei", **values).outcome == "refused"
    assert kari.act("signup.reply", **values).outcome == "refused"
    assert "Ja" in leader.act("signup.one", **key_of(leader)).as_text()


def test_nobody_else_reads_or_answers_it_not_even_the_coordinator(turns: Turns, leader: Talk, stores: Stores) -> None:
    (kari,) = come(turns, "kari")
    ask(leader)
    values = replying(stores, "kari").values
    for talk in (Talk(turns, "per", NOW), leader):
        for action in ("signup.reply", "signup.replied"):
            card = talk.act(action, answer="Nei", **values)
            assert card.outcome == "refused"
            assert ASKED not in card.as_text()
    for key in (None, "1", True, 10**9):
        assert kari.act("signup.reply", question=key).outcome == "refused"
    for action in ("signup.ask", "signup.asked"):
        assert kari.act(action, text="Hei", **key_of(leader)).outcome == "refused"


def test_who_withdrew_is_asked_nothing_any_more(turns: Turns, leader: Talk, stores: Stores) -> None:
    (kari,) = come(turns, "kari")
    key = key_of(leader)
    ask(leader)
    values = replying(stores, "kari").values
    kari.act("workgroup.leave", **GROUP)
    assert kari.act("signup.replied", answer="Ja", **values).outcome == "refused"
    assert leader.act("signup.asked", text="Hvorfor?", **key).outcome == "refused"


def test_while_who_asked_is_away_somebody_else_gets_the_answer(turns: Turns, leader: Talk, stores: Stores) -> None:
    somebody(turns, stores, "ida", "coordinator")
    (kari,) = come(turns, "kari")
    ask(leader)
    leader.act("subscription.set", on=False)
    kari.press(replying(stores, "kari"))
    kari.press("signup.replied", answer="Ja")
    assert len(owed(stores, "ida", "sign_up_answer:")) == 1
