"""counted broadcasts"""

import sqlalchemy as sa
from alembic import op

revision = "a3c41f0d97be"
down_revision = "678b25c9e22f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_counted", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_column("is_counted")
