"""How groups are to be composed

Revision ID: b7d02f4e9a15
Revises: b3e91c5d7a24

"""

import sqlalchemy as sa
from alembic import op

revision = "b7d02f4e9a15"
down_revision = "b3e91c5d7a24"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "composition_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=True),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("inferred", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_composition_rule_programme_key_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_composition_rule")),
        sa.UniqueConstraint("programme_key", "key", name=op.f("uq_composition_rule_programme_key_key")),
    )
    with op.batch_alter_table("composition_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_composition_rule_programme_key"), ["programme_key"], unique=False)


def downgrade() -> None:
    op.drop_table("composition_rule")
