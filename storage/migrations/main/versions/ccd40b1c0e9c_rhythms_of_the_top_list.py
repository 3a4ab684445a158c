"""rhythms of the top list"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "ccd40b1c0e9c"
down_revision = "1217285f2f4a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "top_rhythm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("often", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("clock", sa.Time(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_top_rhythm_programme_key")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_top_rhythm_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_rhythm")),
    )
    with op.batch_alter_table("top_rhythm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_top_rhythm_programme_key"), ["programme_key"], unique=False)


def downgrade() -> None:
    op.drop_table("top_rhythm")
