"""The outbox over HTTP: how fast it drains beside a bare pooled client, and how near it comes to a strict 50 a second.

The platform is a process of its own, and so is each sender. Asked for: 0.30 of the bare client's rate, 0.97 of what the
platform allows, with one process and with three, and no more than 1 in 1,000 told that it was too many.
`python -m tests.bench.sending` measures this alone.
"""

import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from bot.settings import TEAMS_PACE
from storage import broadcasts, outbox
from storage.database import Database
from storage.outbox import Kind
from tests.bench import databases
from tests.bench.platform import Platform, platform
from tests.bench.processes import cores, running

#: People in a drain, and how often each is repeated.
PEOPLE, TIMES = 10_000, 3
#: What Teams allows a second, for how many seconds it is tried, and with how many processes on which database.
LIMIT, SECONDS = 50, 60
PACED = (("sqlite", 1), ("postgresql", 1), ("postgresql", 3))
#: Seconds that a drain may take.
PATIENCE = 120


def measure() -> dict[str, float]:
    figures = {"bare_client_posts_per_second": statistics.median(_bare() for _ in range(TIMES))}
    for kind in databases.kinds():
        rate = statistics.median(_drain(kind) for _ in range(TIMES))
        figures[f"outbox_{kind}_per_second"] = rate
        figures[f"outbox_{kind}_vs_bare_ratio"] = rate / figures["bare_client_posts_per_second"]
    for kind, processes in PACED:
        if kind in databases.kinds():
            figures |= _pace(kind, processes)
    return figures


def _bare() -> float:
    ours, theirs = cores()
    with platform(theirs) as sink, running("tests.bench.sender", "bare", sink.url, str(PEOPLE), core=ours):
        return _rate(sink)


def _drain(kind: str) -> float:
    """Messages a second that reach the platform, from the first to the last."""
    ours, theirs = cores()
    with ExitStack() as stack:
        sink = stack.enter_context(platform(theirs))
        address = stack.enter_context(databases.address(kind))
        database = stack.enter_context(databases.filled(address, met=PEOPLE, url=sink.url))
        _owe(database)
        stack.enter_context(running("tests.bench.sender", "outbox", address, core=ours))
        return _rate(sink)


def _rate(sink: Platform) -> float:
    told = _when(sink, lambda told: told["taken"] >= PEOPLE)
    return float((told["taken"] - 1) / told["seconds"])


def _pace(kind: str, processes: int) -> dict[str, float]:
    """What was taken of what the platform allows, and how many of each thousand it refused."""
    all_cores = cores()
    with ExitStack() as stack:
        sink = stack.enter_context(platform(all_cores[1], LIMIT))
        address = stack.enter_context(databases.address(kind))
        people, interval = LIMIT * (SECONDS + 5), 1 / TEAMS_PACE
        database = stack.enter_context(databases.filled(address, met=people, interval=interval, url=sink.url))
        _owe(database)
        for number in range(processes):
            stack.enter_context(running("tests.bench.sender", "outbox", address, core=all_cores[number % 2]))
        told = _when(sink, lambda told: told["seconds"] >= SECONDS)
    name = f"outbox_{kind}_{processes}_process{'es' if processes > 1 else ''}"
    return {
        f"{name}_of_limit_ratio": (told["taken"] - 1) / told["seconds"] / LIMIT,
        f"{name}_429_in_1000": 1000 * told["refused"] / (told["taken"] + told["refused"]),
    }


def _owe(database: Database) -> None:
    """An announcement to everyone, with all its rows."""
    with database.writing() as session:
        message = outbox.write(session, databases.PROGRAMME, Kind.ANNOUNCEMENT, databases.CARDS)
        broadcast = broadcasts.owe_everyone(session, databases.PROGRAMME, message, "bench").id or 0
    is_more = True
    while is_more:
        with database.writing() as session:
            is_more = broadcasts.expand(session, broadcast)


def _when(sink: Platform, is_over: Callable[[dict[str, float]], bool]) -> dict[str, float]:
    started = time.monotonic()
    while not is_over(told := sink.told()):
        if time.monotonic() - started > PATIENCE:
            raise TimeoutError(str(told))
        time.sleep(0.2)
    return told


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:48} {value:12,.2f}", flush=True)
