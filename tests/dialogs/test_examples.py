"""The examples show everything: each action, in each language, and nothing that changes from one time to the next."""

from dialogs.actions import ACTIONS, INPUT_ACTIONS
from dialogs.card import LANGUAGES
from dialogs.examples import examples


def test_each_name_is_there_once_and_in_every_language() -> None:
    names = [name for name, _ in examples()]
    assert len(names) == len(set(names))
    kinds = {language: {name[:-3] for name in names if name.endswith(f"-{language}")} for language in LANGUAGES}
    assert kinds["nb"] == kinds["nn"] == kinds["en"]


def test_there_is_a_card_of_each_action() -> None:
    shown = {name[:-3].partition(":")[0] for name, _ in examples()}
    assert {*ACTIONS, *INPUT_ACTIONS, "welcome", "reminder"} <= shown


def test_there_is_a_card_of_each_way_that_a_turn_ends() -> None:
    outcomes = {card.outcome for _, card in examples()}
    assert outcomes == {"answered", "unknown", "declined", "clarify", "refused", "done"}


def test_a_card_is_in_the_language_that_its_name_says() -> None:
    assert [name for name, card in examples() if not name.endswith(("hostile", f"-{card.language}"))] == []


def test_each_button_of_an_example_leads_to_an_action() -> None:
    for name, card in examples():
        for button in card.buttons:
            assert button.action in {*ACTIONS, *INPUT_ACTIONS, "clock.go"}, name
