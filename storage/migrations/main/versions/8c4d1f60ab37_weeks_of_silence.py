"""weeks of silence"""

import sqlalchemy as sa
from alembic import op

revision = "8c4d1f60ab37"
down_revision = "5946fe95c199"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active_week", sa.Date(), nullable=True))
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("catch_up_after_weeks", sa.Integer(), server_default="4", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("catch_up_after_weeks")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("active_week")
