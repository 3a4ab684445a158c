"""A process that sends: the outbox's dispatcher as the bot runs it, or the least that any client on aiohttp must do.

`python -m tests.bench.sender outbox DATABASE_URL` sends what is owed until it is ended; `… bare URL NUMBER` posts the
same message so often, as many at once as the dispatcher, and waits until it is ended.
"""

import asyncio
import gc
import signal
import sys

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from bot.event_loop import new_event_loop
from bot.sending import AT_ONCE, Dispatcher
from bot.teams.connector import CONNECTIONS, Connector, compact
from bot.teams.hosts import is_loopback
from bot.teams.send import TeamsTransport, message
from storage.database import Database
from tests.bench.databases import CARD


async def outbox(address: str) -> None:
    database, connector = Database(address), Connector(is_loopback)
    await connector.open()
    dispatcher = Dispatcher(database, {"msteams": TeamsTransport(connector)})
    running = asyncio.create_task(dispatcher.run())
    _as_the_bot()
    await _ended()
    await dispatcher.stop()
    await running
    await connector.close()
    database.close()


async def bare(url: str, number: int) -> None:
    places = {"channelId": "msteams", "serviceUrl": url, "from": {"id": "28:bot"}, "recipient": {"id": "29:100000"}}
    body = compact(message(CARD) | places | {"conversation": {"id": "a:100000"}}).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    left = iter(range(number))

    async def one(http: ClientSession) -> None:
        for _ in left:
            async with http.post(f"{url}/v3/conversations/a/activities", data=body, headers=headers) as response:
                await response.json()

    _as_the_bot()
    async with ClientSession(connector=TCPConnector(limit=CONNECTIONS), cookie_jar=DummyCookieJar()) as http:
        await asyncio.gather(*(one(http) for _ in range(AT_ONCE)))
    await _ended()


def _as_the_bot() -> None:
    """What bot/app.py sets, for both: as the event loop is the bot's, too."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(0.0005)


async def _ended() -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


if __name__ == "__main__":
    kind, where, *rest = sys.argv[1:]
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(outbox(where) if kind == "outbox" else bare(where, int(rest[0])))
