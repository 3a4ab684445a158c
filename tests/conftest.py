"""What tests stand on: a real database of each kind, real programmes, and people."""

import gc
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import update
from sqlmodel import col, select

from bot.app import Stores
from bot.clock import DemoClock
from dialogs.card import Card
from storage import lanes, loading, migrating, people, programme_file
from storage.anonymous_input import InputStore
from storage.database import Database, Session
from storage.outbox import Message, OutboxRow
from storage.people import Person, Whereabouts
from tests.channels import check
from tests.coverage import covering
from tests.talk import CheckedTurns, Talk

ROOT = Path(__file__).parents[1]
PROGRAMMES = ROOT / "programmes"
#: The files that take half a minute and more, those that wait among those that reckon.
LONGEST = (
    "dialogs/test_model.py",
    "bot/test_kill.py",
    "journeys/test_journeys.py",
    "bot/test_forensics.py",
    "journeys/test_inputs.py",
    "dialogs/test_understanding.py",
    "cards/test_official.py",
    "bot/test_torture.py",
    "storage/test_coverage_of_seeds.py",
    "journeys/test_announcements.py",
    "dialogs/test_unanswered.py",
    "bot/test_input_roles.py",
)
#: Files of tests lie in memory where there is this much of it (bytes). No power fails in a test, so that nothing is
#: proved by waiting for a disk at each commit; what a killed process wrote is there either way.
MEMORY, ENOUGH = Path("/dev/shm"), 2 * 2**30
#: The now of most tests: a Tuesday, a week before the first milestone of OSU 2020.
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)


def pytest_configure(config: pytest.Config) -> None:
    """https://docs.pytest.org/en/stable/reference/reference.html#envvar-PYTEST_DEBUG_TEMPROOT"""
    if _has_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    covering.register(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two more processes than there are cores: a third of its time a test waits, for a browser, a lease or a pace."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end it would keep one process busy, and the others would have nothing."""
    places = {ROOT / "tests" / path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it all for garbage again and again takes a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with all three programmes in it."""
    path = tmp_path_factory.mktemp("template") / "main.db"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file for inputs, with none in it."""
    path = tmp_path_factory.mktemp("template") / "inputs.db"
    _migrate(f"sqlite:///{path}", "inputs")
    return path


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private PostgreSQL cluster on a socket of its own; the address of its server."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is required and not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed")
    with _cluster(programs[-1]) as address:
        yield address


@pytest.fixture(scope="session")
def postgresql_template(postgresql: str) -> str:
    """The name of a migrated PostgreSQL database with all three programmes in it."""
    _create(postgresql, "template_main")
    _fill(f"{postgresql}&dbname=template_main")
    return "template_main"


@pytest.fixture(scope="session")
def postgresql_inputs(postgresql: str) -> str:
    """The name of a migrated PostgreSQL database for inputs, with none in it."""
    _create(postgresql, "template_inputs")
    _migrate(f"{postgresql}&dbname=template_inputs", "inputs")
    return "template_inputs"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of one's own, of each kind in turn, with all three programmes in it."""
    made = Database(_copy(request, tmp_path))
    yield made
    _check_messages(made)
    made.close()


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An SQLite database of one's own, for what does not depend on the kind."""
    shutil.copy(sqlite_template, tmp_path / "main.db")
    made = Database(f"sqlite:///{tmp_path / 'main.db'}")
    yield made
    _check_messages(made)
    made.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as opened:
        yield opened


@pytest.fixture
def inputs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InputStore]:
    """The inputs' own store, empty."""
    made = Database(inputs_database(request, "sqlite", tmp_path))
    yield InputStore(made, Fernet.generate_key().decode())
    made.close()


@pytest.fixture
def stores(sqlite: Database, inputs: InputStore) -> Stores:
    """Both databases, as the application gets them, with its lanes open and fast."""
    with sqlite.writing() as opened:
        for lane in ("web", "emulator", "msteams", "email", "slack"):
            lanes.open_lane(opened, lane, 0.0)
    return Stores(sqlite, inputs)


@pytest.fixture
def person(session: Session) -> Callable[..., Person]:
    """Makes a person in a programme, with roles."""
    return lambda *args, **kwargs: make_person(session, *args, **kwargs)


@pytest.fixture
def turns(stores: Stores) -> CheckedTurns:
    return CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "osu2020")


@pytest.fixture
def employee(turns: CheckedTurns) -> Talk:
    return Talk(turns, "employee-1", NOW)


@pytest.fixture
def leader(turns: CheckedTurns) -> Talk:
    return Talk(turns, "leader-1", NOW)


def make_person(
    session: Session, account: str = "", *roles: str, programme: str = "osu2020", channel: str = "emulator"
) -> Person:
    """Somebody who wrote from an account of that channel, with these roles."""
    account = account or f"employee-{uuid.uuid4().hex[:8]}"
    where = Whereabouts(
        channel=channel,
        account=account,
        name=account.title(),
        lane=channel,
        service_url="http://127.0.0.1:9",
        conversation=f"conversation-{account}",
    )
    made = people.recognise(session, where, programme)
    for role in roles:
        people.grant(session, made, programme, role)
    return made


def lapse(session: Session) -> None:
    """Whoever holds a claim vanished long ago: each lease is over, and what waits is due."""
    session.flush()
    is_pending = col(OutboxRow.next_at).is_not(None)
    session.execute(update(OutboxRow).where(is_pending).values(next_at=1.0))
    session.expire_all()


def _check_messages(database: Database) -> None:
    """What is owed to people is drawn and checked too, whether or not a test sent it."""
    with database.reading() as session:
        for message in session.exec(select(Message)):
            for stored in message.cards.values():
                check(Card.model_validate(stored))


def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The address of a database of that kind with nothing in it."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'empty.db'}"
    return _created(request)


def inputs_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    """The address of a database of that kind for inputs, migrated and with none in it."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_inputs"), folder / "inputs.db")
        return f"sqlite:///{folder / 'inputs.db'}"
    return _created(request, request.getfixturevalue("postgresql_inputs"))


def _copy(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "main.db")
        return f"sqlite:///{folder / 'main.db'}"
    return _created(request, request.getfixturevalue("postgresql_template"))


def _fill(address: str) -> None:
    _migrate(address, "main")
    database = Database(address)
    with database.writing() as session:
        for file in sorted(PROGRAMMES.glob("*.yaml")):
            loading.load(session, programme_file.read(file))
    _settle(database)


def _migrate(address: str, which: migrating.Which) -> None:
    database = Database(address)
    migrating.migrate(database, which)
    _settle(database)


def _settle(database: Database) -> None:
    """Closes it; of SQLite the file alone is then the whole of it, and can be copied."""
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    database.close()


def _created(request: pytest.FixtureRequest, template: str = "template1") -> str:
    """The address of a new database like the template, which is gone after the test."""
    server, name = request.getfixturevalue("postgresql"), f"test_{uuid.uuid4().hex}"
    _create(server, name, template)
    request.addfinalizer(lambda: _drop(server, name))
    return f"{server}&dbname={name}"


def _create(server: str, name: str, template: str = "template1") -> None:
    with psycopg.connect(server, dbname="postgres", autocommit=True) as one:
        # Its files are copied, as before 15: else all that is in them is written to PostgreSQL's log as well.
        how = " STRATEGY FILE_COPY" if one.info.server_version >= 150_000 else ""
        one.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{how}')


def _drop(server: str, name: str) -> None:
    with psycopg.connect(server, dbname="postgres", autocommit=True) as one:
        one.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _cluster(programs: Path, is_durable: bool = False) -> Iterator[str]:
    """Starts a cluster as a user that is not root (PostgreSQL refuses to run as root), and removes it afterwards. Tests
    need no disk to be waited for."""
    root = MEMORY if not is_durable and _has_memory() else Path("/tmp")
    folder = root / f"omstillingsbot-postgresql-{uuid.uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync={'on' if is_durable else 'off'}"
    try:
        how = ["-U", "postgres", "-A", "trust", "-E", "UTF8", *([] if is_durable else ["--no-sync"])]
        _run(*as_user, str(programs / "initdb"), "-D", str(data), *how)
        _run(
            *as_user, str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"
        )
        yield f"postgresql://postgres@/?host={folder}"
    finally:
        subprocess.run(
            [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
        )
        shutil.rmtree(folder, ignore_errors=True)


def _has_memory() -> bool:
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, cwd="/tmp")
