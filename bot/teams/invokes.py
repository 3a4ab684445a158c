"""Invokes: what the response to a pressed Action.Execute holds.

https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from typing import Any

from bot.teams.activities import PRESSED
from bot.teams.render import CONTENT_TYPE, REPLACE, adaptive_card
from bot.turns import Answer
from dialogs.card import Card, Language
from dialogs.words import say

__all__ = ["PRESSED", "aside", "bad_request", "late", "placed", "response"]

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


def placed(answer: Answer, verb: str) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """The cards for the pressed card's place, at most one, and those below it."""
    if verb == REPLACE:
        return answer.cards[:1], answer.cards[1:]
    return (), answer.cards


def response(cards: tuple[Card, ...], language: Language) -> dict[str, Any]:
    """Shows the last of the cards in the pressed one's place; without one, tells that the answer is below."""
    if not cards:
        return {"statusCode": 200, "type": MESSAGE, "value": say(language, "guide.answer_below")}
    return {"statusCode": 200, "type": CONTENT_TYPE, "value": adaptive_card(cards[-1])}


def aside(answer: Answer) -> dict[str, Any]:
    """Pressed in a group, and for one person alone: only they are told so. The card stays, for them and the others."""
    return {"statusCode": 200, "type": MESSAGE, "value": answer.cards[-1].title}


def late(language: Language) -> dict[str, Any]:
    """It takes longer than the platform waits: the answer comes below."""
    return {"statusCode": 200, "type": MESSAGE, "value": say(language, "guide.answer_late")}


def bad_request() -> dict[str, Any]:
    """No button of ours sends this."""
    value = {"code": "BadRequest", "message": "The action's data is not that of a button of this bot."}
    return {"statusCode": 400, "type": ERROR, "value": value}
