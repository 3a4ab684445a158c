"""What somebody is shown who decides on another one's announcement or change of it: why not, what came of it, and that
another was first."""

from typing import Any

from dialogs.card import Button, Card, Language, Question, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say


def reason_question(
    label: str, longest: int, written: str = "", error: str = "", *, is_required: bool = False
) -> Question:
    """The field for a reason, of at most so many characters, with what was written before."""
    return Question(
        name="reason", label=label, value=written, required=is_required, lines=2, longest=longest, error=error
    )


def buttons(language: Language, actions: str, key: str, values: dict[str, Any]) -> tuple[Button, ...]:
    """The two ways to decide: the actions that begin so and end with "approve" and "reject"; ``key`` is what the first
    one is called."""
    yes, no = say(language, key), say(language, "approvals.reject")
    return (
        Button(title=yes, action=f"{actions}approve", values=values, style="primary", replaces=True),
        Button(title=no, action=f"{actions}reject", values=values, style="destructive", replaces=True),
    )


def decided(turn: Turn, said: str) -> Card:
    """What whoever decided is told that came of it."""
    return Card(
        title=say(turn.language, "approvals.done.title"),
        blocks=(Text(text=said),),
        buttons=offers(turn.language, "help"),
        language=turn.language,
        outcome="done",
    )


def decided_before(turn: Turn, name: str, title: str, *, is_approved: bool) -> Card:
    """What whoever comes second is told: who was first, and what they decided."""
    key = "approvals.before.approved" if is_approved else "approvals.before.rejected"
    return Card(
        title=say(turn.language, key, name=name, title=title),
        buttons=offers(turn.language, "help"),
        language=turn.language,
        outcome="refused",
    )
