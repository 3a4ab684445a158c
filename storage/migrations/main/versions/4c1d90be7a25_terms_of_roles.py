"""from when until when a role is held, and for whom"""

import sqlalchemy as sa
from alembic import op

revision = "4c1d90be7a25"
down_revision = "5d2f80b6e1c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("stands_for", sa.Integer(), nullable=True))
        batch_op.create_index("ix_role_grant_stands_for", ["stands_for"])
        batch_op.create_foreign_key("fk_role_grant_stands_for_person", "person", ["stands_for"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_constraint("fk_role_grant_stands_for_person", type_="foreignkey")
        batch_op.drop_index("ix_role_grant_stands_for")
        batch_op.drop_column("stands_for")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("starts_on")
