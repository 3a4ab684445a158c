"""Adaptive Cards pass Microsoft's schema and Teams' limits, and say what a person wrote as they wrote it."""

from typing import Any

import pytest

from bot.fake import FakeChannel
from bot.teams.limits import LARGEST, broken_limits
from bot.teams.render import MOST_ACTIONS, REPLACE, REPLY, adaptive_card
from bot.teams.send import message
from dialogs.card import LANGUAGES, Button, Card, Choice, Facts, Items, Language, Picture, Question, Text
from dialogs.examples import HOSTILE, examples
from dialogs.words import say
from storage.anonymous_input import LONGEST
from tests.channels import check, refusal, wrong_in_schema, wrong_in_teams

HELP = Button(title="Hjelp", action="help")
SEND = Button(title="Send", action="input.send", style="primary")
CANCEL = Button(title="Avbryt", action="input.submit", values={"cancel": True}, replaces=True)


def texts(drawn: Any) -> list[str]:
    """Every text that is shown of a card or of a part of it."""
    if isinstance(drawn, list):
        return [text for part in drawn for text in texts(part)]
    if not isinstance(drawn, dict):
        return []
    own = [drawn["text"]] if "text" in drawn else []
    return own + [text for name in ("body", "items", "inlines") for text in texts(drawn.get(name))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_example_passes_in_every_channel(language: Language) -> None:
    wrong = {name: refusal(check, card) for name, card in examples() if card.language == language}
    assert {name: why for name, why in wrong.items() if why} == {}


def test_nearly_every_example_fits_without_being_made_shorter() -> None:
    for name, card in examples():
        note = say(card.language, "teams.part")
        assert note not in texts(adaptive_card(card)), name


@pytest.mark.parametrize(
    "broken",
    [
        {"body": [{"type": "TextBlock"}]},
        {"body": [{"type": "Foo"}]},
        {"body": [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "txt": "x"}]}]},
        {"actions": [{"type": "Action.Execute", "titel": "x"}]},
        {"actions": [{"type": "Action.Execute", "fallback": {"type": "Action.Submit", "titel": "x"}}]},
        {"version": 1.5},
    ],
)
def test_the_schema_check_itself_can_fail(broken: dict[str, Any]) -> None:
    assert wrong_in_schema(adaptive_card(Card(title="x")) | broken)


@pytest.mark.parametrize(
    "broken",
    [
        {"fallbackText": ""},
        {"actions": adaptive_card(Card(title="x", buttons=(HELP,)))["actions"] * 7},
        {"body": [{"type": "Input.Text", "id": "a", "label": "A"}] * 2},
        {"body": [{"type": "Container", "items": [{"type": "Input.Text", "id": "a", "label": ""}]}]},
        {"body": [{"type": "Image", "url": "https://example.org/a.png", "altText": ""}]},
        {"body": [{"type": "TextBlock", "text": "å" * (LARGEST // 2)}]},
    ],
)
def test_the_check_of_limits_itself_can_fail(broken: dict[str, Any]) -> None:
    activity = message(Card(title="x", buttons=(HELP,)))
    assert broken_limits(activity) == []
    activity["attachments"][0]["content"] |= broken
    assert broken_limits(activity)


async def test_the_fake_channel_tells_what_any_platform_would_refuse() -> None:
    channel = FakeChannel({"msteams": message}, {"msteams": lambda activity: ["too blue"]})
    with pytest.raises(ValueError, match="msteams: too blue"):
        channel.check(Card(title="x", buttons=(HELP,)))


def test_what_a_person_wrote_is_never_markdown() -> None:
    rendered = adaptive_card(Card(title=HOSTILE, blocks=(Text(text=HOSTILE),)))
    heading, run = rendered["body"][0], rendered["body"][1]["inlines"][0]
    assert run == {"type": "TextRun", "text": HOSTILE}
    assert "[y](" not in heading["text"]
    assert "**x**" not in heading["text"]


@pytest.mark.parametrize("title", ["1. desember 2020", "2) andre", "- nytt", "+ mer", "# viktig"])
def test_a_title_begins_no_list_and_no_heading_of_markdown(title: str) -> None:
    said = adaptive_card(Card(title=title))["body"][0]["text"]
    assert said.replace("\u00a0", " ") == title
    assert " " not in said[: said.index("\u00a0")]


def test_each_line_is_an_element_of_its_own() -> None:
    assert texts(adaptive_card(Card(blocks=(Text(text="en\nto\n\ntre"),)))) == ["en", "to", "tre"]


def test_a_button_carries_action_values_and_version_in_both_its_forms() -> None:
    card = Card(title="x", buttons=(Button(title="Ja", action="workgroup.join", values={"group": "osu-omstilling"}),))
    action = adaptive_card(card)["actions"][0]
    data = {"action": "workgroup.join", "values": {"group": "osu-omstilling"}, "v": 1, "lang": "nb"}
    assert (action["type"], action["data"], action["title"]) == ("Action.Execute", data, "Ja")
    assert action["fallback"] == {"type": "Action.Submit", "data": data, "title": "Ja"}


def verbs(card: Card) -> list[str]:
    return [action["verb"] for action in adaptive_card(card)["actions"]]


def test_the_answer_to_a_question_is_a_new_message() -> None:
    assert verbs(Card(title="x", buttons=(HELP,))) == [REPLY]


def test_the_answer_to_what_changes_something_takes_the_cards_place() -> None:
    assert verbs(Card(title="x", buttons=(HELP.model_copy(update={"replaces": True}), HELP))) == [REPLACE, REPLY]


def test_the_answer_to_a_sent_or_cancelled_form_takes_its_place_and_help_does_not() -> None:
    form = Card(title="x", questions=(Question(name="text", label="Tekst"),), buttons=(SEND, CANCEL, HELP))
    assert verbs(form) == [REPLACE, REPLACE, REPLY]
    assert verbs(form.model_copy(update={"awaiting": "input.submit"})) == [REPLACE, REPLACE, REPLY]


def test_any_answer_takes_the_place_of_a_question_that_was_asked_back() -> None:
    assert verbs(Card(title="Er du sikker?", buttons=(HELP,), awaiting="workgroup.join")) == [REPLACE]


def test_an_empty_field_stops_only_the_buttons_that_send_it() -> None:
    required = Question(name="text", label="Tekst", required=True)
    drawn = adaptive_card(Card(title="x", questions=(required,), buttons=(SEND, CANCEL, HELP)))
    field = drawn["body"][1]
    assert field["isRequired"] is True
    assert field["errorMessage"] == say("nb", "teams.required")
    for form in (drawn["actions"], [action["fallback"] for action in drawn["actions"]]):
        assert [action.get("associatedInputs", "auto") for action in form] == ["auto", "none", "none"]


def test_no_button_is_lost_where_there_are_more_than_a_set_shows() -> None:
    buttons = tuple(Button(title=f"{number}", action="help", values={"n": number}) for number in range(14))
    drawn = adaptive_card(Card(title="x", buttons=buttons))
    sets = [part["actions"] for part in drawn["body"] if part["type"] == "ActionSet"] + [drawn["actions"]]
    assert [action["title"] for actions in sets for action in actions] == [button.title for button in buttons]
    assert max(map(len, sets)) <= MOST_ACTIONS
    assert wrong_in_teams(message(Card(title="x", buttons=buttons))) == []


def test_a_picture_is_read_aloud() -> None:
    card = Card(title="x", blocks=(Picture(address="https://example.org/a.png", alt="Et kart"),))
    assert adaptive_card(card)["body"][1]["altText"] == "Et kart"


def test_a_client_that_cannot_draw_cards_is_told_what_to_do() -> None:
    card = Card(title="Title", blocks=(Text(text="Text"),), buttons=(HELP,), language="en")
    assert adaptive_card(card)["fallbackText"] == "Update Teams."


def test_a_notification_says_something_even_without_a_title() -> None:
    assert message(Card(blocks=(Text(text="Bare\ntekst"),)))["summary"] == "Bare tekst"
    assert len(message(Card(title="x" * 5000))["summary"]) == 200


#: Cards that are larger than Teams takes, or would be if nothing were done about it.
LARGE = {
    "paragraphs": Card(title="x", blocks=tuple(Text(text=f"Avsnitt {n}.") for n in range(400)), buttons=(HELP,)),
    "text": Card(title="x", blocks=(Text(text="Ord på ord. " * 5000),), buttons=(HELP,)),
    "emoji": Card(title="x", blocks=(Text(text="🙂 " * 9000), Text(text="slutt")), buttons=(HELP,)),
    "one word": Card(title="x", blocks=(Text(text="å" * 40_000),), buttons=(HELP,)),
    "facts": Card(title="x", blocks=(Facts(facts=tuple((f"Punkt {n}", "sier " * 9) for n in range(900))),)),
    "items": Card(title="x", blocks=(Items(items=tuple((f"Punkt {n}", "sier " * 9) for n in range(900))),)),
    "title": Card(title="tittel " * 9000, buttons=(HELP,)),
    "warnings": Card(title="x", blocks=tuple(Text(text=f"Fare {n}", style="warning") for n in range(400))),
    "form": Card(
        title="x",
        blocks=(Text(text="🙂" * LONGEST), Text(text="quiet", style="quiet")),
        questions=(Question(name="text", label="Tekst", lines=5, longest=LONGEST, value="🙂" * 9000),),
        buttons=(SEND, HELP),
    ),
    "choices": Card(
        title="x",
        questions=tuple(
            Question(name=f"f{number}", label="Valg", choices=(Choice(title="Valg " * 9, value="x"),) * 40)
            for number in range(5)
        ),
        buttons=tuple(SEND.model_copy(update={"values": {"text": "på " * 300}}) for _ in range(6)),
    ),
}


#: Those of them that fit once nothing is there twice.
WHOLE = {"paragraphs", "warnings", "choices"}


@pytest.mark.parametrize("name", LARGE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_that_is_too_large_becomes_smaller_and_says_where_something_is_missing(name: str, language: Any) -> None:
    card = LARGE[name].model_copy(update={"language": language})
    drawn = adaptive_card(card)
    assert wrong_in_teams(message(card)) == []
    assert [action["title"] for action in drawn["actions"]] == [button.title for button in card.buttons]
    shown, note = texts(drawn), say(language, "teams.part")
    assert (shown[-1] == note) == (name not in WHOLE)
    if name in WHOLE:
        told = {line for text in shown for line in text.split("\n\n")}
        assert told >= {block.text for block in card.blocks if isinstance(block, Text)}


def test_paragraphs_are_told_in_one_element_before_anything_is_left_out() -> None:
    card = LARGE["paragraphs"]
    drawn = adaptive_card(card)
    assert texts(drawn)[1].split("\n\n") == [block.text for block in card.blocks if isinstance(block, Text)]
    assert "fallback" not in drawn["actions"][0]


@pytest.mark.parametrize(("said", "drawn_as"), [("i dag", "TextBlock"), ("i *dag*", "RichTextBlock")])
def test_a_word_too_long_for_a_telephone_is_broken_where_nothing_has_to_be_escaped(said: str, drawn_as: str) -> None:
    text = f"Bruk omstillingsbot.lang-kommune.kommune.no/innspill {said}."
    line = adaptive_card(Card(blocks=(Text(text=text),)))["body"][0]
    assert line["type"] == drawn_as
    assert texts({"body": [line]}) == [text]
