"""Databases to measure on, with people in them: SQLite on a real disk and PostgreSQL; both wait for the disk."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import text

from dialogs.card import Button, Card, Text
from storage import lanes, migrating
from storage.database import Database
from storage.programmes import Programme
from tests.bench.processes import ROOT
from tests.conftest import _cluster

PROGRAMME = "bench"
#: A small announcement, by language as the outbox keeps it.
CARD = Card(title="Hei", blocks=(Text(text="Vi er i gang."),), buttons=(Button(title="Hjelp", action="help"),))
CARDS = {"nb": CARD.model_dump(mode="json")}
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
_PEOPLE = f"""
    INSERT INTO person (id, name, current_programme, is_muted, digest, wants_reminders, address_id)
    {_NUMBERS} SELECT i, 'Kari Prøve', '{PROGRAMME}', false, 'off', true, i FROM n"""
_ADDRESSES = f"""
    INSERT INTO address
        (id, person_id, channel, tenant, account, lane, service_url, conversation, bot_account, directory_id)
    {_NUMBERS}
    SELECT i, i, 'msteams', 't', '29:' || i, 'msteams', :url, 'a:' || i, '28:bot', 'directory-' || i FROM n"""
_EMPLOYEES = f"""
    INSERT INTO employee (id, programme_key, directory_id, name, unit, site, employment)
    {_NUMBERS} SELECT i, '{PROGRAMME}', 'directory-' || i, 'Kari Prøve ' || i, 'E' || (i % 50), 'S', 'fast' FROM n"""


def kinds() -> tuple[str, ...]:
    """The kinds of database there are on this machine."""
    return ("sqlite", "postgresql") if _programs() else ("sqlite",)


@contextmanager
def address(kind: str) -> Iterator[str]:
    """The address of an empty database, which is gone afterwards."""
    with ExitStack() as stack:
        if kind == "postgresql":
            yield f"{stack.enter_context(_cluster(_programs()[-1], is_durable=True))}&dbname=postgres"
        else:
            (ROOT / "build").mkdir(exist_ok=True)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build"))
            yield f"sqlite:///{Path(folder) / 'main.db'}"


@contextmanager
def filled(where: str, met: int, listed: int = 0, interval: float = 0.0, url: str = "") -> Iterator[Database]:
    """A database with so many people whom the bot has met, and so many in the people file: the same, and some more.
    They are written to at that address, so many seconds apart."""
    database = Database(where)
    migrating.migrate(database, "main")
    with database.writing() as session:
        session.add(Programme(key=PROGRAMME, name="Bench"))
        lanes.open_lane(session, "msteams", interval)
        session.flush()
        session.execute(text(_PEOPLE), {"count": met})
        session.execute(text(_ADDRESSES), {"count": met, "url": url})
        if listed:
            session.execute(text(_EMPLOYEES), {"count": listed})
    if not database.is_sqlite:
        _look_at(database, "person", "address", "employee")
    yield database
    database.close()


def _look_at(database: Database, *tables: str) -> None:
    """What PostgreSQL does by itself within a minute, and goes by in choosing how to look rows up. The identity columns
    go on behind the rows that were given theirs."""
    with database.writing() as session:
        for table in tables:
            behind = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            session.execute(text(behind))
            session.execute(text(f"ANALYZE {table}"))


def _programs() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"))
