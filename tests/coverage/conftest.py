"""Asking each programme what its documents describe, by typed words and through the front door."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.app import Stores
from bot.clock import DemoClock
from bot.settings import DEMO_STARTS
from dialogs.card import Card
from tests.talk import CheckedTurns, Talk

Ask = Callable[..., Card]


@pytest.fixture
def ask(stores: Stores) -> Ask:
    """What somebody new is answered who asks that in words, when the programme's demo begins or ``at`` that time."""

    def asked(programme: str, text: str, at: str = "") -> Card:
        now = datetime.fromisoformat(at or DEMO_STARTS[programme])
        turns = CheckedTurns(
            stores.database,
            stores.inputs,
            DemoClock(now),
            programme,
            public_url="https://bot.example.org",
            picture=lambda name, *_: f"https://bot.example.org/{name}",
        )
        return Talk(turns, f"employee-{programme}-{text}-{at}", now).say(text)

    return asked
