"""Buttons that lead on: the same wording for the same action, wherever it is offered."""

from typing import Any, Literal

from dialogs.card import LONGEST_TITLE, Button, Card, Language
from dialogs.turn import Turn
from dialogs.words import say
from storage import people
from storage.database import Session


def offer(
    language: Language,
    action: str,
    values: dict[str, Any] | None = None,
    style: Literal["default", "primary", "destructive"] = "default",
    *,
    replaces: bool = False,
) -> Button:
    """The button of that action, in the words that the guide has for it."""
    title = say(language, f"guide.button.{action}")
    return Button(title=title, action=action, values=values or {}, style=style, replaces=replaces)


def short(title: str, longest: int = LONGEST_TITLE) -> str:
    """The name of something, as much of it as a button can hold: whole words, and a sign that there is more."""
    if len(title) <= longest:
        return title
    return title[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;–-") + "…"


def with_role(session: Session, turn: Turn, card: Card, role: str, action: str) -> Card:
    """The card with a button more for those who hold the role: what they asked for may be their work.

    Who holds which is not told to a whole group."""
    if not turn.is_private or role not in people.roles(session, turn.person, turn.programme.key):
        return card
    return card.model_copy(update={"buttons": (offer(card.language, action), *card.buttons)})


def offers(language: Language, *actions: str) -> tuple[Button, ...]:
    return tuple(offer(language, action) for action in actions)
