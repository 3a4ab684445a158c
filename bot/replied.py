"""What was answered: noted together a moment later, so that no turn waits for the note of another."""

import asyncio
from concurrent.futures import Executor

from sqlalchemy.exc import SQLAlchemyError

from bot.defects import log_defect
from storage import conversations
from storage.database import Database

#: Seconds after which what was answered is written down: one commit for all of them.
NOTED_AFTER = 1.0


class Replied:
    """Activities, each by its conversation and its id, whose answers were sent."""

    def __init__(self, database: Database, threads: Executor) -> None:
        self._database, self._threads = database, threads
        self._pending: set[tuple[str, str]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def __contains__(self, activity: tuple[str, str]) -> bool:
        return activity in self._pending

    def add(self, activity: tuple[str, str]) -> None:
        """To be called on the event loop."""
        self._pending.add(activity)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(NOTED_AFTER, self._begin)

    def note(self) -> None:
        """Writes down what is pending. What cannot be written is kept in memory, to be tried with what comes next."""
        those = self._pending.copy()
        if not those:
            return
        try:
            with self._database.writing() as session:
                conversations.note_answered(session, those)
        except SQLAlchemyError as defect:
            log_defect(defect)
            return
        self._pending -= those

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.note()

    def _begin(self) -> None:
        self._timer = None
        self._threads.submit(self.note)
