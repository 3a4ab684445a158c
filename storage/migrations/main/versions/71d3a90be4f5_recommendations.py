"""what became of recommendations, and how often leaders are asked about them"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "71d3a90be4f5"
down_revision = "c90f4a1d7e36"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "recommendation_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("recommendation_key", _TEXT(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("text", _TEXT(), nullable=False),
        sa.Column("followed_by", sa.String(), nullable=True),
        sa.Column("followed_by_key", _TEXT(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_recommendation_step_programme_key_programme")
        ),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_recommendation_step_said_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_step")),
        sa.UniqueConstraint(
            "programme_key",
            "recommendation_key",
            "number",
            name=op.f("uq_recommendation_step_programme_key_recommendation_key_number"),
        ),
    )
    op.add_column("programme", sa.Column("recommendations_months", sa.Integer(), server_default="3", nullable=False))


def downgrade() -> None:
    op.drop_column("programme", "recommendations_months")
    op.drop_table("recommendation_step")
