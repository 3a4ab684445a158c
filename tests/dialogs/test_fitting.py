"""No reply to what somebody typed is longer than people read, and the rest of an answer is one press away."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.teams.render import adaptive_card
from dialogs import anonymous_input, input_check
from dialogs.card import Card, Items, Language, Text
from dialogs.fitting import LONGEST, LONGEST_OVERVIEW, fitted, length
from dialogs.turn import Turn, Understood
from dialogs.words import say
from storage.anonymous_input import TOPICS
from storage.people import Person
from storage.programmes import Programme
from tests.questions.__main__ import _visible
from tests.talk import Talk

TURN = Turn(Person(), Programme(key="osu2020", name="OSU 2020", timezone="Europe/Oslo"), datetime.now(UTC), "nb")
LINE = ("Onsdag 2. desember 2020", "Kommunestyret sluttbehandler forslaget")


def asked(action: str, **values: object) -> Turn:
    return replace(TURN, values=values, understood=Understood(action, dict(values), 0.9))


@pytest.mark.parametrize("lines", range(1, 90, 7))
@pytest.mark.parametrize(("action", "longest"), [("milestone.on_date", LONGEST), ("milestone.list", LONGEST_OVERVIEW)])
def test_an_answer_of_any_length_is_cut_to_what_is_read(action: str, longest: int, lines: int) -> None:
    whole = Card(
        title="Planlagt",
        blocks=(Items(items=(LINE,) * lines), Text(text="Setning. " * lines), Text(text="Kilde: x", style="quiet")),
    )
    turn = asked(action, **{"from": "2020-12-01", "sought": ["moment"], "head": ["etasje"]})
    shown = fitted(turn, action, whole)
    assert len("\n".join(_visible(adaptive_card(shown)))) <= longest
    assert shown.blocks[-1] == whole.blocks[-1]
    if length(whole) <= longest:
        assert shown == whole
    else:
        assert shown.blocks[0].kind == "items"
        assert (shown.buttons[0].action, shown.buttons[0].values) == (action, {"from": "2020-12-01"})


def test_what_is_said_to_be_read_is_at_least_what_a_channel_shows(employee: Talk) -> None:
    for text in (
        "hjelp",
        "alle milepælene",
        "hvem leder gruppe 2?",
        "innspill: for lite folk",
        "hva er målet?",
        "fase 2",
    ):
        shown = employee.say(text)
        assert len("\n".join(_visible(adaptive_card(shown)))) <= length(shown)


def test_the_whole_answer_is_one_press_away(employee: Talk) -> None:
    text = "hva skjer mellom 1. oktober 2020 og 1. juni 2021?"
    shown = employee.say(text)
    assert shown.buttons[0].title == "Vis hele svaret"
    whole = employee.press(shown.buttons[0])
    assert length(shown) <= LONGEST < length(whole)
    assert whole.title == shown.title


def test_an_input_with_personal_data_is_told_in_short(employee: Talk) -> None:
    shown = employee.say(
        "innspel: avdelingsleiaren min, Oddvar Oppdikta tlf 000 00 000, tar aldri telefonen når me ringjer, no er nok"
    )
    assert shown.did == "warn_personal_data"
    assert len("\n".join(_visible(adaptive_card(shown)))) <= LONGEST


#: As much as most people write of an input in one message of a chat.
MUCH = 250
ADDRESS = "https://omstilling.kommunen.example"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("address", [ADDRESS, ""])
def test_a_form_with_what_was_written_is_no_longer_than_is_read(language: Language, address: str) -> None:
    for written in range(1, MUCH, 20):
        card = anonymous_input.form(language, "x" * written, public_url=address)
        assert length(card) <= LONGEST
        page = "omstilling.kommunen.example/innspill" if address else say(language, "inputs.page")
        confidential = say(language, "personal_data.confidential", page=page)
        told = card.as_text()
        assert confidential in told or say(language, "inputs.form.anonymous") in told
        assert page in told
        assert say(language, "inputs.form.archive_brief") in told or say(language, "inputs.form.archive_short") in told
        assert say(language, "whistleblowing.form_short") in told


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("address", ["omstilling.kommunen.example/innspill", ""])
@pytest.mark.parametrize(
    "named", ["min seksjonsleder, Torbjørg Fiktivsen tlf 000 00 000,", "min seksjonsleder er syk,"]
)
def test_what_was_found_in_an_input_is_told_in_short(language: Language, address: str, named: str) -> None:
    page = address or say(language, "inputs.page")
    for more in range(0, 100, 20):
        text = f"{named} svarer aldri {'x' * more}"
        found = input_check.found_in(text)
        fields = anonymous_input.questions(language, text, topics=TOPICS)
        card = input_check.warning_in_chat(language, text, found, "0123456789abcdef", fields, page)
        assert length(card) <= LONGEST
        told = card.as_text()
        assert say(language, "personal_data.confidential", page=page) in told
        assert say(language, "inputs.form.archive_brief") in told
        assert any(text[span.start : span.end] in told for span in found)
        assert not any(span.sensitivity == "direct" for span in found) or "Torbjørg Fiktivsen" in told
        assert [button.action for button in card.buttons].count("input.send") >= 2
