"""Work that is done together with what else waits for it to be done: one thing at a time under little load, many at
once under much."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

#: How many are done at once: some ten milliseconds of work, which the first of them waits for. With twice as many a
#: turn takes no less.
MOST = 16
Asked = TypeVar("Asked")
Done = TypeVar("Done")


class Together(Generic[Asked, Done]):
    """Gives what waits to ``begin``, as soon as it is through with what came before.

    ``begin`` runs on the event loop and must not wait for anything; what it returns is run in a thread of ``threads``
    and brings what became of each.
    """

    def __init__(
        self,
        begin: Callable[[Sequence[Asked]], Callable[[], Sequence[Done]]],
        threads: Executor,
        most: int = MOST,
    ) -> None:
        self._begin, self._threads, self._most = begin, threads, most
        self._waiting: deque[tuple[Asked, asyncio.Future[Done]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def take(self, asked: Asked) -> Done:
        """What became of it. Raises what was raised on the way."""
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._go_through())
        return await future

    async def _go_through(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            try:
                done = await loop.run_in_executor(self._threads, self._begin([asked for asked, _ in batch]))
            except Exception as error:  # noqa: BLE001 - told to everybody who waits for it
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), one in zip(batch, done, strict=True):
                if not future.done():
                    future.set_result(one)
