"""Milestone questions a second, signed as Microsoft signs, beside the documented echo on CloudAdapter and bare aiohttp.

The bot is `python -m bot serve` with its data on a real disk. Both bots check a token of each request and show one to
the connector; CloudAdapter's is at hand, which spares it asking for one. Each is asked by 32 clients with the connector
close by, and by 64 with one that answers after 100 ms, as one on the internet does.
"""

import asyncio
import gc
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.bench.microsoft import SignIn
from tests.bench.processes import ROOT, cores, cpu_seconds, free_port, running, wait_for
from tests.bench.serving import serving
from tests.bench.wire import Client, Connector
from tests.bot.microsoft import APP_ID, TENANT

#: Its answer is right at any time: what was planned for when.
QUESTION, ANSWER = "Når trer endringen i kraft?", "januar 2021"
PEOPLE = 200
ROUNDS = 5


@dataclass(frozen=True)
class Place:
    """Where the connector is: seconds until it answers, how many clients ask at once, and seconds of a round."""

    name: str
    latency: float
    clients: int
    round: float


NEAR, FAR = Place("", 0.0, 32, 2.0), Place("far_", 0.1, 64, 3.0)


@dataclass
class Bot:
    """One that is measured: turns a second of each round, and seconds of each turn, by the name of the place."""

    port: int
    process: subprocess.Popen[bytes]
    cpu: dict[str, float] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)
    latencies: dict[str, list[float]] = field(default_factory=dict)


def measure() -> dict[str, float]:
    """The figures, each the median of the rounds."""
    server, client = cores()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client})
    try:
        return asyncio.run(_measure(server))
    finally:
        os.sched_setaffinity(0, before)


class Load:
    """The platform that asks: its connector, its tokens, and its questions."""

    def __init__(self, connector: Connector, sign_in: SignIn) -> None:
        self.connector, self.sign_in = connector, sign_in
        self.token = sign_in.token(connector.url)
        self._activities = _activities(connector.url)

    async def run(self, bot: Bot, clients: int, turns: int | None = None, until: float | None = None) -> list[float]:
        """So many at once, each with the next question when it has got its reply; returns the seconds of each turn."""
        before, latencies = self.connector.count, list[float]()
        left = iter(range(turns)) if turns else count()

        async def one() -> None:
            _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", bot.port)
            while (until is None or time.perf_counter() < until) and next(left, None) is not None:
                started = time.perf_counter()
                status = await client.post(f"127.0.0.1:{bot.port}", next(self._activities), self.token)
                latencies.append(time.perf_counter() - started)
                assert status in (200, 201), status
            assert client.transport is not None
            client.transport.close()

        await asyncio.gather(*(one() for _ in range(clients)))
        assert self.connector.count - before == len(latencies), "each question is answered by one post"
        return latencies

    async def round(self, bot: Bot, place: Place) -> None:
        """Measures one round."""
        self.connector.latency = place.latency
        gc.collect()
        gc.disable()
        cpu, started = cpu_seconds(bot.process), time.perf_counter()
        latencies = await self.run(bot, place.clients, until=started + place.round)
        bot.cpu[place.name] = bot.cpu.get(place.name, 0.0) + cpu_seconds(bot.process) - cpu
        bot.rates.setdefault(place.name, []).append(len(latencies) / (time.perf_counter() - started))
        bot.latencies.setdefault(place.name, []).extend(latencies)
        gc.enable()
        self.connector.latency = 0.0


async def _measure(core: int) -> dict[str, float]:
    async with AsyncExitStack() as stack:
        load, ours = await stack.enter_async_context(asked(core))
        echo = stack.enter_context(_other("cloudadapter", core, load.sign_in.metadata_url))
        bare = stack.enter_context(_other("bare", core, str(len(load.connector.last))))
        for bot in (echo, bare):
            await asyncio.to_thread(wait_for, f"http://127.0.0.1:{bot.port}/")
            await load.run(bot, NEAR.clients, turns=PEOPLE)
        for _ in range(ROUNDS):
            for bot, place in ((ours, NEAR), (echo, NEAR), (bare, NEAR), (ours, FAR), (echo, FAR)):
                await load.round(bot, place)
    return _figures(ours, echo, bare)


@asynccontextmanager
async def asked(core: int, more: Mapping[str, str] | None = None) -> AsyncIterator[tuple[Load, Bot]]:
    """The real bot, with ``more`` settings than those for Teams, which knows everybody and has read everything, and who
    asks it."""
    (ROOT / "build").mkdir(exist_ok=True)
    connector = Connector()
    await connector.open()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build")))
        sign_in = await stack.enter_async_context(SignIn().open(folder))
        bot = Bot(*stack.enter_context(serving(sign_in, folder, core, more)))
        await asyncio.to_thread(wait_for, f"http://127.0.0.1:{bot.port}/health/ready")
        load = Load(connector, sign_in)
        await load.run(bot, NEAR.clients, turns=2 * PEOPLE)
        assert ANSWER in json.dumps(json.loads(connector.last), ensure_ascii=False), connector.last
        yield load, bot
    connector.close()


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
                "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
                "recipient": {"id": f"28:{APP_ID}", "name": "Omstillingsbot", "role": "bot"},
                "channelData": {"tenant": {"id": TENANT}},
                "locale": "nb-NO",
                "text": QUESTION,
                "textFormat": "plain",
            },
            ensure_ascii=False,
        ).encode()


@contextmanager
def _other(module: str, core: int, option: str) -> Iterator[Bot]:
    port = free_port()
    with running(f"tests.bench.{module}", str(port), option, core=core) as process:
        yield Bot(port, process)


def _figures(ours: Bot, echo: Bot, bare: Bot) -> dict[str, float]:
    rate = {
        (bot.port, place): statistics.median(rates) for bot in (ours, echo, bare) for place, rates in bot.rates.items()
    }
    figures = {
        "milestone_questions_per_second": rate[ours.port, ""],
        "cloudadapter_echo_per_second": rate[echo.port, ""],
        "bare_aiohttp_per_second": rate[bare.port, ""],
        "milestone_vs_cloudadapter_ratio": rate[ours.port, ""] / rate[echo.port, ""],
        "milestone_vs_bare_ratio": rate[ours.port, ""] / rate[bare.port, ""],
        "far_milestone_questions_per_second": rate[ours.port, "far_"],
        "far_cloudadapter_echo_per_second": rate[echo.port, "far_"],
        "far_milestone_vs_cloudadapter_ratio": rate[ours.port, "far_"] / rate[echo.port, "far_"],
    }
    for name, bot in (("milestone_question", ours), ("cloudadapter_echo", echo), ("bare_aiohttp", bare)):
        for place, latencies in bot.latencies.items():
            cuts = statistics.quantiles(latencies, n=100)
            figures |= {f"{place}{name}_p50_ms": cuts[49] * 1000, f"{place}{name}_p99_ms": cuts[98] * 1000}
            figures[f"{place}{name}_cpu_ms"] = bot.cpu[place] / len(latencies) * 1000
    return figures


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:40} {value:12,.2f}")
