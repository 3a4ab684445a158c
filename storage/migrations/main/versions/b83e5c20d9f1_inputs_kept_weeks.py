"""for how long inputs are kept"""

import sqlalchemy as sa
from alembic import op

revision = "b83e5c20d9f1"
down_revision = "343ca9d217d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("inputs_kept_weeks", sa.Integer(), server_default="104", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("inputs_kept_weeks")
