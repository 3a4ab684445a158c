"""A *now* that several processes share: it stands in a file, and whoever tortures moves it."""

import os
from datetime import datetime
from pathlib import Path

from bot.clock import Clock


class FileClock(Clock):
    """Reads the programme's *now* from a file. It stands still between two moves, and jumps over what is slept."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text("ascii"))

    def move(self, to: datetime) -> None:
        """At once for every process: none reads half a moment."""
        new = self._path.with_suffix(".new")
        new.write_text(to.isoformat(), "ascii")
        os.replace(new, self._path)
