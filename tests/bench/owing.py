"""An announcement to 1,000,000 people: until it is decided and all have their row, and what others notice of that.

Everyone has the app but a tenth, whom only the people file lists, as it lists all the others. While the dispatcher
counts and expands, another writer owes one person a message, 50 times a second, as turns do; asked for: less than
250 ms for the longest of these. Then a claim is timed among a million that are due and among 1,000; asked for: at most
twice as long.
`python -m tests.bench.owing` measures this alone, `… owing sqlite` on one kind of database.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from sqlmodel import select

from bot.sending import LEASE, Dispatcher
from storage import broadcasts, claims, outbox
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.outbox import Kind, Status
from storage.people import Person
from tests.bench import databases
from tests.bench.processes import ROOT

RECIPIENTS, FEW = 1_000_000, 1_000
#: One in so many is only in the people file.
WITHOUT_APP = 10
CLAIMS = 20
#: Rows a claim.
CLAIMED = FEW // CLAIMS
#: Seconds between what the other writer writes.
EVERY = 0.02
#: A moment in working hours.
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def measure() -> dict[str, float]:
    return {name: value for kind in databases.kinds() for name, value in _alone(kind).items()}


def _alone(kind: str) -> dict[str, float]:
    """In a process of its own, whose memory is all its own."""
    command = [sys.executable, "-m", "tests.bench.owing", kind, "--json"]
    found: dict[str, float] = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    return found


@dataclass
class OtherWriter(threading.Thread):
    """Owes one person after the other a message, and keeps how long each took."""

    database: Database
    message_id: int
    waited: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.is_over = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        for number in count(1):
            started = time.perf_counter()
            with self.database.writing() as session:
                person = session.get_one(Person, number)
                message = session.get_one(outbox.Message, self.message_id)
                outbox.owe(session, person, message, f"other:{number}")
            self.waited.append(time.perf_counter() - started)
            if self.is_over.wait(EVERY):
                return


def of_kind(kind: str) -> dict[str, float]:
    met = RECIPIENTS - RECIPIENTS // WITHOUT_APP
    with databases.address(kind) as address, databases.filled(address, met=met, listed=RECIPIENTS) as database:
        before = _megabytes()
        seconds, waited = asyncio.run(_owe(database))
        among_many = _claim(database)
    with databases.address(kind) as address, databases.filled(address, met=FEW) as database:
        asyncio.run(_owe(database))
        among_few = _claim(database)
    name = f"million_owed_{kind}"
    return {
        f"{name}_seconds": seconds,
        f"{name}_rss_mb": _megabytes(),
        f"{name}_rss_before_mb": before,
        f"{name}_other_writer_longest_ms": max(waited) * 1000,
        f"{name}_other_writer_p50_ms": statistics.median(waited) * 1000,
        f"claim_{kind}_among_million_ms": among_many * 1000,
        f"claim_{kind}_million_vs_thousand_ratio": among_many / among_few,
    }


async def _owe(database: Database) -> tuple[float, list[float]]:
    """Seconds from the decision until all is counted and written, and how long each of the other writer's took."""
    with database.writing() as session:
        to_others = outbox.write(session, databases.PROGRAMME, Kind.NOTICE, databases.CARDS)
    # Without a way out nothing is claimed yet.
    dispatcher = Dispatcher(database, {})
    running = asyncio.create_task(dispatcher.run())
    other = OtherWriter(database, to_others.id or 0)
    other.start()
    started = time.perf_counter()
    await asyncio.to_thread(_decide, database)
    dispatcher.wake()
    while not await asyncio.to_thread(_is_expanded, database):
        await asyncio.sleep(0.1)
    seconds = time.perf_counter() - started
    other.is_over.set()
    await asyncio.to_thread(other.join)
    await dispatcher.stop()
    await running
    await asyncio.to_thread(_must_add_up, database)
    return seconds, other.waited


def _decide(database: Database) -> None:
    with database.writing() as session:
        message = outbox.write(session, databases.PROGRAMME, Kind.ANNOUNCEMENT, databases.CARDS)
        broadcasts.owe_everyone(session, databases.PROGRAMME, message, "bench", NOW)


def _is_expanded(database: Database) -> bool:
    with database.reading() as session:
        return session.exec(select(Broadcast.is_expanded)).one()


def _must_add_up(database: Database) -> None:
    with database.reading() as session:
        planned, counts = broadcasts.report(session, session.exec(select(Broadcast.id)).one() or 0)
    assert planned == sum(counts.values()), (planned, counts)
    assert (Status.FAILED, "unaccounted") not in counts


def _claim(database: Database) -> float:
    """The median seconds of a claim."""
    took = []
    for _ in range(CLAIMS):
        started = time.perf_counter()
        with database.writing() as session:
            claimed = claims.claim(session, "msteams", CLAIMED, LEASE, NOW)
        took.append(time.perf_counter() - started)
        assert len(claimed) == CLAIMED
    return statistics.median(took)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if "--json" in sys.argv:
        print(json.dumps(of_kind(sys.argv[1])))
    else:
        for kind in sys.argv[1:] or databases.kinds():
            for name, value in of_kind(kind).items():
                print(f"{name:48} {value:12,.2f}", flush=True)
