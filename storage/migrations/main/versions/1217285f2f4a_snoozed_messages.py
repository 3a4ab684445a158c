"""snoozed messages"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "1217285f2f4a"
down_revision = "a9b9c561f04c"
branch_labels = None
depends_on = None

WAITS, SETTLED = sa.text("sent_as IS NULL"), sa.text("next_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "snoozed_message",
        sa.Column("row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("due_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_as", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_snoozed_message_programme_key")),
        sa.ForeignKeyConstraint(["row_id"], ["outbox.id"], name=op.f("fk_snoozed_message_row_id")),
        sa.ForeignKeyConstraint(["sent_as"], ["message.id"], name=op.f("fk_snoozed_message_sent_as")),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_snoozed_message")),
    )
    with op.batch_alter_table("snoozed_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_snoozed_message_due", ["programme_key", "due_at"], sqlite_where=WAITS, postgresql_where=WAITS
        )
        batch_op.create_index(batch_op.f("ix_snoozed_message_sent_as"), ["sent_as"], unique=True)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_settled_of", ["person_id", "id"], sqlite_where=SETTLED, postgresql_where=SETTLED
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_settled_of")
    op.drop_table("snoozed_message")
