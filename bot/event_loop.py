"""The event loop that the bot runs on: uvloop's where that is installed, else Python's own. See docs/decisions/0012."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
# It is not made for every system; all that is lost there is speed.
with suppress(ImportError):
    import uvloop

    new_event_loop = uvloop.new_event_loop
