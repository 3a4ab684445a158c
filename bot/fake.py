"""A fake channel, for tests and trials: takes cards as a platform would, and refuses what none would take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogs.card import LONGEST_TITLE, Card, Picture
from storage.people import Address

#: The smallest of the platforms' numbers: Teams shows six actions of a card.
MOST_BUTTONS = 6


@dataclass
class FakeChannel:
    """Keeps what it was sent. ``renderers`` are the real channels' renderers: each card must survive all of them.

    ``validators`` say, by the name of a channel, what is wrong with what its renderer made: they are passed in, because
    the platforms' schemas come with libraries that only tests have. ``failures`` are raised by the next sends, one
    each, before anything is taken.
    """

    renderers: Mapping[str, Callable[[Card], Any]]
    validators: Mapping[str, Callable[[Any], list[str]]] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    sent: list[tuple[Address, Card]] = field(default_factory=list)
    #: What everything that was sent reads now, and how often it was changed, by its id.
    shown: dict[str, Card] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    async def send(self, address: Address, card: Card, _key: str) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.check(card)
        self.sent.append((address, card))
        self.shown[known_as := f"fake-{len(self.sent)}"] = card
        return known_as

    async def update(self, _address: Address, platform_id: str, card: Card) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.check(card)
        self.shown[platform_id] = card
        self.changes.append(platform_id)
        return platform_id

    def check(self, card: Card) -> None:
        """Raises ValueError with everything that is wrong with the card."""
        wrong = problems(card)
        for name, render in self.renderers.items():
            rendered = render(card)
            validate = self.validators.get(name)
            wrong += [f"{name}: {problem}" for problem in validate(rendered)] if validate else []
        if wrong:
            raise ValueError("; ".join(wrong))


def problems(card: Card) -> list[str]:
    """What no channel would show well."""
    wrong = []
    if not card.title and not card.blocks:
        wrong.append("nothing to read")
    names = [question.name for question in card.questions]
    if len(names) != len(set(names)):
        wrong.append("two fields of one name")
    if card.questions and not card.buttons:
        wrong.append("a form that cannot be sent")
    if not card.buttons:
        wrong.append("a dead end: no button leads on")
    if len(card.buttons) > MOST_BUTTONS:
        wrong.append(f"{len(card.buttons)} buttons")
    wrong += [f"button {button.title!r}" for button in card.buttons if not 0 < len(button.title) <= LONGEST_TITLE]
    wrong += [f"picture {block.address}" for block in _pictures(card) if not block.address.startswith("https://")]
    return wrong


def _pictures(card: Card) -> list[Picture]:
    return [block for block in card.blocks if isinstance(block, Picture)]
