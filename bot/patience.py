"""An answer that a platform is too busy to take is sent again: unlike what is owed, nobody else would do so."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.transport import NotSent

T = TypeVar("T")
#: Times an answer is tried, seconds before the second try, doubled before each other, and the longest wait between two.
MOST_TRIES = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0


async def patiently(send: Callable[[], Awaitable[T]]) -> T:
    """Sends an answer, again where the platform was too busy to take it. Raises NotSent.

    A platform's pace is often one for all that the bot sends: while everybody is sent an announcement, answers go over
    it.
    """
    for tried in range(MOST_TRIES - 1):
        try:
            return await send()
        except NotSent as not_sent:
            if not_sent.permanent or not_sent.unknown:
                raise
            wait = not_sent.retry_after or FIRST_WAIT * 2**tried
            await asyncio.sleep(min(wait, LONGEST_WAIT) * random.uniform(1, 1.25))  # noqa: S311 - only spreads them
    return await send()
