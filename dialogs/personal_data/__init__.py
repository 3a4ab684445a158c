"""Finds what in a text may give somebody away, and takes it out."
" In memory only; nothing of a text is kept or logged."""

from dialogs.personal_data import addresses, births, names, numbers, online, private, registered, roles, spoken
from dialogs.personal_data.removal import removed
from dialogs.personal_data.spans import TYPES, Span, settled

__all__ = ["TYPES", "Span", "find", "removed"]

_DIRECT = (numbers, spoken, online, registered, births, addresses, names)


def find(text: str) -> list[Span]:
    """Everything found, in the text's order: names, numbers and addresses, phrases that point at one person, and what
    law calls special categories. The writer decides what it means."""
    found = settled(span for kind in _DIRECT for span in kind.find(text))
    named = [span for span in found if span.type == "name"]
    return settled([*found, *roles.find(text), *private.find(text, named)])
