"""Slack waits three seconds for its acknowledgement; what it is for may take longer."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from bot.defects import log_defect
from bot.slack.payloads import Malformed
from bot.transport import NotSent

log = logging.getLogger(__name__)

#: Seconds after which Slack is answered, whatever has become of it until then; it waits three:
#: https://docs.slack.dev/apis/events-api/#responding
ACKNOWLEDGED_AFTER = 2.5
#: How much may be at work at once: what comes then is not taken.
MOST_AT_WORK = 500
#: Seconds that what is at work may take when the process is stopped.
LEAVING = 8.0


class Busy(Exception):  # noqa: N818 - says what is wrong
    """Too much is at work, or nobody knows yet what became of it."""


@dataclass
class Acknowledgement:
    """What Slack is told of one thing that came in. ``is_acted``: it was acted on, so that it need not come again.
    ``is_seen``: it was acted on before. ``is_given``: Slack was told, and what is left goes on behind it."""

    response: dict[str, Any] | None = None
    is_acted: bool = False
    is_seen: bool = False
    is_given: bool = False
    malformed: Malformed | None = None


class AtWork:
    """What was taken and has not come to its end."""

    def __init__(self, acknowledged_after: float = ACKNOWLEDGED_AFTER, most: int = MOST_AT_WORK) -> None:
        self._acknowledged_after, self._most = acknowledged_after, most
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, work: Coroutine[Any, Any, None], acknowledgement: Acknowledgement) -> dict[str, Any] | None:
        """What the work acknowledges with as soon as it is done, or time is up. Raises Busy, and Malformed."""
        if len(self._tasks) >= self._most:
            work.close()
            raise Busy
        task = asyncio.create_task(self._to_the_end(work, acknowledgement))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=self._acknowledged_after)
        acknowledgement.is_given = True
        if acknowledgement.malformed is not None:
            raise acknowledgement.malformed
        return acknowledgement.response

    async def close(self) -> None:
        """Lets what was taken come to its end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LEAVING)

    async def _to_the_end(self, work: Coroutine[Any, Any, None], acknowledgement: Acknowledgement) -> None:
        try:
            await work
        except Malformed as malformed:
            acknowledgement.malformed = malformed
        except NotSent as not_sent:
            # The turn is done and stored; only its answer found nobody. Doing it again would not help.
            log.warning("an answer was not taken: %s", not_sent.reason)
        except Exception as defect:  # noqa: BLE001 - it would be one again, however often it came
            acknowledgement.is_acted = True
            log_defect(defect)
