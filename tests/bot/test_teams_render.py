"""Adaptive Cards pass Microsoft's schema, and say what a person wrote as they wrote it."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

from bot.fake import LARGEST
from bot.teams.render import adaptive_card
from dialogs.card import Button, Card, Picture, Text
from dialogs.examples import HOSTILE, examples


@pytest.fixture(scope="session")
def schema() -> Draft6Validator:
    """Microsoft's own schema of version 1.5, as a package ships it."""
    spec = importlib.util.find_spec("adaptive_cards")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "schemas" / "schema-1.5.json"
    return Draft6Validator(json.loads(path.read_text("utf-8-sig")))


@pytest.mark.parametrize(("name", "card"), list(examples()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_example_passes_microsofts_schema(schema: Draft6Validator, name: str, card: Card) -> None:
    rendered = adaptive_card(card)
    assert [error.message for error in schema.iter_errors(rendered)] == []
    assert len(json.dumps(rendered, ensure_ascii=False).encode()) < LARGEST


def test_the_schema_check_itself_can_fail(schema: Draft6Validator) -> None:
    broken = adaptive_card(Card(title="x")) | {"body": [{"type": "TextBlock"}]}
    assert list(schema.iter_errors(broken))


def test_what_a_person_wrote_is_never_markdown() -> None:
    rendered = adaptive_card(Card(title=HOSTILE, blocks=(Text(text=HOSTILE),)))
    heading, run = rendered["body"][0], rendered["body"][1]["inlines"][0]
    assert run == {"type": "TextRun", "text": HOSTILE}
    assert "[y](" not in heading["text"]
    assert "**x**" not in heading["text"]


def test_a_date_in_a_heading_stays_a_date() -> None:
    assert adaptive_card(Card(title="1. desember 2020"))["body"][0]["text"] == "1. desember 2020"


def test_a_button_carries_action_values_and_version() -> None:
    card = Card(title="x", buttons=(Button(title="Ja", action="workgroup.join", values={"group": "osu-omstilling"}),))
    data: dict[str, Any] = adaptive_card(card)["actions"][0]["data"]
    assert data == {"action": "workgroup.join", "values": {"group": "osu-omstilling"}, "v": 1}


def test_a_picture_is_read_aloud() -> None:
    card = Card(title="x", blocks=(Picture(address="https://example.org/a.png", alt="Et kart"),))
    assert adaptive_card(card)["body"][1]["altText"] == "Et kart"
