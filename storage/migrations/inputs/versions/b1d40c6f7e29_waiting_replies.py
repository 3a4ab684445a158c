"""Replies wait, publishing remembers the status before it, and looks since when the clock is awake"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "b1d40c6f7e29"
down_revision = "fd7648c2228d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_reply",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_waiting_reply")),
        sqlite_with_rowid=False,
    )
    op.add_column("input_outcome_input", sa.Column("before", sa.String(), nullable=True))
    op.add_column("input_look", sa.Column("awake_since", storage.database.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("input_look", "awake_since")
    op.drop_column("input_outcome_input", "before")
    op.drop_table("waiting_reply")
