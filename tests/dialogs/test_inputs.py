"""Input handlers read every input and answer it; nobody else does."""

from datetime import date

import pytest

from bot.turns import Turns
from storage import anonymous_input
from storage.anonymous_input import LONGEST, About
from tests.releasing import release
from tests.talk import Talk


@pytest.fixture
def receipts(turns: Turns) -> list[str]:
    about = About("osu2020", "risk", date(2020, 11, 24))
    codes = [anonymous_input.submit(turns.inputs, about, f"Innspill nummer {number}") for number in range(9)]
    release(turns.inputs)
    return codes


def test_every_input_can_be_reached(leader: Talk, receipts: list[str]) -> None:
    seen = leader.act("input.read").as_text()
    assert "9" in leader.shown[0].title
    while any(button.action == "input.read" for button in leader.shown[0].buttons):
        seen += leader.press("input.read").as_text()
    assert all(f"Innspill nummer {number}" in seen for number in range(9))


def test_an_answered_input_gives_way_to_those_without_an_answer(
    leader: Talk, turns: Turns, receipts: list[str]
) -> None:
    leader.act("input.read")
    leader.press("input.open")
    assert "Innspill nummer" in leader.press("input.answer").as_text()
    assert leader.press("input.answered", text="Takk, det tar vi med.").outcome == "done"
    answered = [found for code in receipts if (found := anonymous_input.find(turns.inputs, code)) and found.answer]
    assert [found.answer for found in answered] == ["Takk, det tar vi med."]
    assert answered[0].text not in leader.act("input.read").as_text()


def test_what_waits_is_told_when_it_comes_and_in_the_demo_the_clock_can_run_there(leader: Talk, turns: Turns) -> None:
    anonymous_input.submit(turns.inputs, About("osu2020", "risk", date(2020, 11, 24)), "Innspill som venter")
    card = leader.act("input.read")
    assert "Innspill som venter" not in card.as_text()
    assert "mandag 30. november 2020 kl. 07:00" in card.as_text()
    leader.press("clock.ahead")
    week = [button for button in leader.shown[-1].buttons if button.action == "clock.go"][-1]
    leader.press(week)
    leader.now = turns.clock.now()
    assert "Innspill som venter" in leader.act("input.read").as_text()


def test_an_empty_answer_comes_back_with_the_input_and_the_reason(leader: Talk, receipts: list[str]) -> None:
    leader.act("input.read")
    leader.press("input.open")
    leader.press("input.answer")
    card = leader.press("input.answered", text=" ")
    assert card.questions[0].error
    assert "Innspill nummer" in card.as_text()


def test_the_longest_inputs_fit_a_card(leader: Talk, turns: Turns) -> None:
    for _ in range(5):
        anonymous_input.submit(turns.inputs, About("osu2020", "risk", date(2020, 11, 24)), "🙂" * LONGEST)
    release(turns.inputs)
    leader.act("input.read")
    assert "🙂" * LONGEST in leader.press("input.open").as_text()
    assert "🙂" * LONGEST in leader.press("input.answer").as_text()


@pytest.mark.parametrize("address", ["https://bot.example.org", ""])
def test_the_pages_without_a_login_are_named_by_an_address_that_leads_there(
    employee: Talk, turns: Turns, address: str
) -> None:
    turns.public_url = address
    form = employee.act("input.submit")
    sent = employee.press("input.send", topic="risk", text="Det går for fort")
    assert sent.outcome == "done"
    told = {
        "/innspill": [form, employee.say("innspill: ring 90000001, sa Kari Nordmann")],
        "/innspill/svar": [sent, employee.act("input.status"), employee.say("Kvitteringen min er 1234 5678 9012 3456")],
    }
    for path, cards in told.items():
        for card in cards:
            named = f"bot.example.org{path}" if address else "nettsiden for anonyme innspill"
            assert f" {named} " in f" {card.title} {card.as_text()} "
            assert address or path not in card.title + card.as_text()


def test_an_input_of_another_programme_is_not_found(leader: Talk, turns: Turns) -> None:
    anonymous_input.submit(turns.inputs, About("os2019", "risk", date(2019, 2, 12)), "noe annet")
    release(turns.inputs, "os2019")
    assert "noe annet" not in leader.act("input.read").as_text()
    assert leader.act("input.answer", input="nope").outcome == "refused"


def test_what_is_too_long_to_read_leads_to_a_form_whose_room_is_told(employee: Talk) -> None:
    card = employee.say("ord " * 7500)
    assert f"plass til {LONGEST} tegn" in card.as_text()
