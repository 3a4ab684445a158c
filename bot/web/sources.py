"""Which network a request comes from: as much of an address as a flood can be stopped by, and no more."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from bot.settings import Network
from bot.web.limits import Limits, Rate

#: How many bits of an address are looked at: a provider gives a household or an office a /56 of IPv6 (RIPE-690), and of
#: IPv4 one address, of which the last part is left out so that no household is told from its neighbours.
BITS = {4: 24, 6: 56}
#: Seconds between two times of tidying up.
TIDIES_EVERY = 600.0


@dataclass(frozen=True)
class Door:
    """Who is let in to the login-free pages. ``proxies`` are those whose word on where a request came from is taken:
    anybody can write that header."""

    proxies: tuple[Network, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def wait(self, request: web.Request, rate: Rate) -> float:
        """Seconds until one more is let in from there; 0 where it is let in now, and counted."""
        return self.limits.wait(self.source(request), rate)

    def source(self, request: web.Request) -> str:
        """The network that a request comes from; empty where it came through no network."""
        found = _address(request.remote or "")
        handed_on = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        # Each proxy adds who it heard from at the end, so from there on as long as those who wrote it are trusted.
        while found is not None and handed_on and any(found in network for network in self.proxies):
            before = _address(handed_on.pop())
            if before is None:
                break
            found = before
        return str(ip_network((found, BITS[found.version]), strict=False)) if found is not None else ""

    async def tidying(self, _: web.Application) -> AsyncIterator[None]:
        """Tidies up while the application runs: yesterday's key must go though nobody comes."""
        task = asyncio.create_task(self._tidy())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDIES_EVERY)
            self.limits.tidy()


def _address(written: str) -> IPv4Address | IPv6Address | None:
    """The address, without a port or zone that some proxies write; None where it is none."""
    written = written.strip()
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    # An IPv4 address as a socket for both kinds writes it.
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
