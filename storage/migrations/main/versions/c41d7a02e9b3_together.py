"""together"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "c41d7a02e9b3"
down_revision = "8e7b9881e338"
branch_labels = None
depends_on = None

#: Partial indexes of the outbox: name, columns, and the column that is not null in what they hold.
INDEXES = (
    ("ix_outbox_held_for", ["person_id"], "held_until"),
    ("ix_outbox_parts", ["part_of"], "part_of"),
    ("ix_outbox_counted", ["person_id", "counted_at"], "counted_at"),
)


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("gathers_at", storage.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("is_unasked", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part_of", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("counted_at", storage.database.UtcDateTime(timezone=True), nullable=True))
        for name, columns, held in INDEXES:
            where = sa.text(f"{held} IS NOT NULL")
            batch_op.create_index(name, columns, unique=False, sqlite_where=where, postgresql_where=where)

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("messages_a_week", sa.Integer(), server_default="5", nullable=False))

    with op.batch_alter_table("quiet_hours", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weekly_most", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("quiet_hours", schema=None) as batch_op:
        batch_op.drop_column("weekly_most")

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("messages_a_week")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name, _, held in INDEXES:
            where = sa.text(f"{held} IS NOT NULL")
            batch_op.drop_index(name, sqlite_where=where, postgresql_where=where)
        batch_op.drop_column("counted_at")
        batch_op.drop_column("part_of")

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("is_unasked")
        batch_op.drop_column("gathers_at")
