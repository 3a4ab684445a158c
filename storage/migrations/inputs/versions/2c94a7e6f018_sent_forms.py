"""sent forms"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "2c94a7e6f018"
down_revision = "f413f8851625"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_form",
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.Column("week", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_sent_form")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_form_week"), ["week"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sent_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_form_week"))

    op.drop_table("sent_form")
