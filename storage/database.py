"""Engines and sessions; SQLite and PostgreSQL kept to the same rules."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Float,
    String,
    event,
    inspect,
    make_url,
    select,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, manager_of_class
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel, create_engine

__all__ = [
    "Database",
    "Ids",
    "Prepared",
    "PreparedRow",
    "Session",
    "UtcDateTime",
    "WouldWaitError",
    "as_read",
    "is_among",
    "locked",
    "machine_clock",
    "read_clock",
    "unindexed",
]

#: How long a writer waits for another one on SQLite, in seconds.
BUSY_TIMEOUT = 30


class WouldWaitError(Exception):
    """Somebody else is writing: a transaction cannot begin at once."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC on every database. A naive one raises ValueError: its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class machine_clock(FunctionElement[float]):  # noqa: N801 - reads as an SQL function
    """The database's own clock, seconds since 1970: the same for every replica, and no test or demo moves it."""

    type = Float()
    inherit_cache = True
    name = "machine_clock"


@compiles(machine_clock, "sqlite")
def _sqlite_clock(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(machine_clock, "postgresql")
def _postgresql_clock(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"


def read_clock(session: Session) -> float:
    """What the database's clock says."""
    return float(session.connection().execute(_CLOCK).scalar_one())


_CLOCK = select(machine_clock())


class unindexed(FunctionElement[Any]):  # noqa: N801 - reads as an SQL function
    """A column that SQLite does not look rows up by. Without statistics it takes any index for better than a range of
    ids, and would read all of a programme's people for each thousand of them."""

    inherit_cache = True
    name = "unindexed"


@compiles(unindexed, "sqlite")
def _sqlite_unindexed(element: Any, compiler: Any, **kwargs: Any) -> str:
    return f"+{compiler.process(element.clauses, **kwargs)}"


@compiles(unindexed, "postgresql")
def _postgresql_unindexed(element: Any, compiler: Any, **kwargs: Any) -> str:
    return str(compiler.process(element.clauses, **kwargs))


class Ids(TypeDecorator[list[int]]):
    """Ids as one value of a statement, whose text is then the same for any number of them."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class is_among(FunctionElement[Any]):  # noqa: N801 - reads as an SQL function
    """Whether a column is one of those Ids. An IN with a place for each is written, read and planned anew each time."""

    # No Boolean: SQLite has none, so that it would be compared to 1, and no index be used.
    inherit_cache = True
    name = "is_among"


@compiles(is_among, "sqlite")
def _sqlite_is_among(element: Any, compiler: Any, **kwargs: Any) -> str:
    column, ids = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - of compiled parts


@compiles(is_among, "postgresql")
def _postgresql_is_among(element: Any, compiler: Any, **kwargs: Any) -> str:
    column, ids = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} = ANY({ids})"


class Prepared:
    """A statement that every turn runs: compiled once, and given to the driver itself.

    Through the ORM, finding one row by its key takes ten times as long. Values are written and read by their columns'
    types all the same. ``statements`` are by the name of the dialect where they differ.
    """

    def __init__(self, statements: Any) -> None:
        self._statements = statements
        self._compiled: dict[str, _Compiled] = {}

    def first(self, session: Session, **values: Any) -> tuple[Any, ...] | None:
        """The first row that the statement finds or returns, or None."""
        session.flush()
        connection = session.connection()
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(compiled.text, compiled.written(values))
            row = cursor.fetchone()
        return None if row is None else compiled.read(row)

    def _compile(self, dialect: Dialect) -> "_Compiled":
        by_name = isinstance(self._statements, dict)
        statement = self._statements[dialect.name] if by_name else self._statements
        made = statement.compile(dialect=dialect)
        columns = statement.exported_columns
        compiled = _Compiled(
            text=str(made),
            writers={name: _writer(bind.type, dialect) for name, bind in made.binds.items()},
            names=tuple(made.positiontup) if made.positional else None,
            readers=tuple(column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns),
        )
        return self._compiled.setdefault(dialect.name, compiled)


class PreparedRow:
    """As Prepared, for the whole row of a table, which is then in the session as if it had selected it.

    ``statement`` makes the statement out of the select of all its columns; what it adds to them is read beside the row.
    """

    def __init__(self, kind: type[SQLModel], statement: Callable[[Any], Any]) -> None:
        self._mapper = inspect(kind)
        self._names = [column.name for column in self._mapper.columns]
        self._prepared = Prepared(statement(select(*self._mapper.columns).select_from(kind)))

    def first(self, session: Session, **values: Any) -> tuple[Any, ...] | None:
        """The first row that the statement finds, and what is read beside it; or None."""
        found = self._prepared.first(session, **values)
        if found is None:
            return None
        count = len(self._names)
        return self._in_hand(session, dict(zip(self._names, found[:count], strict=True))), *found[count:]

    def _in_hand(self, session: Session, values: dict[str, Any]) -> Any:
        key = self._mapper.identity_key_from_primary_key([values[column.name] for column in self._mapper.primary_key])
        known = session.identity_map.get(key)
        if known is not None:
            return known
        row = self._mapper.class_manager.new_instance()
        instance_dict(row).update(values)
        make_transient_to_detached(row)
        session.add(row)
        return row


class Database:
    """One database by its address: ``sqlite:///file.db`` or ``postgresql://…`` (spoken to through psycopg 3)."""

    def __init__(self, address: str, pool_size: int = 8) -> None:
        url = make_url(address)
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite_engine(url)
            if self.is_sqlite
            else create_engine(url, pool_size=pool_size, pool_pre_ping=True, hide_parameters=True)
        )
        self._reader = self.engine.execution_options(sqlite_begin="BEGIN")
        # SQLite's writers find out by sleeping, up to 0.1 s, that the one before them is done; a lock wakes the next.
        self._lock = Lock()
        self._writer: AbstractContextManager[Any] = self._lock if self.is_sqlite else nullcontext()
        #: For the event loop: a connection of its own, which waits for no other process.
        self._at_once = _sqlite_engine(url, timeout=0) if _is_file(url) else None
        self._overwrites_deleted = False
        #: What storage keeps in memory of this database; see programmes.kept.
        self._info: dict[str, Any] = {"kept": {}, "programmes": {}}

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that may write; committed at the end, rolled back by any exception.

        On SQLite it begins IMMEDIATE: one that reads first and writes later would fail, or lose what it read, when
        another writer came between.
        """
        with (
            self._writer,
            Session(self.engine, expire_on_commit=False, info=self._info) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing_together(self) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
        """One transaction for several pieces of work, each with a session that knows nothing of the others': all are
        committed at the end, or by any exception none.

        On SQLite half of what a small write costs is its commit, which waits for the disk; together they wait once.
        """
        with self._writer, self.engine.connect() as connection, connection.begin(), self._parts_of(connection) as parts:
            yield parts

    @contextmanager
    def writing_at_once(self) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
        """As ``writing_together``, but raises WouldWaitError where it would have to wait for another writer to begin.

        Only its end waits, for the disk, and may be had in another thread than the rest.
        """
        if self._at_once is None or not self._lock.acquire(blocking=False):
            raise WouldWaitError
        try:
            with self._begun_at_once(self._at_once) as connection, self._parts_of(connection) as parts:
                yield parts
        finally:
            self._lock.release()

    @contextmanager
    def _begun_at_once(self, engine: Engine) -> Iterator[Connection]:
        with ExitStack() as stack:
            connection = stack.enter_context(engine.connect())
            try:
                stack.enter_context(connection.begin())
            except OperationalError as busy:
                raise WouldWaitError from busy
            yield connection

    @contextmanager
    def _parts_of(self, connection: Connection) -> Iterator[Callable[[], AbstractContextManager[Session]]]:
        with (
            Session(
                connection, expire_on_commit=False, info=self._info, join_transaction_mode="rollback_only"
            ) as session,
            session.begin(),
        ):
            yield lambda: self._part_of(session)

    @contextmanager
    def _part_of(self, session: Session) -> Iterator[Session]:
        # One session emptied each time: to make one, begin it and end it takes three times as long.
        session.info.clear()
        session.info.update(self._info)
        yield session
        session.flush()
        session.expunge_all()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads, and on SQLite waits for no writer."""
        with Session(self._reader, expire_on_commit=False, info=self._info) as session, session.begin():
            yield session

    def overwrite_deleted(self) -> None:
        """From now on SQLite writes zeros over what is deleted: https://www.sqlite.org/pragma.html#pragma_secure_delete"""
        if not self.is_sqlite or self._overwrites_deleted:
            return
        self._overwrites_deleted = True
        for engine in (self.engine, self._at_once):
            if engine is not None:
                event.listen(engine, "connect", _overwrite_deleted)
        if _is_file(self.url):
            # Those that are open already do not.
            self.close()

    def close(self) -> None:
        self.engine.dispose()
        if self._at_once is not None:
            self._at_once.dispose()


@dataclass(frozen=True)
class _Compiled:
    """A statement's text for one dialect. ``writers`` and ``readers`` bring values to the driver and back, or are None;
    ``names`` is the order of values where the driver wants them by place."""

    text: str
    writers: dict[str, Callable[[Any], Any]]
    names: tuple[str, ...] | None
    readers: tuple[Callable[[Any], Any] | None, ...]

    def written(self, values: dict[str, Any]) -> Any:
        made = {name: write(values[name]) for name, write in self.writers.items()}
        return made if self.names is None else [made[name] for name in self.names]

    def read(self, row: Any) -> tuple[Any, ...]:
        return tuple(read(value) if read else value for read, value in zip(self.readers, row, strict=True))


def _writer(type_: Any, dialect: Dialect) -> Callable[[Any], Any]:
    return type_.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)


def locked(session: Session, statement: Any) -> Any:
    """The statement with its rows locked where rows can be: on SQLite the one writer has locked everything already."""
    return statement if session.get_bind().dialect.name == "sqlite" else statement.with_for_update()


def as_read(kind: type[SQLModel], values: dict[str, Any]) -> Any:
    """A row with what was read of it, in no session: for those who read very many and change none."""
    row = manager_of_class(kind).new_instance()
    instance_dict(row).update(values)
    return row


def _is_file(url: Any) -> bool:
    return url.get_backend_name() == "sqlite" and bool(url.database) and url.database != ":memory:"


def _overwrite_deleted(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA secure_delete=ON")


def _sqlite_engine(url: Any, timeout: float = BUSY_TIMEOUT) -> Engine:
    if _is_file(url):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": timeout, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        # The driver's own transactions begin too late (at the first write); ours begin where the session says.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
        try:
            # By the driver itself: what SQLAlchemy keeps of a statement would take longer than the statement.
            connection.connection.cursor().execute(how)
        except sqlite3.OperationalError as error:
            raise OperationalError(how, None, error) from error

    return engine
