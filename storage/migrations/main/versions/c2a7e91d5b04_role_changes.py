"""which account of the machine gave and took roles"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "c2a7e91d5b04"
down_revision = "5c1e7a92d04b"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_INDEXED = ("person_id", "programme_key", "stands_for")


def upgrade() -> None:
    op.create_table(
        "role_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", _TEXT(), nullable=False),
        sa.Column("workgroup_key", _TEXT(), nullable=False),
        sa.Column("is_taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("stands_for", sa.Integer(), nullable=True),
        sa.Column("account", _TEXT(), nullable=False),
        sa.Column("changed_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_change_person_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_role_change_programme_key_programme")
        ),
        sa.ForeignKeyConstraint(["stands_for"], ["person.id"], name=op.f("fk_role_change_stands_for_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_change")),
    )
    with op.batch_alter_table("role_change", schema=None) as batch_op:
        for column in _INDEXED:
            batch_op.create_index(batch_op.f(f"ix_role_change_{column}"), [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("role_change", schema=None) as batch_op:
        for column in _INDEXED:
            batch_op.drop_index(batch_op.f(f"ix_role_change_{column}"))
    op.drop_table("role_change")
