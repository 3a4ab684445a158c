"""What leaders mark is shown as they meant it, and what only looks like a mark stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.teams.render import adaptive_card
from bot.web.render import render
from dialogs import markdown
from dialogs.card import Block, Card, Span, Text, Written
from dialogs.examples import HOSTILE
from dialogs.offers import offers
from tests.channels import as_letter, check


def only(text: str) -> Block:
    (found,) = markdown.blocks(text)
    return found


def spans(text: str) -> tuple[Span, ...]:
    found = only(text)
    assert isinstance(found, Written)
    return found.lines[0]


def test_strong_emphasis_and_links_are_marked() -> None:
    assert spans("Vi møtes **tirsdag** i _kantina_, se [siden](https://kommunen.example/a?b=1&c=2).") == (
        Span(text="Vi møtes "),
        Span(text="tirsdag", strong=True),
        Span(text=" i "),
        Span(text="kantina", emphasis=True),
        Span(text=", se "),
        Span(text="siden", address="https://kommunen.example/a?b=1&c=2"),
        Span(text="."),
    )


def test_lists_are_lists() -> None:
    found = markdown.blocks("Ta med:\n- kaffe\n- **kopp**\n\n1. Først\n2. Så")
    assert [getattr(block, "shape", "text") for block in found] == ["text", "bullets", "numbers"]
    bullets = found[1]
    assert isinstance(bullets, Written)
    assert bullets.lines == ((Span(text="kaffe"),), (Span(text="kopp", strong=True),))


@pytest.mark.parametrize(
    "text",
    [
        "15. desember er fristen.",
        "1. desember: kickoff\n15. desember: innspill",
        "2. Så\n3. Sist",
        "- Nei, sa hun.",
        "5 * 3 * 2 = 30",
        "snake_case_navn og fil_navn",
        "# Overskrift",
        "> sitat",
        "`kode` og ~~strøket~~",
        "<b>fet</b> &amp; <script>",
        "[klikk](http://x.example) [og](javascript:alert(1)) [her](data:text/html,x) [der](/relativ) [x](//x.example)",
        "[a](https://) [b](https://navn@x.example) [c](HTTPS://x.example y)",
    ],
)
def test_what_only_looks_like_a_mark_stays_as_it_was_written(text: str) -> None:
    assert markdown.blocks(text) == (Text(text=text),)


def test_a_picture_is_a_link_at_most() -> None:
    assert Span(text="bilde", address="https://x.example/a.png") in spans("![bilde](https://x.example/a.png)")


def test_a_sign_can_be_meant_as_itself() -> None:
    assert markdown.blocks(r"\*\*ikke fet\*\*") == (Text(text="**ikke fet**"),)


def test_each_channel_draws_it() -> None:
    card = Card(title="Kickoff", blocks=markdown.blocks("**A** og [siden](https://x.example/?a=1&b=2)\n\n- en\n- _to_"))
    html = str(render(card))
    assert '<strong>A</strong> og <a href="https://x.example/?a=1&amp;b=2"' in html
    assert '<li dir="auto"><em>to</em></li>' in html
    letter = as_letter(card)
    assert "siden (https://x.example/?a=1&b=2)" in letter.plain
    assert "<strong>A</strong>" in letter.html
    runs = [run for element in adaptive_card(card)["body"] for run in element.get("inlines", ())]
    assert {"type": "TextRun", "text": "to", "italic": True} in runs
    assert [run["selectAction"]["url"] for run in runs if "selectAction" in run] == ["https://x.example/?a=1&b=2"]


@given(some.text(alphabet="ab1 .-*_[]()<>\\\n#:/https&", max_size=60))
def test_no_text_loses_its_letters_or_breaks_a_card(text: str) -> None:
    found = markdown.blocks(text)
    shown = "".join(block.as_text(tell_addresses=True) for block in found if isinstance(block, Written))
    shown += "".join(block.text for block in found if isinstance(block, Text))
    assert sorted(filter(str.isalpha, shown)) == sorted(filter(str.isalpha, text)) or "](" in text


def test_hostile_text_is_drawn_safely() -> None:
    check(
        Card(title="x", blocks=markdown.blocks(f"{HOSTILE}\n\n- {HOSTILE}\n- {HOSTILE}"), buttons=offers("nb", "help"))
    )


def test_a_picture_in_markdown_is_a_link_with_its_words_and_no_mark_before_it() -> None:
    (block,) = markdown.blocks("Se ![kartet](https://kart.example/a.png), og kom!")
    assert block.as_text() == "Se kartet, og kom!"  # type: ignore[union-attr]
    assert markdown.plain("Kom nå! [Kart](https://kart.example)").startswith("Kom nå! Kart")
