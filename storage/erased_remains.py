"""What was erased and may still lie on the disk: that there is such, until the files are written anew."""

from contextlib import closing
from datetime import time
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import OperationalError
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import Database

#: Up to so many bytes a file is written anew at once: that keeps whoever writes waiting for less than a second.
SMALL = 64 * 1024 * 1024
#: From when until when a larger one is, by the organisation's clock: when hardly anybody writes.
NIGHT = (time(2), time(5))
#: How long what erases waits for others who use a table, on PostgreSQL.
_LOCK_TIMEOUT = "5s"


class ErasedRemains(SQLModel, table=True):
    """Somebody's data were erased and may lie on the disk still. Nothing of them, nor when."""

    __tablename__ = "erased_remains"
    id: int | None = Field(default=None, primary_key=True)


def note(session: Session) -> None:
    session.add(ErasedRemains())
    session.flush()


def take_off_disk(database: Database, at: time, small: int = SMALL) -> bool:
    """Writes the database's files anew where something was erased since; False where that is still to be done: somebody
    who reads stood in the way, or it has more than ``small`` bytes, too many for the day. ``at`` is the time of the
    organisation's day."""
    with database.reading() as session:
        left = session.exec(select(ErasedRemains.id)).all()
    if not left:
        return True
    if not NIGHT[0] <= at < NIGHT[1] and _size(database) > small:
        return False
    if not (_file_anew(database) if database.is_sqlite else _tables_anew(database)):
        return False
    with database.writing() as session:
        # What was erased meanwhile is to be taken off by itself.
        session.execute(delete(ErasedRemains).where(col(ErasedRemains.id).in_(left)))
    return True


def _size(database: Database) -> int:
    """In bytes."""
    if database.is_sqlite:
        path = Path(database.url.database or "")
        return path.stat().st_size if path.is_file() else 0
    with database.engine.connect() as connection:
        size: int = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return size


def _file_anew(database: Database) -> bool:
    """https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/pragma.html#pragma_wal_checkpoint"""
    with closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        driver.execute("VACUUM")
        is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _tables_anew(database: Database) -> bool:
    """https://www.postgresql.org/docs/current/sql-vacuum.html"""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        try:
            for table in SQLModel.metadata.sorted_tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
        except OperationalError:
            return False
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True
