"""Worker processes to be killed: the real dispatcher and timetable, the real connector, the real database."""

import asyncio
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tenacity import wait_random_exponential

from bot import schedule, sending
from bot.clock import Clock
from bot.schedule import Schedule
from bot.sending import Dispatcher
from bot.teams.connector import Connector
from bot.teams.hosts import is_loopback
from bot.teams.send import message
from dialogs.card import Card
from storage.database import Database
from storage.people import Address
from tests.torture.clock import FileClock
from tests.torture.platform import serve

#: Processes are forked off one that has everything imported: so many are killed that starting them anew would be most
#: of the time. What is forked has opened nothing yet.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.torture.workers"])
CHANNEL = "emulator"


@dataclass(frozen=True)
class Haste:
    """The waiting of a worker, in seconds: None of it changed is the product's own."""

    timeout: float = sending.TIMEOUT
    lease: float = sending.LEASE
    ahead: float = sending.AHEAD
    #: The back-off's first and longest wait.
    first_wait: float = 2.0
    longest_wait: float = 300.0
    #: Between two runs of the timetable, whose own 20 s leave nothing to be run at once.
    tick: float = 0.2

    def apply(self) -> None:
        """For the process that it is called in."""
        sending.TIMEOUT, sending.LEASE, sending.AHEAD = self.timeout, self.lease, self.ahead
        sending.BACK_OFF = wait_random_exponential(multiplier=self.first_wait, max=self.longest_wait)
        sending.IDLE = min(sending.IDLE, self.tick)
        schedule.TICK = self.tick


class KeyedTransport:
    """Teams' way out, with the idempotency key in the activity: no platform knows one, but this one writes it down."""

    def __init__(self, connector: Connector, worker: str) -> None:
        self._connector = connector
        self._worker = worker

    async def send(self, address: Address, card: Card, key: str) -> str:
        activity = message(card) | {
            "recipient": {"id": address.account},
            "channelData": {"key": key, "worker": self._worker},
        }
        return await self._connector.send(address.service_url, address.conversation, activity)


class ToldSchedule(Schedule):
    """Tells, after each run of the timetable, which *now* it began at."""

    def __init__(self, database: Database, clock: Clock, dispatcher: Dispatcher, told: Path) -> None:
        super().__init__(database, clock, dispatcher.wake)
        self._told = told

    def run_due(self) -> int:
        began = self._clock.now()
        done = super().run_due()
        new = self._told.with_suffix(".new")
        new.write_text(began.isoformat(), "ascii")
        os.replace(new, self._told)
        return done


def work(address: str, clock: Path, told: Path, name: str, haste: Haste) -> None:
    """The worker's process, until it is killed."""
    haste.apply()
    logging.getLogger().addHandler(logging.FileHandler(told.with_name("workers.log")))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    asyncio.run(_work(address, FileClock(clock), told, name))


async def _work(address: str, clock: Clock, told: Path, name: str) -> None:
    connector, database = Connector(is_loopback), Database(address)
    await connector.open()
    dispatcher = Dispatcher(database, {CHANNEL: KeyedTransport(connector, name)}, clock.now)
    ToldSchedule(database, clock, dispatcher, told).start()
    await dispatcher.run()


@dataclass
class Workers:
    """Replicas, each replaced by a new process when it was killed. ``killed`` has when, by the worker's name."""

    address: str
    folder: Path
    replicas: int
    haste: Haste
    killed: dict[str, float] = field(default_factory=dict)
    _running: list[tuple[str, Any]] = field(default_factory=list)
    _started: int = 0

    @property
    def clock(self) -> FileClock:
        return FileClock(self.folder / "clock")

    def start(self) -> None:
        while len(self._running) < self.replicas:
            self._started += 1
            name = f"worker-{self._started}"
            told = self.folder / f"told-{name}"
            options = (self.address, self.folder / "clock", told, name, self.haste)
            process = _PROCESSES.Process(target=work, args=options, daemon=True)
            process.start()
            self._running.append((name, process))

    def kill(self, which: int) -> None:
        """Without a chance to finish anything: SIGKILL."""
        name, process = self._running.pop(which % len(self._running))
        assert process.is_alive(), f"{name} ended by itself"
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.killed[name] = time.time()

    def kill_all(self) -> None:
        while self._running:
            self.kill(0)

    def seen(self) -> datetime | None:
        """The latest *now* that a worker ran the whole timetable at."""
        moments = []
        for told in self.folder.glob("told-*[0-9]"):
            with suppress(FileNotFoundError):
                moments.append(datetime.fromisoformat(told.read_text("ascii")))
        return max(moments, default=None)


@contextmanager
def platform(folder: Path, seed: int, silence: float) -> Iterator[tuple[str, Any]]:
    """A hostile platform: its address, and the end of the pipe that its weather is set by."""
    here, there = _PROCESSES.Pipe()
    process = _PROCESSES.Process(
        target=serve, args=(folder / "accepted", folder / "clock", seed, silence, there), daemon=True
    )
    process.start()
    there.close()
    try:
        yield f"http://127.0.0.1:{here.recv()}", here
    finally:
        process.kill()
        process.join()
