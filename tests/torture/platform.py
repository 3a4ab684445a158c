"""A hostile platform, in a process of its own: it throttles, fails, breaks off, goes away, and forgets to answer.

What it accepted it appends to a log, one line each, before it answers: that is the truth the outbox is held against.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.torture.clock import FileClock

#: How long the platform takes to accept and to answer, seconds at the most each: so long something is on the wire.
SLOWEST = 0.1
#: Seconds that it asks for when it throttles.
RETRY_AFTER = 1


@dataclass(frozen=True)
class Accepted:
    """A message that the platform accepted. ``is_answered``: whether it told the sender so, too."""

    key: str
    worker: str
    account: str
    title: str
    #: Seconds of the machine's clock, and the programme's *now*.
    at: float
    now: datetime
    is_answered: bool


def read_log(path: Path) -> list[Accepted]:
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    rows = [json.loads(line) for line in lines]
    answered = {(row["key"], row["answered"]) for row in rows if "answered" in row}
    return [
        Accepted(**{**row, "now": datetime.fromisoformat(row["now"])}, is_answered=(row["key"], row["at"]) in answered)
        for row in rows
        if "answered" not in row
    ]


@dataclass(frozen=True)
class Weather:
    """How the platform behaves: what it does until ``seconds`` are over."""

    kind: str
    seconds: float


#: What comes between fine weather, each once in every round, in an order of chance.
STORMS = ("throttled", "failing", "breaking", "silent", "away")
#: The share of posts that a storm concerns; the platform that is away takes none.
SHARE = {"fine": 0.0, "throttled": 0.9, "failing": 0.6, "breaking": 0.5, "silent": 0.3, "away": 1.0}


def forecast(chance: random.Random, length: float, away: float) -> list[Weather]:
    """Every storm once, for about ``length`` seconds each, and ``away`` for that one; as much fine weather."""
    storms = list(STORMS)
    chance.shuffle(storms)
    made = []
    for storm in storms:
        made.append(Weather("fine", length * chance.uniform(0.5, 1.5)))
        made.append(Weather(storm, away if storm == "away" else length * chance.uniform(0.5, 1.5)))
    return made


class HostilePlatform:
    """The connector's side. ``silence`` is how many seconds it keeps whom it does not answer waiting."""

    def __init__(self, log: Path, clock: FileClock, chance: random.Random, silence: float) -> None:
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        self._clock = clock
        self._chance = chance
        self._silence = silence
        self._weather = "fine"
        self._site: web.TCPSite | None = None
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._changing: asyncio.Task[None] | None = None

    async def open(self) -> int:
        app = web.Application()
        app.router.add_post("/v3/conversations/{conversation}/activities", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self._port = int(self._runner.addresses[0][1])
        return self._port

    def begin(self, length: float, away: float) -> None:
        """Changes the weather until told otherwise; without a length it is fine from now on."""
        if self._changing is not None:
            self._changing.cancel()
        self._changing = asyncio.create_task(self._change(length, away) if length else self._turn("fine"))

    async def _change(self, length: float, away: float) -> None:
        while True:
            for weather in forecast(self._chance, length, away):
                await self._turn(weather.kind)
                await asyncio.sleep(weather.seconds)

    async def _turn(self, kind: str) -> None:
        self._weather = kind
        if kind == "away" and self._site is not None:
            await self._site.stop()
            self._site = None
        elif kind != "away" and self._site is None:
            await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._site = site

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        activity = await request.json()
        behaviours = {
            "fine": self._well,
            "throttled": self._throttle,
            "failing": self._fail,
            "breaking": self._break_off,
            "silent": self._keep_silent,
            "away": self._hang_up,
        }
        kind = self._weather if self._chance.random() < SHARE[self._weather] else "fine"
        await asyncio.sleep(self._chance.uniform(0, SLOWEST))
        return await behaviours[kind](request, activity)

    def _accept(self, activity: Any) -> dict[str, Any]:
        row = {
            "key": activity["channelData"]["key"],
            "worker": activity["channelData"]["worker"],
            "account": activity["recipient"]["id"],
            "title": activity["summary"],
            "at": time.time(),
            "now": self._clock.now().isoformat(),
        }
        self._write(row)
        return row

    def _write(self, row: dict[str, Any]) -> None:
        os.write(self._log, json.dumps(row).encode() + b"\n")

    async def _well(self, request: web.Request, activity: Any) -> web.StreamResponse:
        row = self._accept(activity)
        await asyncio.sleep(self._chance.uniform(0, SLOWEST))
        if request.transport is not None and not request.transport.is_closing():
            # Somebody is still there to hear it.
            self._write({"key": row["key"], "answered": row["at"]})
        return web.json_response({"id": "taken"})

    async def _throttle(self, request: web.Request, activity: Any) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER)})

    async def _fail(self, request: web.Request, activity: Any) -> web.StreamResponse:
        status = self._chance.choice((500, 502, 503, 503, 503, 504))
        # A gateway that got no answer may have passed the message on.
        if status in (502, 504) and self._chance.random() < 0.5:
            self._accept(activity)
        return web.Response(status=status)

    async def _break_off(self, request: web.Request, activity: Any) -> web.StreamResponse:
        if self._chance.random() < 0.5:
            self._accept(activity)
        return await self._hang_up(request, activity)

    async def _keep_silent(self, request: web.Request, activity: Any) -> web.StreamResponse:
        if self._chance.random() < 0.7:
            self._accept(activity)
        await asyncio.sleep(self._silence)
        return web.Response(status=504)

    async def _hang_up(self, request: web.Request, activity: Any) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


def serve(log: Path, clock: Path, seed: int, silence: float, pipe: Any) -> None:
    """The process: tells its port, and takes (length, away) for the weather from then on."""
    asyncio.run(_serve(HostilePlatform(log, FileClock(clock), random.Random(seed), silence), pipe))


async def _serve(platform: HostilePlatform, pipe: Any) -> None:
    pipe.send(await platform.open())
    while True:
        length, away = await asyncio.to_thread(_next, pipe.recv)
        platform.begin(length, away)


def _next(receive: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    try:
        return receive()
    except EOFError:
        # Whoever tortures is gone.
        os._exit(0)
