"""Everything that is left behind: tables of both databases, files, dumps, logs, and what the bot answers anybody."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import psycopg

from storage.database import Database
from tests.conftest import _cluster, _create

#: Whose it is: the inputs' own database, the main one, both (a server's shared files), or nobody's (logs, answers).
Whose = Literal["inputs", "main", "both", "told"]
#: What the server keeps beside rows, which is read here with them: https://www.postgresql.org/docs/15/ddl-system-columns.html
_OF_POSTGRESQL = "ctid::text AS ctid, xmin::text::bigint AS xmin, cmin::text::bigint AS cmin"


@dataclass(frozen=True)
class Place:
    name: str
    whose: Whose
    data: bytes


@dataclass(frozen=True)
class Row:
    """A row as the database's inner columns show it, too: rowid, ctid, xmin and its place in an unordered scan."""

    whose: Whose
    table: str
    values: Mapping[str, Any]


@dataclass
class Engine:
    """A kind of database: the addresses of both, and how what it left is read."""

    name: str
    main: str
    inputs: str
    rows: Callable[[], list[Row]]
    places: Callable[[], list[Place]]
    #: Whatever is still only in a server's memory goes to its files.
    settle: Callable[[], None] = lambda: None
    log: str = ""
    times: dict[str, float] = field(default_factory=dict)


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    paths: dict[Whose, Path] = {"main": folder / "main.db", "inputs": folder / "inputs.db"}

    def rows() -> list[Row]:
        return [row for whose, path in paths.items() for row in _rows_of_sqlite(whose, path)]

    def places() -> list[Place]:
        # What SQLite itself would tidy up when it opens the file is read before that.
        return [
            Place(path.name, whose, path.read_bytes())
            for whose, one in paths.items()
            for path in sorted(folder.glob(f"{one.name}*"))
        ]

    yield Engine("sqlite", f"sqlite:///{paths['main']}", f"sqlite:///{paths['inputs']}", rows, places)


@contextmanager
def postgresql(folder: Path) -> Iterator[Engine]:
    """Both databases in one cluster, as most installations have them: they share its log and transaction numbers."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    with _cluster(programs[-1]) as server:
        of: dict[Whose, str] = {"main": "forensics_main", "inputs": "forensics_inputs"}
        for name in of.values():
            _create(server, name)
        data = Path(server.partition("host=")[2]) / "data"

        def rows() -> list[Row]:
            return [row for whose, name in of.items() for row in _rows_of_postgresql(whose, f"{server}&dbname={name}")]

        def places() -> list[Place]:
            return [*_files(server, data, of), *_dumps(programs[-1], server, of)]

        def settle() -> None:
            with psycopg.connect(server, autocommit=True, dbname="postgres") as one:
                one.execute("CHECKPOINT")

        addresses = {whose: f"{server}&dbname={name}" for whose, name in of.items()}
        yield Engine("postgresql", addresses["main"], addresses["inputs"], rows, places, settle)


ENGINES = {"sqlite": sqlite, "postgresql": postgresql}


def _rows_of_sqlite(whose: Whose, path: Path) -> Iterator[Row]:
    database = Database(f"sqlite:///{path}")
    with database.reading() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
        for table, made in tables:
            hidden = "" if "WITHOUT ROWID" in str(made).upper() else "rowid AS _rowid, "
            for place, row in enumerate(connection.exec_driver_sql(f'SELECT {hidden}* FROM "{table}"').mappings()):
                yield Row(whose, table, {**row, "_scan": place})
    database.close()


def _rows_of_postgresql(whose: Whose, address: str) -> Iterator[Row]:
    database = Database(address)
    with database.reading() as session:
        connection = session.connection()
        tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        for table in list(tables):
            select = f'SELECT {_OF_POSTGRESQL}, t.* FROM "{table}" t'
            for place, row in enumerate(connection.exec_driver_sql(select).mappings()):
                block, _, line = row["ctid"].strip("()").partition(",")
                values = {**row, "ctid": int(block) * 10_000 + int(line), "_scan": place}
                yield Row(
                    whose, table, {("_" * (name in ("ctid", "xmin", "cmin")) + name): v for name, v in values.items()}
                )
    database.close()


def _files(server: str, data: Path, of: Mapping[Whose, str]) -> Iterator[Place]:
    """Every file of the cluster. Those of one database lie in a folder under its number."""
    with psycopg.connect(server, dbname="postgres") as one:
        numbers = {str(oid): name for oid, name in one.execute("SELECT oid, datname FROM pg_database").fetchall()}
    for path in sorted(data.rglob("*")):
        parts = path.relative_to(data).parts
        if not path.is_file() or parts[0] == "postmaster.pid":
            continue
        database = numbers.get(parts[1]) if parts[0] == "base" else None
        whose = next((whose for whose, name in of.items() if name == database), None)
        if database is None or whose is not None:
            yield Place("/".join(parts), whose or "both", path.read_bytes())
    # The server's own log is both's too: what it tells of statements may be of either.
    yield Place("log of the server", "both", (data.parent / "log").read_bytes())


def _dumps(programs: Path, server: str, of: Mapping[Whose, str]) -> Iterator[Place]:
    folder = server.partition("host=")[2]
    for whose, name in of.items():
        command = [str(programs / "pg_dump"), "-h", folder, "-U", "postgres", name]
        yield Place(f"dump of {whose}", whose, subprocess.run(command, check=True, capture_output=True).stdout)


def left_in(folder: Path, whose: Whose) -> Iterator[Place]:
    """Every file in a folder, whatever it is."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Place(str(path.relative_to(folder.parent)), whose, path.read_bytes())


def changed_at(paths: list[Path]) -> dict[str, float]:
    """When these files were written last, seconds since 1970."""
    return {path.name: os.stat(path).st_mtime for path in paths}
