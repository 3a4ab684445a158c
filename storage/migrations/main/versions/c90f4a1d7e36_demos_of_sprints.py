"""demos of sprints"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "c90f4a1d7e36"
down_revision = "4c17be02a6d9"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    op.create_table(
        "sprint_demo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("sprint_id", sa.Integer(), nullable=False),
        sa.Column("meeting_key", _TEXT(), nullable=False),
        sa.Column("for_everyone", sa.Boolean(), nullable=False),
        sa.Column("told", _TEXT(), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=False),
        sa.Column("planned_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_sprint_demo_planned_by")),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_sprint_demo_programme_key")),
        sa.ForeignKeyConstraint(["sprint_id"], ["sprint.id"], name=op.f("fk_sprint_demo_sprint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprint_demo")),
        sa.UniqueConstraint("sprint_id", name=op.f("uq_sprint_demo_sprint_id")),
    )
    with op.batch_alter_table("sprint_demo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sprint_demo_programme_key"), ["programme_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("sprint_demo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sprint_demo_programme_key"))
    op.drop_table("sprint_demo")
