"""An organisation installs the bot for everyone: how long each activity waits, and whether any fails.

Each person brings two activities, installationUpdate and conversationUpdate, and is owed one welcome, which goes out at
Teams' pace meanwhile. 40 a second is 12,000 in five minutes; `make bench` measures 20 seconds of it and then 400 at
once. All five minutes: `python -m tests.bench.installations --full`.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Iterator

from tests.bench.processes import cores, cpu_seconds
from tests.bench.turns import Bot, Load, asked
from tests.bench.wire import Client
from tests.bot.microsoft import APP_ID, TENANT

#: Activities a second, seconds of it, and how many then come at once.
PACE, SHORT, FULL, BURST = 40, 20, 300, 400
#: Connections that the platform posts on.
CONNECTIONS = 64
#: Seconds until the last welcome has gone out, at Teams' pace of 49 a second and room for a slow machine.
PATIENCE = 120


def measure(seconds: int = SHORT) -> dict[str, float]:
    server, client = cores()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client})
    try:
        return asyncio.run(_measure(server, seconds))
    finally:
        os.sched_setaffinity(0, before)


async def _measure(core: int, seconds: int) -> dict[str, float]:
    async with asked(core) as (load, bot):
        activities = _installations(load.connector.url)
        welcomed, cpu = load.connector.count, cpu_seconds(bot.process)
        clients = await _connected(bot)
        paced, failed = await _post(bot, load, clients, activities, number=PACE * seconds, pace=PACE)
        cpu = (cpu_seconds(bot.process) - cpu) / len(paced)
        burst, failed_at_once = await _post(bot, load, clients, activities, number=BURST, pace=None)
        people = (len(paced) + len(burst)) // 2
        async with asyncio.timeout(PATIENCE + seconds):
            while load.connector.count - welcomed < people:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        assert load.connector.count - welcomed == people, "one welcome each"
    cuts, at_once = statistics.quantiles(paced, n=100), statistics.quantiles(burst, n=100)
    return {
        "installation_activities": len(paced),
        "installation_failures": failed + failed_at_once,
        "installation_p50_ms": cuts[49] * 1000,
        "installation_p99_ms": cuts[98] * 1000,
        "installation_cpu_ms": cpu * 1000,
        "installation_burst_p50_ms": at_once[49] * 1000,
        "installation_burst_p99_ms": at_once[98] * 1000,
    }


async def _post(
    bot: Bot, load: Load, clients: "asyncio.Queue[Client]", activities: Iterator[bytes], number: int, pace: int | None
) -> tuple[list[float], int]:
    """Posts so many, so many a second whether or not those before were answered; or all at once. Returns the seconds
    that each waited from when it was due, and how many failed."""
    waited, failed = list[float](), 0
    started = time.perf_counter()

    async def one(due: float, activity: bytes) -> None:
        nonlocal failed
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client = await clients.get()
        try:
            failed += await client.post(f"127.0.0.1:{bot.port}", activity, load.token) != 200
        finally:
            clients.put_nowait(client)
        waited.append(time.perf_counter() - due)

    await asyncio.gather(
        *(one(started + (at / pace if pace else 0.0), next(activities)) for at in range(number)),
    )
    return waited, failed


async def _connected(bot: Bot) -> "asyncio.Queue[Client]":
    clients: asyncio.Queue[Client] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", bot.port)
        clients.put_nowait(client)
    return clients


def _installations(service_url: str) -> Iterator[bytes]:
    """Two activities for each person, everybody another one."""
    number = 0
    while True:
        number += 1
        who = f"29:new-{number:08}"
        base = {
            "timestamp": "2020-11-24T08:00:00.000Z",
            "channelId": "msteams",
            "serviceUrl": service_url,
            "from": {"id": who, "name": "Ola Prøve", "aadObjectId": f"00000000-0000-4000-8000-{number:012}"},
            "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
            "recipient": {"id": f"28:{APP_ID}", "name": "Omstillingsbot"},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "nb-NO",
        }
        yield _activity(base, f"f:{number}:a", type="installationUpdate", action="add")
        members = [{"id": f"28:{APP_ID}"}]
        yield _activity(base, f"f:{number}:b", type="conversationUpdate", membersAdded=members)


def _activity(base: dict[str, object], key: str, **more: object) -> bytes:
    return json.dumps({**base, "id": key, **more}, ensure_ascii=False).encode()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="12,000 activities in five minutes")
    for name, value in measure(FULL if parser.parse_args().full else SHORT).items():
        print(f"{name:40} {value:12,.2f}")
