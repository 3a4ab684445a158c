"""The form that asks why something is refused, declined or held back: one field, and what was wrong with it."""

from dialogs.card import Button, Card, Question, Text
from dialogs.turn import Turn


def reason_form(
    turn: Turn,
    title: str,
    how: Text,
    label: str,
    buttons: tuple[Button, ...],
    *,
    longest: int,
    name: str = "reason",
    value: str = "",
    error: str = "",
) -> Card:
    """``name`` is that of the field, ``value`` what stands in it already, ``longest`` in characters."""
    question = Question(name=name, label=label, value=value, required=True, lines=3, longest=longest, error=error)
    return Card(
        title=title,
        blocks=(how,),
        questions=(question,),
        buttons=buttons,
        language=turn.language,
        outcome="refused" if error else "answered",
    )
