"""Titles of buttons that a telephone cuts off: what nothing else of the card says is to be told above them."""

from dialogs.card import Card


def untold(card: Card, longest: int) -> list[str]:
    """The titles longer than so many characters, where no other text of the card says what they are about."""
    long = [button.title for button in card.buttons if len(button.title) > longest]
    said = card.as_text()
    return [title for title in long if not any(name in said for name in names_in(title))]


def names_in(title: str) -> list[str]:
    """What a long title may end with: the name of what its first words, a few at most, are about."""
    words = title.removesuffix("…").split()
    return [" ".join(words[start:]) for start in range(min(4, len(words) - 1))]
