"""The outbox's journal: marks of what is begun and what came of it, written in groups."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import Any, TypeVar, cast

from storage import claims, lanes
from storage.claims import Claimed, Outcome
from storage.database import Database, Session
from storage.lanes import Arrival

T = TypeVar("T")
#: Writes several alike at once, and returns what came of each.
Write = Callable[[Session, list[Any]], list[Any]]
#: What is to be written, and who waits for it.
_Mark = tuple[Any, asyncio.Future[Any]]


class Journal:
    """Writes marks in groups: what comes while one commit runs goes into the next, and what is alike into one
    statement. An attempt may take ``timeout`` seconds."""

    def __init__(self, database: Database, timeout: float) -> None:
        self._database = database
        #: The same for each mark: that is what makes them alike.
        self._begin = partial(claims.begin_attempts, takes=timeout)
        self._waiting: dict[Write, list[_Mark]] = {}
        self._writer: asyncio.Task[None] | None = None

    async def write(self, mark: Callable[[Session], T]) -> T:
        """Returns what the mark returned, once it is on disk. Raises what kept it from getting there."""
        return cast(T, await self._put(_each, mark))

    def begin(self, row: Claimed) -> asyncio.Future[bool]:
        """Records that an attempt begins; returns whether it may."""
        return self._put(self._begin, row)

    def give_back(self, row: Claimed) -> asyncio.Future[None]:
        """Returns what no attempt was begun on."""
        return self._put(claims.give_back_all, row)

    def settle(self, outcome: Outcome) -> asyncio.Future[None]:
        """Records how an attempt ended."""
        return self._put(claims.settle_all, outcome)

    def keep_apart(self, arrival: Arrival, interval: float) -> None:
        """Moves the pace where something arrived too late. Nobody waits for it: at worst the platform refuses one."""
        done = self._put(_each, lambda session: lanes.keep_apart(session, [arrival], interval))
        done.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def finish(self) -> None:
        """Waits until everything is written, or has failed."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])

    def _put(self, write: Write, what: Any) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        self._waiting.setdefault(write, []).append((what, done))
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write())
        return done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, {}
            if not await self._write_group(group):
                # One of them may be what failed: the others must not be lost with it.
                for write, marks in group.items():
                    for mark in marks:
                        await self._write_group({write: [mark]}, is_last_try=True)

    async def _write_group(self, group: dict[Write, list[_Mark]], is_last_try: bool = False) -> bool:
        alike = {write: [what for what, _ in marks] for write, marks in group.items()}
        try:
            written = await asyncio.get_running_loop().run_in_executor(None, self._commit, alike)
        except Exception as defect:  # noqa: BLE001 - whoever waits for the mark must hear of it
            if is_last_try:
                for done in filter(lambda done: not done.done(), _those_who_wait(group)):
                    done.set_exception(defect)
            return False
        for done, result in zip(_those_who_wait(group), chain.from_iterable(written.values()), strict=True):
            if not done.done():
                done.set_result(result)
        return True

    def _commit(self, alike: dict[Write, list[Any]]) -> dict[Write, list[Any]]:
        with self._database.writing() as session:
            return {write: write(session, whats) for write, whats in alike.items()}


def _those_who_wait(group: dict[Write, list[_Mark]]) -> list[asyncio.Future[Any]]:
    return [done for marks in group.values() for _, done in marks]


def _each(session: Session, marks: list[Callable[[Session], Any]]) -> list[Any]:
    return [mark(session) for mark in marks]
