"""What a conversation's next text would answer."""

import threading
from collections import OrderedDict
from typing import Any

from dialogs.card import Card


class Awaiting:
    """Which action a conversation's next text would answer. In memory only, and soon forgotten: who is about to write
    an input is nowhere on disk. After a restart the text is understood as any other."""

    MOST = 10_000

    def __init__(self) -> None:
        self._actions: OrderedDict[str, tuple[str, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, conversation: str) -> tuple[str | None, dict[str, Any]]:
        """The action, and the values of the card's button for it."""
        with self._lock:
            return self._actions.get(conversation, (None, {}))

    def set(self, conversation: str, shown: Card) -> None:
        """Remembers what the card that was shown waits for, or forgets what was there."""
        button = next((button for button in shown.buttons if button.action == shown.awaiting), None)
        with self._lock:
            self._actions.pop(conversation, None)
            if shown.awaiting:
                self._actions[conversation] = (shown.awaiting, button.values if button else {})
            if len(self._actions) > self.MOST:
                self._actions.popitem(last=False)
