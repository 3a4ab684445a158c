"""only musts"""

import sqlalchemy as sa
from alembic import op

revision = "d90b3f6c17ae"
down_revision = "bdddae74497b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("only_musts", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("only_musts")
