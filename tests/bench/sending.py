"""The outbox's dispatcher: how fast it drains without a limit, and how near it comes to a strict one."""

import asyncio
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlmodel import insert

from bot.sending import Dispatcher
from bot.settings import TEAMS_PACE
from bot.transport import NotSent
from dialogs.card import Button, Card, Text
from storage import broadcasts, lanes, migrating, outbox
from storage.database import Database
from storage.outbox import Kind, Status
from storage.people import Address, Person
from storage.programmes import Programme
from tests.bench.processes import ROOT
from tests.conftest import _cluster

PEOPLE = 10_000
#: What Teams allows, and for how many seconds it is tried.
LIMIT = 50
SECONDS = 8
TIMES = 3
CARD = Card(title="Hei", blocks=(Text(text="Vi er i gang."),), buttons=(Button(title="Hjelp", action="help"),))


class Sink:
    """Takes everything at once."""

    async def send(self, address: Address, card: Card, _key: str) -> str:
        return "taken"


class Strict:
    """Takes LIMIT messages in any second, and answers the next one as a platform does: too many, wait a second."""

    def __init__(self) -> None:
        self.taken: deque[float] = deque()
        self.refused = 0

    async def send(self, address: Address, card: Card, _key: str) -> str:
        now = time.monotonic()
        if len(self.taken) >= LIMIT and now - self.taken[-LIMIT] < 1:
            self.refused += 1
            raise NotSent("busy", retry_after=1.0)
        self.taken.append(now)
        return "taken"


def measure() -> dict[str, float]:
    with _sqlite() as database:
        figures = {"outbox_sqlite_per_second": asyncio.run(_drain(database))}
    figures |= _medians([_paced() for _ in range(TIMES)])
    if list(Path("/usr/lib/postgresql").glob("*/bin")):
        with _postgresql() as database:
            figures["outbox_postgresql_per_second"] = asyncio.run(_drain(database))
    return figures


async def _drain(database: Database) -> float:
    broadcast = _owe(database, PEOPLE, interval=0.0)
    dispatcher = Dispatcher(database, {"msteams": Sink()})
    started = time.perf_counter()
    running = asyncio.create_task(dispatcher.run())
    while (sent := await asyncio.to_thread(_sent, database, broadcast)) < PEOPLE:
        await asyncio.sleep(0.1)
    seconds = time.perf_counter() - started
    await dispatcher.stop()
    await running
    return sent / seconds


def _paced() -> dict[str, float]:
    with _sqlite() as database:
        return asyncio.run(_pace(database))


def _medians(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


async def _pace(database: Database) -> dict[str, float]:
    _owe(database, LIMIT * (SECONDS + 4), interval=1 / TEAMS_PACE)
    platform = Strict()
    dispatcher = Dispatcher(database, {"msteams": platform})
    running = asyncio.create_task(dispatcher.run())
    while not platform.taken or platform.taken[-1] - platform.taken[0] < SECONDS:
        await asyncio.sleep(0.1)
    await dispatcher.stop()
    await running
    seconds = platform.taken[-1] - platform.taken[0]
    return {
        "outbox_of_allowed_pace_ratio": (len(platform.taken) - 1) / seconds / LIMIT,
        "outbox_too_many_requests": platform.refused,
    }


def _owe(database: Database, people: int, interval: float) -> int:
    """An announcement to so many people; returns the broadcast."""
    migrating.migrate(database, "main")
    numbers = range(1, people + 1)
    with database.writing() as session:
        session.add(Programme(key="bench", name="Bench"))
        lanes.open_lane(session, "msteams", interval)
        persons = [{"id": number, "current_programme": "bench", "address_id": number} for number in numbers]
        session.execute(insert(Person), persons)
        addresses = [
            {"id": number, "person_id": number, "channel": "msteams", "account": f"29:{number}", "lane": "msteams",
             "conversation": f"a:{number}"}
            for number in numbers
        ]  # fmt: skip
        session.execute(insert(Address), addresses)
        message = outbox.write(session, "bench", Kind.ANNOUNCEMENT, {"nb": CARD.model_dump(mode="json")})
        return broadcasts.owe_everyone(session, "bench", message, "bench").id or 0


def _sent(database: Database, broadcast: int) -> int:
    with database.reading() as session:
        return broadcasts.report(session, broadcast)[1].get((Status.SENT, None), 0)


@contextmanager
def _sqlite() -> Iterator[Database]:
    """On a real disk: what was promised is written to it."""
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
        yield from _opened(f"sqlite:///{Path(folder) / 'main.db'}")


@contextmanager
def _postgresql() -> Iterator[Database]:
    with ExitStack() as stack:
        address = stack.enter_context(_cluster(sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]))
        yield from _opened(f"{address}&dbname=postgres")


def _opened(address: str) -> Iterator[Database]:
    database = Database(address)
    yield database
    database.close()


if __name__ == "__main__":
    print(measure())
