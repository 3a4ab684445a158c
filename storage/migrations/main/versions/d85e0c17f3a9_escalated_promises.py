"""When leaders were told of promises that were not kept

Revision ID: d85e0c17f3a9
Revises: 06241ebbf282

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "d85e0c17f3a9"
down_revision = "06241ebbf282"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.add_column(sa.Column("escalated_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_column("escalated_at")
