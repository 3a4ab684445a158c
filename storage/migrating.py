"""Migrations: brings a database to the tables this version needs, and tells whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData

from storage.database import Database

#: The main database, or the anonymous inputs' own.
Which = Literal["main", "inputs"]
#: Any number, the same for every replica: only one of them migrates at a time.
LOCK = 20201124


def migrate(database: Database, which: Which) -> None:
    """Runs the migrations that are missing; none missing is fine. Replicas wait for each other."""
    upgrade(database, which, "head")


def upgrade(database: Database, which: Which, revision: str) -> None:
    """Runs the migrations up to one; tests begin with the tables of an earlier version."""
    with database.engine.connect() as connection, _foreign_keys_off(connection, database), connection.begin():
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        command.upgrade(_config(which, connection), revision)
        if database.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"the migration left {len(broken)} rows that point at nothing")


@contextmanager
def _foreign_keys_off(connection: Connection, database: Database) -> Iterator[None]:
    """SQLite changes a column by making the table anew, and dropping the old one would drop what points at it. The
    setting is ignored within a transaction: https://www.sqlite.org/lang_altertable.html#otheralter"""
    if not database.is_sqlite:
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def is_current(database: Database, which: Which) -> bool:
    """Whether the database has all the migrations that this version knows."""
    script = ScriptDirectory.from_config(_config(which, None))
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads() == tuple(script.get_heads())


def new_revision(database: Database, which: Which, message: str) -> None:
    """For developers: writes the migration that the tables need and the database lacks."""
    with database.engine.begin() as connection:
        command.revision(_config(which, connection), message, autogenerate=True)


def run(context: Any, metadata: MetaData) -> None:
    """What Alembic's env files do: migrate on the connection that ``migrate`` handed over."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()


def _config(which: Which, connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations" / which))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
