"""Workspaces

Revision ID: 06241ebbf282
Revises: c3e91a7b6d52

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "06241ebbf282"
down_revision = "c3e91a7b6d52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("bot_account", sa.String(), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=True),
        sa.Column("installed_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("channel", "tenant", name=op.f("uq_workspace_channel_tenant")),
    )


def downgrade() -> None:
    op.drop_table("workspace")
