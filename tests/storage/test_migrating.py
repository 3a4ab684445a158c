"""The migrations make exactly the tables that the code has."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import migrating, tables
from storage.database import Database


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
    listed = {module.__name__ for module in tables.MODULES} | {"storage.anonymous_input"}
    folder = Path(tables.__file__).parent
    defined = {f"storage.{path.stem}" for path in folder.glob("*.py") if "table=True" in path.read_text("utf-8")}
    assert defined <= listed
