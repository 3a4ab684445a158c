"""the employees' side confirms what competence rests on; what was on without that waits for it"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "e81f0c6a3d27"
down_revision = "c2a7e91d5b04"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("competence_switch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", storage.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("ended_because", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_competence_switch_confirmed_by_person"), "person", ["confirmed_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("competence_switch", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_competence_switch_confirmed_by_person"), type_="foreignkey")
        for column in ("ended_because", "confirmed_at", "confirmed_by"):
            batch_op.drop_column(column)
