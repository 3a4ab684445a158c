"""`python -m bot serve` as it is composed, in a process of its own, by a clock that the test moves.

python -m tests.forensics.served --clock FILE --routes FILE [--leak NAME …]
"""

import argparse
from pathlib import Path

from aiohttp import web
from sqlalchemy import event

from bot import replied, schedule, settings
from bot.__main__ import begin_logging
from bot.app import Server, Stores, make_app, open_stores
from bot.event_loop import new_event_loop
from bot.signed_links import SignedLinks
from bot.teams.tokens import credential_of
from storage.database import Database
from tests.forensics import leaks
from tests.torture.clock import FileClock

#: Seconds between two ticks of the timetable: weeks pass in a minute here.
TICK = 0.4
#: Seconds until it is noted that a turn was answered: a second has as many turns here as an hour elsewhere.
NOTED_AFTER = 0.01


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--clock", type=Path, required=True)
    reading.add_argument("--routes", type=Path, required=True)
    reading.add_argument("--leak", choices=leaks.IN_THE_PROCESS, action="append", default=[])
    given = reading.parse_args()
    planted = frozenset(given.leak)
    begin_logging()
    schedule.TICK, replied.NOTED_AFTER = TICK, NOTED_AFTER
    chosen = settings.for_server()
    clock = FileClock(given.clock)
    opened = open_stores(chosen.stores)
    _keep_all_of_the_log(opened.database)
    stores = Stores(opened.database, leaks.Store(opened.inputs.database, chosen.stores.input_key, clock, planted))
    links = SignedLinks.of(chosen.stores.input_key, chosen.public_url)
    leaks.plant_in_turns(planted)
    server = Server(chosen.teams, credential_of(chosen.teams), links, email=chosen.email, proxies=chosen.proxies)
    app = make_app(stores, clock, chosen.programme, server, chosen.slack)
    leaks.add_routes(app, planted)
    given.routes.write_text("\n".join(_readable(app)), "utf-8")
    try:
        web.run_app(
            app, host=chosen.host, port=chosen.port, access_log=None, print=lambda _: None, loop=new_event_loop()
        )
    finally:
        stores.close()


def _keep_all_of_the_log(database: Database) -> None:
    """SQLite's log of the main database is not begun anew when it is long: who looks finds every transaction, and none
    is missed because a later one lies where it was."""
    if database.is_sqlite:
        event.listen(
            database.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA wal_autocheckpoint=0")
        )


def _readable(app: web.Application) -> list[str]:
    """Every address without a blank in it that anybody can ask for."""
    every = {route.resource.canonical for route in app.router.routes() if route.method == "GET" and route.resource}
    return sorted(path for path in every if "{" not in path)


if __name__ == "__main__":
    main()
