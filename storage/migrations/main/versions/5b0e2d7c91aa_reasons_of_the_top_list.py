"""reasons of the top list"""

import sqlalchemy as sa
from alembic import op

revision = "5b0e2d7c91aa"
down_revision = "ccd40b1c0e9c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("top_list", schema=None) as batch_op:
        batch_op.add_column(sa.Column("whys", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("top_list", schema=None) as batch_op:
        batch_op.drop_column("whys")
