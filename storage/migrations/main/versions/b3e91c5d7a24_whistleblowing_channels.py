"""whistleblowing channels"""

import sqlalchemy as sa
from alembic import op

revision = "b3e91c5d7a24"
down_revision = "e21f6b8a4d07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whistleblowing", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("whistleblowing")
