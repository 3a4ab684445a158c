"""What a conversation is about after an answer, for the follow-up to it: keys and the kind of question, no words."""

from dialogs.card import Card

#: The questions that people go on from. Not those about one's own inputs: who writes one is nowhere on disk.
_GOES_ON = frozenset(
    {
        "milestone.next",
        "milestone.list",
        "milestone.when",
        "milestone.on_date",
        "phase.current",
        "phase.about",
        "workgroup.list",
        "workgroup.about",
        "initiative.about",
        "initiative.top",
        "person.role",
        "goal.about",
        "delivery.about",
        "programme.about",
        "announcement.latest",
        "subscription.set",
    }
)


def spoken_of(before: dict[str, str], action: str, shown: Card) -> dict[str, str]:
    """The subject after an answer; what is no question about the programme leaves it as it was."""
    if action not in _GOES_ON:
        return before if shown.subject is None else shown.subject
    return {"of": action, **(shown.subject or {})}
