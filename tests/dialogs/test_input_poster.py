"""The poster for anonymous input is offered to those who hang it up; both ways are told before anything is written."""

import pytest

from bot.turns import Turns
from dialogs.card import LANGUAGES, Language
from dialogs.words import say
from storage import people
from tests.talk import Talk


def test_leaders_and_handlers_are_told_where_the_poster_is(leader: Talk, employee: Talk, turns: Turns) -> None:
    turns.public_url = "https://bot.kommunen.example"
    leader.act("input.status")
    assert "https://bot.kommunen.example/innspill/plakat?lang=nb" in str(leader.press("input.poster"))
    assert "input.poster" not in offered(employee)


def test_either_role_is_enough_and_the_button_is_there_once(leader: Talk, turns: Turns) -> None:
    leader.say("hei")
    for taken in ("input_handler", "leader"):
        assert offered(leader).count("input.poster") == 1
        with turns.database.writing() as session:
            person = people.recognise(session, leader.where, "osu2020")
            people.revoke(session, person, "osu2020", taken)
    assert "input.poster" not in offered(leader)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_in_chat_tells_both_ways_before_anything_is_written(employee: Talk, language: Language) -> None:
    employee.act("language.set", language=language)
    card = employee.act("input.submit")
    assert [block.kind for block in card.blocks][:2] == ["text", "text"], "before the questions"
    assert say(language, "inputs.form.anonymous") in card.as_text()
    confidential = {
        "nb": "fortrolig, ikke anonymt",
        "nn": "fortruleg, ikkje anonymt",
        "en": "confidential, not anonymous",
    }
    assert confidential[language] in card.as_text()


def offered(talk: Talk) -> list[str]:
    return [button.action for button in talk.act("input.status").buttons]
