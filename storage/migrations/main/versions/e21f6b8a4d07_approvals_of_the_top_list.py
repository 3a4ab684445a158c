"""Approvals of the top list

Revision ID: e21f6b8a4d07
Revises: 8f3b61d2a7c4

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "e21f6b8a4d07"
down_revision = "8f3b61d2a7c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "top_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("top_list_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_top_approval_asked_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_top_approval_decided_by_person")),
        sa.ForeignKeyConstraint(["top_list_id"], ["top_list.id"], name=op.f("fk_top_approval_top_list_id_top_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_top_approval")),
    )
    with op.batch_alter_table("top_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_top_approval_top_list_id"), ["top_list_id"], unique=False)


def downgrade() -> None:
    op.drop_table("top_approval")
