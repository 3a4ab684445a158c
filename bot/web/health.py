"""Health: whether the process lives, and whether it can do its work."""

import asyncio
import logging

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from storage import migrating, programmes
from storage.database import Database

log = logging.getLogger(__name__)


class Readiness:
    """Asks the database each time; once its tables were this version's, they stay so while the process lives."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_migrated = False

    def is_ready(self) -> bool:
        try:
            self._is_migrated = self._is_migrated or migrating.is_current(self._database, "main")
            return self._is_migrated and self._holds_a_programme()
        except SQLAlchemyError as error:
            log.warning("not ready: %s", type(error).__name__)
            return False

    def _holds_a_programme(self) -> bool:
        with self._database.reading() as session:
            return bool(programmes.every(session))


def setup(app: web.Application, database: Database) -> None:
    readiness = Readiness(database)

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="live")

    async def ready(_: web.Request) -> web.Response:
        is_ready = await asyncio.to_thread(readiness.is_ready)
        return web.Response(text="ready" if is_ready else "not ready", status=200 if is_ready else 503)

    app.router.add_get("/health/live", live)
    app.router.add_get("/health/ready", ready)
