"""Milestone questions a second, beside the documented echo on CloudAdapter and a bare aiohttp handler."""

import asyncio
import gc
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.bench.processes import ROOT, cores, cpu_seconds, free_port, running, wait_for
from tests.bench.wire import Client, Connector

QUESTION = "Når er neste milepæl?"
CLIENTS = 32
PEOPLE = 200
ROUNDS = 5
#: Seconds a round measures each bot.
ROUND = 2.0


@dataclass
class Bot:
    """One that is measured: turns a second of each round, and seconds of each turn."""

    port: int
    process: subprocess.Popen[bytes]
    cpu: float = 0.0
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


def measure() -> dict[str, float]:
    """The figures, each the median of the rounds."""
    server, client = cores()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client})
    try:
        return asyncio.run(_measure(server))
    finally:
        os.sched_setaffinity(0, before)


async def _measure(core: int) -> dict[str, float]:
    connector = Connector()
    await connector.open()
    with ExitStack() as stack:
        ours = stack.enter_context(_demo(core))
        await asyncio.to_thread(wait_for, f"http://127.0.0.1:{ours.port}/health/ready")
        activities = _activities(connector.url)
        # Everybody is known and everything read before the first round.
        await _load(ours, connector, activities, turns=2 * PEOPLE)
        assert "desember" in json.dumps(json.loads(connector.last), ensure_ascii=False), connector.last
        echo = stack.enter_context(_other("cloudadapter", core))
        bare = stack.enter_context(_other("bare", core, len(connector.last)))
        for bot in (echo, bare):
            await asyncio.to_thread(wait_for, f"http://127.0.0.1:{bot.port}/")
            await _load(bot, connector, activities, turns=PEOPLE)
        for _ in range(ROUNDS):
            for bot in (ours, echo, bare):
                await _round(bot, connector, activities)
    connector.close()
    return _figures(ours, echo, bare)


async def _round(bot: Bot, connector: Connector, activities: Iterator[bytes]) -> None:
    gc.collect()
    gc.disable()
    cpu, started = cpu_seconds(bot.process), time.perf_counter()
    latencies = await _load(bot, connector, activities, until=started + ROUND)
    bot.cpu += cpu_seconds(bot.process) - cpu
    bot.rates.append(len(latencies) / (time.perf_counter() - started))
    bot.latencies += latencies
    gc.enable()


async def _load(
    bot: Bot, connector: Connector, activities: Iterator[bytes], turns: int | None = None, until: float | None = None
) -> list[float]:
    """CLIENTS at once, each with the next question when it has got its reply; returns the seconds of each turn."""
    before, latencies = connector.count, list[float]()
    left = iter(range(turns)) if turns else count()

    async def one() -> None:
        _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", bot.port)
        while (until is None or time.perf_counter() < until) and next(left, None) is not None:
            started = time.perf_counter()
            status = await client.post(f"127.0.0.1:{bot.port}", next(activities))
            latencies.append(time.perf_counter() - started)
            assert status in (200, 201), status
        assert client.transport is not None
        client.transport.close()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    assert connector.count - before == len(latencies), "each question is answered by one post"
    return latencies


def _activities(service_url: str) -> Iterator[bytes]:
    """The question, by one person after the other, each in a conversation of their own."""
    for number in count():
        who = f"29:{number % PEOPLE:08}"
        yield json.dumps(
            {
                "type": "message",
                "id": f"bench-{os.getpid()}-{number}",
                "timestamp": "2020-11-24T08:00:00.000Z",
                "localTimestamp": "2020-11-24T09:00:00.000+01:00",
                "localTimezone": "Europe/Oslo",
                "channelId": "msteams",
                "serviceUrl": service_url,
                "from": {"id": who, "name": "Kari Prøve", "aadObjectId": who, "role": "user"},
                "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": "bench"},
                "recipient": {"id": "28:bot", "name": "Omstillingsbot", "role": "bot"},
                "channelData": {"tenant": {"id": "bench"}},
                "locale": "nb-NO",
                "text": QUESTION,
                "textFormat": "plain",
            },
            ensure_ascii=False,
        ).encode()


@contextmanager
def _other(module: str, core: int, *options: int) -> Iterator[Bot]:
    port = free_port()
    with running(f"tests.bench.{module}", str(port), *map(str, options), core=core) as process:
        yield Bot(port, process)


@contextmanager
def _demo(core: int) -> Iterator[Bot]:
    """The real bot with its data on a real disk, as `make demo DATA=…` starts it."""
    port = free_port()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as folder:
        options = ("--programme", "osu2020", "--port", str(port), "--data", str(Path(folder)))
        with running("bot", "demo", *options, core=core) as process:
            yield Bot(port, process)


def _figures(ours: Bot, echo: Bot, bare: Bot) -> dict[str, float]:
    rate, echo_rate, bare_rate = (statistics.median(bot.rates) for bot in (ours, echo, bare))
    figures = {
        "milestone_questions_per_second": rate,
        "cloudadapter_echo_per_second": echo_rate,
        "bare_aiohttp_per_second": bare_rate,
        "milestone_vs_cloudadapter_ratio": rate / echo_rate,
        "milestone_vs_bare_ratio": rate / bare_rate,
    }
    for name, bot in (("milestone_question", ours), ("cloudadapter_echo", echo), ("bare_aiohttp", bare)):
        cuts = statistics.quantiles(bot.latencies, n=100)
        figures |= {f"{name}_p50_ms": cuts[49] * 1000, f"{name}_p99_ms": cuts[98] * 1000}
        figures[f"{name}_cpu_ms"] = bot.cpu / len(bot.latencies) * 1000
    return figures


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:40} {value:12,.2f}")
