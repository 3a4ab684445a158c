"""Buttons that lead on: the same wording for the same action, wherever it is offered."""

from typing import Any, Literal

from dialogs.card import Button, Language
from dialogs.words import say


def offer(
    language: Language,
    action: str,
    values: dict[str, Any] | None = None,
    style: Literal["default", "primary", "destructive"] = "default",
) -> Button:
    """The button of that action, in the words that the guide has for it."""
    return Button(title=say(language, f"guide.button.{action}"), action=action, values=values or {}, style=style)


def offers(language: Language, *actions: str) -> tuple[Button, ...]:
    return tuple(offer(language, action) for action in actions)
