"""waiting inputs"""

import secrets
from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "7d1f0b3c9e52"
down_revision = "2c94a7e6f018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_input",
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_waiting_input")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "input_look",
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("looked_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("programme_key", name=op.f("pk_input_look")),
    )
    op.add_column("input", sa.Column("sealed_unit", sa.LargeBinary(), nullable=True))
    for name in ("input", "sent_form"):
        _shuffle(op.get_bind(), name)


def _shuffle(connection: sa.Connection, name: str) -> None:
    """Rows that were stored before lie in the order in which they came, on PostgreSQL, each with the number of its own
    transaction. Written anew they have one number, and an order made by chance. What they leave behind goes with the
    first look."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    rows: list[Any] = list(connection.execute(sa.select(table)).mappings())
    secrets.SystemRandom().shuffle(rows)
    connection.execute(sa.delete(table))
    for row in rows:
        connection.execute(sa.insert(table).values(**row))


def downgrade() -> None:
    op.drop_column("input", "sealed_unit")
    op.drop_table("input_look")
    op.drop_table("waiting_input")
