"""A platform in a process of its own: takes what is posted to it, at most so many in any second where it has a limit.

`python -m tests.bench.platform PORT LIMIT`; a limit of 0 is none. Asked by GET, it tells what it took and refused.
"""

import asyncio
import json
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.bench.processes import free_port, running, wait_for
from tests.bench.wire import ACCEPTED, Http

_TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Count:
    """What was taken and refused so far, and when the first and the last was taken."""

    limit: int
    taken: int = 0
    refused: int = 0
    first: float = 0.0
    last: float = 0.0
    latest: deque[float] = field(default_factory=deque)

    def takes(self) -> bool:
        """Whether the one that comes now is taken: in any second no more than the limit."""
        now = time.monotonic()
        if self.limit and len(self.latest) == self.limit and now - self.latest[0] < 1:
            self.refused += 1
            return False
        self.latest.append(now)
        if len(self.latest) > self.limit:
            self.latest.popleft()
        self.first = self.first or now
        self.last = now
        self.taken += 1
        return True


class _Connection(Http):
    def __init__(self, count: Count) -> None:
        super().__init__()
        self._count = count

    def message_received(self, head: bytes, body: bytes) -> None:
        assert self.transport is not None
        if head.startswith(b"POST"):
            self.transport.write(ACCEPTED if self._count.takes() else _TOO_MANY)
            return
        seconds = self._count.last - self._count.first
        told = {"taken": self._count.taken, "refused": self._count.refused, "seconds": seconds}
        said = json.dumps(told).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))


@dataclass(frozen=True)
class Platform:
    """One that runs."""

    url: str

    def told(self) -> dict[str, Any]:
        """What it took and refused, and the seconds between the first and the last that it took."""
        with urllib.request.urlopen(self.url, timeout=30) as response:
            found: dict[str, Any] = json.load(response)
            return found


@contextmanager
def platform(core: int, limit: int = 0) -> Iterator[Platform]:
    port = free_port()
    with running("tests.bench.platform", str(port), str(limit), core=core):
        url = f"http://127.0.0.1:{port}"
        wait_for(url)
        yield Platform(url)


async def main(port: int, limit: int) -> None:
    count = Count(limit)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(count), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
