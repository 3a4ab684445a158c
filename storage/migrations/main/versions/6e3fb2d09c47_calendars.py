"""what calendars hold, and where they are found"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "6e3fb2d09c47"
down_revision = "5d2ea1cf8b36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_key", "key"),
    )
    op.create_index("ix_calendar_entry_programme_key", "calendar_entry", ["programme_key"])
    op.create_table(
        "calendar_link",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("workgroup_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("programme_key", "workgroup_key"),
    )


def downgrade() -> None:
    op.drop_table("calendar_link")
    op.drop_table("calendar_entry")
