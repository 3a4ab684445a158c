"""The composition root: settings → databases, channels, outbox and clock → one aiohttp application."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.clock import Clock
from bot.schedule import Schedule
from bot.sending import Dispatcher
from bot.settings import Settings
from bot.teams.adapter import TeamsAdapter
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.send import TeamsTransport
from bot.transport import Transport
from bot.turns import Turns
from bot.web import about, chat, health, inputs, last_resort, loopback
from bot.web.send import WebTransport
from storage import lanes, migrating
from storage.anonymous_input import InputStore
from storage.database import Database


@dataclass(frozen=True)
class Stores:
    """The two databases, open and migrated."""

    database: Database
    inputs: InputStore

    def close(self) -> None:
        self.database.close()
        self.inputs.database.close()


def open_stores(settings: Settings) -> Stores:
    """Opens both databases and brings them to this version's tables."""
    database, inputs = Database(settings.database_url), Database(settings.input_database_url)
    migrating.migrate(database, "main")
    migrating.migrate(inputs, "inputs")
    with database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        for lane in ("emulator", "msteams"):
            lanes.open_lane(session, lane, 1 / settings.teams_pace)
    return Stores(database, InputStore(inputs, settings.input_key))


def make_app(stores: Stores, clock: Clock, programme_key: str) -> web.Application:
    """The whole bot as one application. A demo answers this machine only, and asks for no credentials."""
    adapter = TeamsAdapter()
    teams = TeamsTransport(adapter)
    transports: dict[str, Transport] = {"msteams": teams, "emulator": teams, "web": WebTransport(stores.database)}
    dispatcher = Dispatcher(stores.database, transports)
    schedule = Schedule(stores.database, clock, dispatcher.wake)
    turns = Turns(stores.database, stores.inputs, clock, programme_key, on_owed=dispatcher.wake)
    app = web.Application(middlewares=[last_resort.middleware, *([loopback.middleware] if clock.is_demo else [])])
    app.router.add_post("/api/messages", TeamsEndpoint(turns, adapter, loopback_only=clock.is_demo).receive)
    health.setup(app, stores.database)
    chat.setup(app, turns, stores.database, clock, programme_key)
    inputs.setup(app, stores.inputs, clock, programme_key)
    about.setup(app)
    app.cleanup_ctx.append(lambda app: _running(app, adapter, dispatcher, schedule, turns))
    return app


async def _running(
    app: web.Application, adapter: TeamsAdapter, dispatcher: Dispatcher, schedule: Schedule, turns: Turns
) -> AsyncIterator[None]:
    await adapter.open()
    sending = asyncio.create_task(dispatcher.run())
    schedule.start()
    await asyncio.to_thread(turns.warm_up)
    # What lives as long as the process need not be looked at by every collection.
    gc.freeze()
    # Turns in their threads keep the loop waiting this long after each system call it makes; 5 ms if nothing is said.
    sys.setswitchinterval(0.0005)
    yield
    schedule.stop()
    await dispatcher.stop()
    await sending
    turns.close()
    await adapter.close()
