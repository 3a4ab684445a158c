"""Every channel's renderer, and what each platform would say of what it makes: for the fake channel."""

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator, ValidationError, validators

from bot.email.render import Letter, letter
from bot.fake import FakeChannel
from bot.slack.render import messages
from bot.teams.limits import broken_limits
from bot.teams.send import message
from bot.web.render import render
from dialogs.card import Card
from tests.block_kit import wrong_in_slack


def fake_channel() -> FakeChannel:
    """A fake channel that draws every card for every channel and checks it as their platforms would."""
    renderers = {"msteams": message, "slack": messages, "web": render, "email": as_letter}
    checks = {"msteams": wrong_in_teams, "slack": wrong_in_slack, "web": wrong_in_web, "email": wrong_in_email}
    return FakeChannel(renderers, checks)


def check(card: Card) -> None:
    """Raises ValueError with everything that any channel's platform would say is wrong with the card."""
    fake_channel().check(card)


def refusal(held_to: Callable[[Card], None], card: Card) -> str:
    """What a check says against a card; nothing where it passes. So each of very many is looked at in one test."""
    try:
        held_to(card)
    except (AssertionError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def wrong_in_teams(activity: dict[str, Any]) -> list[str]:
    """What Microsoft's schema and Teams' limits say of a message activity with cards."""
    cards = [attachment["content"] for attachment in activity["attachments"]]
    return broken_limits(activity) + [wrong for card in cards for wrong in _wrong_in(json.dumps(card))]


def wrong_in_schema(card: dict[str, Any]) -> list[str]:
    """What Microsoft's schema of Adaptive Cards 1.5 says of a card: where, and what."""
    return [f"{error.json_path} {error.message}" for error in schema().iter_errors(card)]


def wrong_in_web(html: str) -> list[str]:
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    return [f"id {name} {count} times" for name, count in ids.items() if count > 1]


def as_letter(card: Card) -> Letter:
    return letter(card, "https://bot.kommunen.example/avmelding/1.x", "https://bot.kommunen.example/avmelding/1.x/tema")


#: What an e-mail program would fetch without being asked, or would not show as it is meant.
FETCHED = re.compile(r"""<(?:img|link|script|style|iframe|form|input|object|svg)\b|\ssrc=|url\(|@import""")
TAGS = re.compile(r"!doctype|a|body|br|dd|dl|dt|em|h1|head|hr|html|li|main|meta|ol|p|span|strong|title|ul")


def wrong_in_email(written: Letter) -> list[str]:
    """What is in the HTML part that must not be, and what a header may not hold."""
    wrong = [f"{found!r} is fetched or active" for found in FETCHED.findall(written.html)]
    tags = {tag.lower() for tag in re.findall(r"</?([!A-Za-z][A-Za-z0-9]*)", written.html)}
    wrong += [f"tag {tag}" for tag in sorted(tags) if not TAGS.fullmatch(tag)]
    wrong += [f"link to {to}" for to in re.findall(r'href="([^"]*)"', written.html) if not to.startswith("https://")]
    if not written.subject.strip() or not written.subject.isprintable():
        wrong.append(f"subject {written.subject!r}")
    return wrong + ["no text"] * (not written.plain.strip())


@lru_cache(maxsize=4096)
def _wrong_in(card: str) -> list[str]:
    # The same cards come up again and again in a run of all tests.
    return wrong_in_schema(json.loads(card))


@cache
def schema() -> Any:
    """Microsoft's own schema of version 1.5, as a package ships it."""
    spec = importlib.util.find_spec("adaptive_cards")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "schemas" / "schema-1.5.json"
    found = json.loads(path.read_text("utf-8-sig"))
    # It says no more than a pattern, which everything but texts passes: no fallback would be looked at.
    found["definitions"]["FallbackOption"]["type"] = "string"
    return validators.extend(Draft6Validator, {"anyOf": _any_of})(found)


def _any_of(validator: Any, branches: list[Any], instance: Any, whole: Any) -> Iterator[ValidationError]:
    """As ``anyOf``, but what says its type is held to that type alone: quicker, and the reason is told."""
    kind = instance.get("type") if isinstance(instance, dict) else None
    named = next((branch for branch in branches if kind is not None and _kind(branch) == kind), None)
    if named is not None:
        yield from validator.descend(instance, named)
    else:
        yield from Draft6Validator.VALIDATORS["anyOf"](validator, branches, instance, whole)


def _kind(branch: Any) -> str:
    """The type that a branch of the schema is about, by the name of its definition."""
    references = [branch, *branch.get("allOf", ())] if isinstance(branch, dict) else []
    return next((one["$ref"].rpartition("/")[2] for one in references if "$ref" in one), "")
