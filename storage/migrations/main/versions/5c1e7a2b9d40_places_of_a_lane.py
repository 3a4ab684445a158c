"""Places of a lane

Revision ID: 5c1e7a2b9d40
Revises: 53002cb545eb

"""

import sqlalchemy as sa
from alembic import op

revision = "5c1e7a2b9d40"
down_revision = "53002cb545eb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.add_column(sa.Column("places", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.drop_column("places")
