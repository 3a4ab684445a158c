"""Every example is drawn whole by Microsoft's own renderer: light and dark, and as narrow as on a telephone."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

from bot.teams.render import LONGEST_SHOWN_TITLE, REPLACE, REPLY
from dialogs.button_titles import names_in
from dialogs.card import LANGUAGES, Button, Card, Facts, Items, Language, Picture, Question, Text, Written
from dialogs.examples import examples
from tests.cards.official import NARROW, THEMES, Renderer, Theme, is_installed, open_renderer
from tests.chromium import CHROMIUM, QUIET, WCAG

#: How many cards are looked at together: each takes the longer the more others there are on the page.
AT_ONCE = 50
#: A theme has other colours and no other measures: one language says of it that it is drawn.
LOOKS: tuple[tuple[str, Theme], ...] = (*((language, "light") for language in LANGUAGES), ("nb", "dark"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    for missing, required, remedy in (
        (not CHROMIUM.exists(), "REQUIRE_BROWSER", f"Chromium is not at {CHROMIUM}: apt-get install chromium"),
        (not is_installed(), "REQUIRE_NODE", "Microsoft's renderer is not installed: make node"),
    ):
        if missing:
            (pytest.fail if os.environ.get(required) else pytest.skip)(remedy)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def renderer(chromium: Browser) -> Iterator[Renderer]:
    opened = open_renderer(chromium, "light", NARROW)
    yield opened
    opened.page.context.close()


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_every_example_is_shown_whole(chromium: Browser, theme: Theme, language: Language) -> None:
    renderer = open_renderer(chromium, theme, NARROW)
    cards = {name: card for name, card in examples() if card.language == language}
    complaints = renderer.draw_all(cards)
    broken, texts = renderer.ask_all("broken", cards), renderer.ask_all("texts", cards)
    unlabelled = renderer.ask_all("unlabelled", cards)
    problems = {
        name: [*complaints[name], *unlabelled[name], *wrong_with(card, broken[name], in_one_line(texts[name]))]
        for name, card in cards.items()
    }
    renderer.page.context.close()
    assert {name: wrong for name, wrong in problems.items() if wrong} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_every_example_can_be_read_and_used_by_everyone(chromium: Browser, theme: Theme) -> None:
    # One language says it of all: what is checked is how cards are drawn, and it takes its time.
    renderer = open_renderer(chromium, theme, NARROW)
    cards = [(name, card) for name, card in examples() if card.language == "nb"]
    for start in range(0, len(cards), AT_ONCE):
        renderer.draw_all(dict(cards[start : start + AT_ONCE]))
        found = Axe().run(renderer.page, options=WCAG)
        assert found.violations_count == 0, found.generate_report()
        renderer.clear()
    renderer.page.context.close()


def wrong_with(card: Card, broken: list[str], shown: str) -> list[str]:
    """What is cut off or sticks out, and what is not shown."""
    # A long title is cut off by every client; then the whole of it stands above.
    long = [button.title for button in card.buttons if len(button.title) > LONGEST_SHOWN_TITLE]
    wrong = [part for part in broken if part.removeprefix("cut off: ") not in long]
    wrong += [f"missing: {text}" for text in said_by(card) if in_one_line(text) not in shown]
    wrong += [f"cut off everywhere: {title}" for title in long if max(map(shown.count, names_in(title))) < 2]
    return wrong


def said_by(card: Card) -> list[str]:
    """Every text of a card, each line of it."""
    found = [card.title, *(button.title for button in card.buttons)]
    for block in card.blocks:
        match block:
            case Text():
                found.append(block.text)
            case Written():
                found += block.as_text().splitlines()
            case Facts():
                found += [text for fact in block.facts for text in fact]
            case Items():
                found += [text for item in block.items for text in item]
            case Picture():
                found.append(block.alt)
    for question in card.questions:
        found += [question.label, question.error, *(choice.title for choice in question.choices)]
        found += [] if question.choices else [question.value]
    return [line for text in found for line in text.splitlines() if line.strip()]


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_checks_themselves_can_fail(renderer: Renderer) -> None:
    whole = Card(title="Tittel", blocks=(Text(text="Tekst"),), questions=(Question(name="a", label="Navn"),))
    renderer.draw("whole", whole)
    more = whole.model_copy(update={"blocks": (Text(text="Noe annet"),)})
    renderer.page.evaluate("document.querySelector('.ac-richTextBlock').style.width = '900px'")
    renderer.page.evaluate("for (const one of document.querySelectorAll('label')) one.remove()")
    renderer.page.evaluate("document.querySelector('input').removeAttribute('aria-labelledby')")
    assert [part for part in renderer.ask("broken", "whole") if part.startswith("sticks out")]
    assert renderer.ask("unlabelled", "whole")
    assert [text for text in said_by(more) if text not in renderer.ask("texts", "whole")] == ["Noe annet", "Navn"]


FORM = Card(
    title="Skjema",
    questions=(Question(name="text", label="Tekst", required=True),),
    buttons=(
        Button(title="Send", action="input.send", values={"form": "1"}, style="primary"),
        Button(title="Avbryt", action="input.submit", values={"cancel": True}, replaces=True),
        Button(title="Hjelp", action="help"),
    ),
)


def pressed(renderer: Renderer, title: str) -> list[dict[str, Any]]:
    """What has gone out after this button was pressed."""
    renderer.page.get_by_role("button", name=title).click()
    found: list[dict[str, Any]] = renderer.page.evaluate("pressed.splice(0)")
    return found


def test_an_empty_field_stops_the_form_from_being_sent_and_nothing_else(renderer: Renderer) -> None:
    renderer.draw("form", FORM)
    assert pressed(renderer, "Send") == []
    assert pressed(renderer, "Avbryt")[0]["verb"] == REPLACE
    assert pressed(renderer, "Hjelp")[0]["verb"] == REPLY


def test_a_sent_form_carries_its_button_and_its_fields(renderer: Renderer) -> None:
    renderer.draw("form", FORM)
    renderer.page.get_by_label("Tekst").fill("Hei")
    data = {"action": "input.send", "values": {"form": "1"}, "v": 1, "lang": "nb", "text": "Hei"}
    assert pressed(renderer, "Send") == [{"title": "Send", "type": "Action.Execute", "verb": REPLACE, "data": data}]
