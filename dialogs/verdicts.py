"""What somebody is shown who decides on another one's announcement or change of it: why not, what came of it, and that
another was first."""

from dialogs.card import Card, Question, Text
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
