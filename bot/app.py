"""The composition root: settings → databases, channels, outbox and clock → one aiohttp application."""

import asyncio
import gc
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.clock import Clock
from bot.email.send import EmailTransport
from bot.schedule import Schedule
from bot.sending import Dispatcher
from bot.settings import SLACK_EDIT_PACE, EmailSettings, Network, Settings, SlackSettings, TeamsSettings
from bot.signed_links import SignedLinks
from bot.slack.channel import SlackChannel
from bot.slack.send import SlackTransport
from bot.teams.adapter import TeamsAdapter
from bot.teams.authentication import Authentication, SigningKeys
from bot.teams.connector import Connector
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.hosts import AllowedHosts, MaySend, is_loopback
from bot.teams.send import TeamsTransport
from bot.teams.tokens import Credential, Tokens
from bot.transport import Transport
from bot.turns import Turns
from bot.web import (
    about,
    announcement_pages,
    calendars,
    charts,
    chat,
    downloads,
    following,
    health,
    input_poster,
    inputs,
    last_resort,
    loopback,
    unsubscribing,
)
from bot.web.send import WebTransport
from bot.web.sources import Door
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
        lanes.open_lane(session, "email", 1 / settings.email_pace)
        lanes.open_lane(session, "slack", 1 / settings.slack_pace)
        lanes.open_lane(session, f"slack{lanes.EDITS}", 1 / SLACK_EDIT_PACE)
    return Stores(database, InputStore(inputs, settings.input_key))


@dataclass(frozen=True)
class Server:
    """What a real installation adds to a demo: who the bot is to Microsoft, and how it proves it; both are None where
    the bot is not in Teams.

    ``machine_clock`` gives seconds that only go forward, for the age of keys. ``links`` are made where browsers reach
    the bot. ``email`` is None where that channel is off. ``proxies`` are believed when they say who asks.
    """

    teams: TeamsSettings | None
    credential: Credential | None
    links: SignedLinks
    machine_clock: Callable[[], float] = time.monotonic
    email: EmailSettings | None = None
    proxies: tuple[Network, ...] = ()


def make_app(
    stores: Stores,
    clock: Clock,
    programme_key: str,
    server: Server | None = None,
    slack: SlackSettings | None = None,
    local_url: str = "",
) -> web.Application:
    """The whole bot as one application. Without ``server`` it is a demo: it answers this machine only, asks for no
    credentials, and has the try-it page, where anyone may be a leader. ``slack`` is None where that channel is off.
    ``local_url`` is where this machine's browsers reach a demo."""
    connector = _connector(server)
    public_url = server.links.public_url if server else ""
    authentication = _authentication(server)
    teams = TeamsTransport(connector)
    is_in_teams = server is None or server.teams is not None
    transports: dict[str, Transport] = {"web": WebTransport(stores.database)}
    if is_in_teams:
        transports |= {"msteams": teams, "emulator": teams}
    if server is not None and server.email is not None:
        transports["email"] = EmailTransport(server.email, server.links)
    channel = SlackChannel(slack, stores.database) if slack else None
    if channel is not None:
        transports["slack"] = SlackTransport(channel.api, channel.workspaces)
    dispatcher = Dispatcher(stores.database, transports, clock.now)
    schedule = Schedule(stores.database, clock, dispatcher.wake, stores.inputs)
    # A demo's addresses are paths on this machine, and good until it ends.
    links = server.links if server else SignedLinks(secrets.token_bytes(32), "")
    turns = Turns(
        stores.database,
        stores.inputs,
        clock,
        programme_key,
        on_owed=dispatcher.wake,
        public_url=public_url,
        picture=links.to_picture,
        sign_download=links.download_path,
        local_url=local_url,
        sends_email="email" in transports,
    )
    endpoint = TeamsEndpoint(turns, TeamsAdapter(connector), _hosts(server), authentication)
    app = web.Application(middlewares=[last_resort.middleware, *([] if server else [loopback.middleware])])
    if is_in_teams:
        app.router.add_post("/api/messages", endpoint.receive)
    health.setup(app, stores.database)
    door = Door(server.proxies if server else ())
    inputs.setup(app, stores.inputs, clock, programme_key, stores.database, door, public_url)
    input_poster.setup(app, stores.database, programme_key, public_url)
    about.setup(app)
    announcement_pages.setup(app, stores.database, public_url)
    charts.setup(app, stores.database, links)
    calendars.setup(app, stores.database)
    downloads.setup(app, stores.database, links, clock)
    if server is None:
        chat.setup(app, turns, stores.database, clock, programme_key)
    else:
        app.router.add_get("/", about.front)
        unsubscribing.setup(app, stores.database, server.links)
        following.setup(app, stores.database, server.links, clock)
    if channel is not None:
        channel.setup(app, turns, programme_key, public_url)
        app.cleanup_ctx.append(_slack_connected(channel))
    app.cleanup_ctx.append(lambda app: _connected(connector, authentication))
    app.cleanup_ctx.append(lambda app: _running(dispatcher, schedule, turns, endpoint))
    return app


def _connector(server: Server | None) -> Connector:
    tokens = Tokens(server.credential) if server and server.credential else None
    return Connector(_hosts(server), tokens)


def _hosts(server: Server | None) -> MaySend:
    """Where Teams' answers may go: nowhere where the bot is not there."""
    if server is None:
        return is_loopback
    return AllowedHosts(server.teams.hosts if server.teams else ())


def _authentication(server: Server | None) -> Authentication | None:
    if server is None or server.teams is None:
        return None
    keys = SigningKeys(server.teams.metadata_url, server.machine_clock)
    return Authentication(keys, server.teams.app_id, server.teams.tenants)


async def _connected(connector: Connector, authentication: Authentication | None) -> AsyncIterator[None]:
    await connector.open()
    if authentication is not None:
        await authentication.keys.open()
    yield
    if authentication is not None:
        await authentication.keys.close()
    await connector.close()


def _slack_connected(channel: SlackChannel) -> Callable[[web.Application], AsyncIterator[None]]:
    async def connected(_: web.Application) -> AsyncIterator[None]:
        await channel.open()
        yield
        await channel.close()

    return connected


async def _running(
    dispatcher: Dispatcher, schedule: Schedule, turns: Turns, endpoint: TeamsEndpoint
) -> AsyncIterator[None]:
    sending = asyncio.create_task(dispatcher.run())
    # What is due by the set moments that were slept through: before somebody can send an input that would be alone.
    await asyncio.to_thread(schedule.run_inputs)
    schedule.start()
    await asyncio.to_thread(turns.warm_up)
    # What lives as long as the process need not be looked at by every collection.
    gc.freeze()
    # A turn makes some thousand objects that are gone with it: looked for at every 700, as Python has it, most of what
    # is looked at still lives, and a tenth of the time goes there.
    gc.set_threshold(50_000, 20, 20)
    # Turns in their threads keep the loop waiting this long after each system call it makes; 5 ms if nothing is said.
    sys.setswitchinterval(0.0005)
    yield
    await endpoint.close()
    schedule.stop()
    await dispatcher.stop()
    await sending
    turns.close()
