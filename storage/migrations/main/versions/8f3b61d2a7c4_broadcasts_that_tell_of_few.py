"""Broadcasts that tell of few

Revision ID: 8f3b61d2a7c4
Revises: 7a4d2c90e6b1

"""

import sqlalchemy as sa
from alembic import op

revision = "8f3b61d2a7c4"
down_revision = "7a4d2c90e6b1"
branch_labels = None
depends_on = None

BROADCAST = sa.table(
    "broadcast",
    sa.column("id", sa.Integer()),
    sa.column("audience", sa.JSON()),
    sa.column("tells_of_few", sa.Boolean()),
)


def upgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tells_of_few", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Who followed what when they were decided is partly forgotten: of what was put together no reason is told any more.
    connection = op.get_bind()
    rows = connection.execute(sa.select(BROADCAST.c.id, BROADCAST.c.audience).where(BROADCAST.c.audience.is_not(None)))
    together = [key for key, audience in rows.all() if _is_put_together(audience)]
    for key in together:
        connection.execute(BROADCAST.update().where(BROADCAST.c.id == key).values(tells_of_few=True))


def downgrade() -> None:
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_column("tells_of_few")


def _is_put_together(audience: dict[str, list[str]] | None) -> bool:
    return any(len((audience or {}).get(field) or ()) > 1 for field in ("topics", "units", "sites", "employments"))
