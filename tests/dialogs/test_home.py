"""The place for what concerns one person: their plan, their promises, their work, and nobody else's."""

from collections.abc import Callable

import pytest

from bot.turns import HOME
from dialogs.card import Card
from storage import anonymous_input, approvals, sign_ups, top_approvals
from storage.anonymous_input import InputStore
from storage.database import Session
from storage.people import Person
from storage.refusals import NotAllowed
from tests.talk import Talk


def shown(somebody: Talk) -> tuple[Card, ...]:
    somebody.take(event=HOME)
    return somebody.shown


def text_of(cards: tuple[Card, ...]) -> str:
    return "\n".join(card.as_text() for card in cards)


def test_it_shows_what_is_next_what_was_promised_and_the_settings(employee: Talk) -> None:
    before = text_of(shown(employee))
    assert "1. desember 2020" in before
    assert "Du venter på svar" not in before
    employee.act("workgroup.join", group="osu-omstilling")
    after = text_of(shown(employee))
    for line in ("Arbeidsgruppe omstilling", "Du venter på svar", "svar er lovet innen tirsdag 8. desember 2020"):
        assert line in after
    assert "Dette venter på deg" not in after, "who has no role has no such work"


def test_looking_is_no_act_and_comes_again_as_it_is_then(employee: Talk) -> None:
    first = shown(employee)
    assert shown(employee) == first


def test_it_tells_those_with_a_role_what_waits_for_them(employee: Talk, leader: Talk, turns: object) -> None:
    assert "Dette venter på deg" not in text_of(shown(leader))
    employee.act("workgroup.join", group="osu-omstilling")
    employee.act("question.send", text="Hva koster det?", topic="other")
    waiting = text_of(shown(leader))
    assert "1 påmelding venter på svar" in waiting
    other = Talk(leader.turns, "leader-2", leader.now)
    other.say("hjelp")
    leader.act("announcement.post")
    leader.press("announcement.preview", title="Kickoff flyttes", text="Vi møtes 8. desember.")
    leader.send()
    asked = shown(other)
    assert "1 ting venter på at du godkjenner" in text_of(asked)
    assert "godkjenner" not in text_of(shown(leader)), "one's own request is not one's own to decide"
    button = next(one for card in asked for one in card.buttons if one.action == "announcement.approval")
    assert "Vi møtes 8. desember." in other.press(button).as_text()


@pytest.mark.parametrize("look", ["approvals", "top", "sign_ups", "inputs"])
def test_what_waits_is_counted_for_those_with_the_role_only(
    session: Session, person: Callable[..., Person], inputs: InputStore, look: str
) -> None:
    counts: dict[str, Callable[[Person], object]] = {
        "approvals": lambda one: approvals.undecided(session, one, "osu2020"),
        "top": lambda one: top_approvals.undecided(session, one, "osu2020"),
        "sign_ups": lambda one: sign_ups.how_many_wait(session, one, "osu2020"),
        "inputs": lambda one: anonymous_input.how_many_wait(inputs, session, one, "osu2020"),
    }
    with pytest.raises(NotAllowed):
        counts[look](person("", "employee_representative"))
    assert not counts[look](person("", "leader", "coordinator", "input_handler"))
