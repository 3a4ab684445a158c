"""answered activities"""

import sqlalchemy as sa
from alembic import op

revision = "5b7e1c90d2a4"
down_revision = "9ea0a4594728"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("received", schema=None) as batch_op:
        # What was received before nobody noted answers counts as answered.
        batch_op.add_column(sa.Column("is_answered", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("reply", sa.JSON(), nullable=True))
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.alter_column("is_answered", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.drop_column("reply")
        batch_op.drop_column("is_answered")
