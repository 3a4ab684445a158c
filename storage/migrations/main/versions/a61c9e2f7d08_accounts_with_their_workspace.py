"""member ids of Slack with their workspace in front: they are unique within it only"""

from alembic import op

revision = "a61c9e2f7d08"
down_revision = "a041ed93a62e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "UPDATE address SET directory_id = tenant || '/' || account WHERE channel = 'slack' AND directory_id = account"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE address SET directory_id = account WHERE channel = 'slack' AND directory_id = tenant || '/' || account"
    )
