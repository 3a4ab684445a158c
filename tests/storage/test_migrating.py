"""The migrations make exactly the tables that the code has."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage import announcements, migrating, outbox, people, tables
from storage.database import Database
from tests.conftest import NOW, empty_database


def differences(database: Database, metadata: object) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))  # type: ignore[arg-type]


def test_the_main_databases_migrations_match_its_tables(database: Database) -> None:
    assert differences(database, tables.MAIN) == []


def test_the_inputs_migrations_match_their_tables(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'inputs.db'}")
    migrating.migrate(database, "inputs")
    assert differences(database, tables.INPUTS) == []
    database.close()


def test_a_missing_table_is_noticed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert differences(database, tables.INPUTS)
    database.close()


def test_migrating_twice_is_migrating_once(database: Database) -> None:
    migrating.migrate(database, "main")
    assert migrating.is_current(database, "main")


@pytest.mark.parametrize("which", ["main", "inputs"])
def test_a_new_database_is_not_current(tmp_path: Path, which: migrating.Which) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert not migrating.is_current(database, which)
    database.close()


def test_every_module_with_a_table_is_listed() -> None:
    listed = {module.__name__ for module in (*tables.MODULES, *tables.INPUT_MODULES)}
    folder = Path(tables.__file__).parent
    defined = {f"storage.{path.stem}" for path in folder.glob("*.py") if "table=True" in path.read_text("utf-8")}
    assert defined <= listed


#: The last version of the tables before groups could be written to: SQLite makes some of them anew since.
BEFORE_GROUPS = "258222c183f4"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_was_stored_before_survives_the_migrations(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = Database(empty_database(request, kind, tmp_path))
    migrating.upgrade(database, "main", BEFORE_GROUPS)
    before = MetaData()
    before.reflect(database.engine)
    with database.engine.begin() as connection:
        for name, values in stored_before().items():
            connection.execute(before.tables[name].insert().values(values))
    migrating.migrate(database, "main")
    with database.writing() as session:
        row = session.get_one(outbox.OutboxRow, 1)
        assert (row.person_id, row.address_id, row.message_id) == (1, 1, 1)
        assert session.get_one(people.Person, 1).address_id == 1
        announcement = session.get_one(announcements.Announcement, 1)
        assert (announcement.group_id, announcement.send_at, announcement.sender_id) == (None, None, None)
        assert session.get_one(people.Address, 1).directory_id is None
    assert "next_at IS NOT NULL" in definition_of(database, "ix_outbox_due")
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_member_ids_of_slack_get_their_workspace_in_front(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = Database(empty_database(request, kind, tmp_path))
    migrating.upgrade(database, "main", "b83e5c20d9f1")
    told = MetaData()
    told.reflect(database.engine)
    usual = {"lane": "x", "service_url": "", "conversation": "c", "bot_account": ""}
    with database.engine.begin() as connection:
        for channel, tenant, account, directory_id in (
            ("slack", "T0PROVE001", "U0KARI0001", "U0KARI0001"),
            ("slack", "T0PROVE001", "U0OLA00001", None),
            ("msteams", "tenant", "29:kari", "an id of Entra's"),
        ):
            row = {"channel": channel, "tenant": tenant, "account": account, "directory_id": directory_id, **usual}
            connection.execute(told.tables["address"].insert().values(row))
    migrating.migrate(database, "main")
    with database.reading() as session:
        ids = {one.account: one.directory_id for one in session.exec(select(people.Address))}
    assert ids == {"U0KARI0001": "T0PROVE001/U0KARI0001", "U0OLA00001": None, "29:kari": "an id of Entra's"}
    database.close()


def test_foreign_keys_hold_again_after_a_migration(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'main.db'}")
    migrating.migrate(database, "main")
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(people.Address(person_id=7, channel="x", account="y", lane="x", conversation="z"))
    database.close()


def definition_of(database: Database, index: str) -> str:
    query = (
        "SELECT sql FROM sqlite_master WHERE name = '{}'"
        if database.is_sqlite
        else "SELECT indexdef FROM pg_indexes WHERE indexname = '{}'"
    )
    with database.engine.connect() as connection:
        return str(connection.exec_driver_sql(query.format(index)).scalar_one())


def stored_before() -> dict[str, dict[str, Any]]:
    """A row of each table that others point at, as that version had them."""
    return {
        "programme": {
            "key": "p",
            "name": "P",
            "names": [],
            "timezone": "Europe/Oslo",
            "smallest_group": 6,
            "notes": {},
            "version": 1,
            "digest": "",
        },
        "person": {
            "id": 1,
            "name": "Kari",
            "current_programme": "p",
            "is_muted": False,
            "digest": "off",
            "wants_reminders": True,
            "address_id": 1,
        },
        "address": {
            "id": 1,
            "person_id": 1,
            "channel": "msteams",
            "tenant": "",
            "account": "29:kari",
            "lane": "msteams",
            "service_url": "",
            "conversation": "a:kari",
            "bot_account": "",
        },
        "message": {"id": 1, "programme_key": "p", "kind": "announcement", "cards": {}},
        "broadcast": {
            "id": 1,
            "key": "k",
            "programme_key": "p",
            "message_id": 1,
            "planned": 1,
            "cursor": 1,
            "last_person": 1,
            "is_expanded": True,
        },
        "outbox": {
            "id": 1,
            "idempotency_key": "k:1",
            "lane": "msteams",
            "person_id": 1,
            "address_id": 1,
            "message_id": 1,
            "broadcast_id": 1,
            "status": "sent",
            "attempts": 1,
        },
        "announcement": {
            "id": 1,
            "programme_key": "p",
            "author_id": 1,
            "title": "t",
            "text": "t",
            "version": 1,
            "created_at": NOW,
            "broadcast_id": 1,
        },
    }
