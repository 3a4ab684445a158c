"""the meeting whose matter an announcement tells of"""

import sqlalchemy as sa
from alembic import op

revision = "7f4ac3e1ad58"
down_revision = "6e3fb2d09c47"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("announcement_decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("meeting_key", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("announcement_decision", schema=None) as batch_op:
        batch_op.drop_column("meeting_key")
