"""What was filled in on the card that sends an announcement is there still when something else of it was changed."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Button, Card
from storage.sending_forms import SendingForm
from tests.dialogs import test_planned
from tests.dialogs.test_planned import AT, WRITTEN, stored, tick
from tests.talk import Talk

turns = test_planned.turns
FORM = {
    "decided": "no",
    "day": "fredag",
    "clock": "kl. 9",
    "urgency": "urgent",
    "urgency_reason": "Vannet er stengt.",
    "obligation": "free",
    "obligation_reason": "",
}


def filled(card: Card) -> dict[str, str]:
    return {question.name: question.value for question in card.questions if question.name in FORM}


def button(leader: Talk, action: str) -> Button:
    return next(one for one in leader.shown[-1].buttons if one.action == action)


@pytest.fixture
def looking(leader: Talk, employee: Talk) -> Talk:
    employee.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    return leader


@pytest.mark.parametrize("action", ["receipt", "audience", "edit", "parts"])
def test_the_button_takes_along_what_is_filled_in(looking: Talk, action: str) -> None:
    card = looking.shown[-1]
    pressed = button(looking, f"announcement.{action}")
    assert pressed in card.sending
    looking.press(pressed, **FORM)
    assert filled(looking.act("announcement.open", announcement=1)) == FORM


def test_asking_for_receipts_shows_it_at_once(looking: Talk) -> None:
    assert filled(looking.press("announcement.receipt", **FORM)) == FORM


def test_it_is_there_after_the_text_was_changed_and_others_were_chosen(looking: Talk) -> None:
    looking.press("announcement.edit", **FORM)
    looking.press("announcement.preview", title="Kickoff", text="Et annet sted.")
    assert filled(looking.shown[-1]) == FORM
    looking.press("announcement.audience", **FORM | {"clock": "10"})
    assert filled(looking.press("announcement.addressed")) == FORM | {"clock": "10"}


def test_what_was_kept_is_sent_as_it_stands_and_then_forgotten(looking: Talk, turns: Turns) -> None:
    card = looking.press("announcement.receipt", **FORM)
    looking.send(**filled(card))
    assert stored(turns).send_at == AT
    assert tick(turns, AT) == 1
    with turns.database.reading() as session:
        assert session.exec(select(SendingForm)).all() == []


def test_another_leader_sees_nothing_of_it_and_others_keep_nothing(looking: Talk, employee: Talk, turns: Turns) -> None:
    looking.press("announcement.receipt", **FORM)
    second = Talk(turns, "leader-2", looking.now)
    assert filled(second.act("announcement.open", announcement=1))["day"] == ""
    assert employee.act("announcement.parts", announcement=1, **FORM).outcome == "refused"
    with turns.database.reading() as session:
        assert len(session.exec(select(SendingForm)).all()) == 1


def test_what_is_held_back_for_a_decision_keeps_its_hour(looking: Talk) -> None:
    assert looking.send(**FORM | {"decided": "new"}).outcome == "refused"
    kept = filled(looking.act("announcement.open", announcement=1))
    assert (kept["day"], kept["clock"]) == ("fredag", "kl. 9")
