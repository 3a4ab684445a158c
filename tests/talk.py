"""Talking to the bot without a platform in between."""

import uuid
from datetime import datetime
from typing import Any

from bot.turns import Answer, Incoming, Turns
from dialogs.card import Button, Card
from storage.people import Whereabouts
from tests.channels import check


class CheckedTurns(Turns):
    """Turns whose every card, however it was asked for, is drawn and checked as each channel's platform would."""

    def answer(self, incoming: Incoming) -> Answer:
        answered = super().answer(incoming)
        if answered.draw is not None:
            answered = answered.draw()
        for card in answered.cards:
            check(card)
        return answered


class Talk:
    """Somebody talking to the bot, without a platform in between; every card is checked as a platform would."""

    def __init__(self, turns: Turns, account: str, now: datetime, channel: str = "web") -> None:
        self.turns = turns
        self.where = Whereabouts(
            channel=channel, account=account, name=account.title(), lane=channel, conversation=f"c-{account}"
        )
        self.shown: tuple[Card, ...] = ()
        self.answered = Answer()
        self.now = now

    def say(self, text: str, **more: Any) -> Card:
        return self.take(text=text, **more)

    def press(self, button: Button | str, **form: Any) -> Card:
        """Presses a button, by itself or by its action on the card that was shown last, with what the form holds."""
        if isinstance(button, str):
            button = next(b for card in self.shown for b in card.buttons if b.action == button)
        return self.take(action=button.action, values={**form, **button.values})

    def send(self, button: Button | None = None, **form: Any) -> Card:
        """Presses an announcement's button for sending, having written how many it goes to, and that it tells of
        nothing decided unless the form says otherwise."""
        found = button or next(b for card in self.shown for b in card.buttons if b.action == "announcement.send")
        return self.press(found, count=str(found.values["people"]), **{"decided": "no", **form})

    def act(self, action: str, **values: Any) -> Card:
        return self.take(action=action, values=values)

    def take(self, **fields: Any) -> Card:
        fields = {"activity": uuid.uuid4().hex, "said_at": self.now, **fields}
        self.answered = self.turns.answer(Incoming(where=self.where, conversation=self.where.conversation, **fields))
        if self.answered.draw is not None:
            self.answered = self.answered.draw()
        self.shown = self.answered.cards
        for card in self.shown:
            check(card)
        return self.shown[-1] if self.shown else Card()
