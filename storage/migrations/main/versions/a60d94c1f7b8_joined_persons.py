"""that somebody of the chat and somebody known by e-mail are one"""

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "a60d94c1f7b8"
down_revision = "71d3a90be4f5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_email_id", sa.Integer(), nullable=True),
        sa.Column("joined_by", sa.Integer(), nullable=True),
        sa.Column("joined_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_email_id"], ["person.id"], name=op.f("fk_joined_person_by_email_id_person")),
        sa.ForeignKeyConstraint(["joined_by"], ["person.id"], name=op.f("fk_joined_person_joined_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_joined_person_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_person")),
        sa.UniqueConstraint("by_email_id", name=op.f("uq_joined_person_by_email_id")),
    )
    with op.batch_alter_table("joined_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joined_person_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("joined_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joined_person_person_id"))
    op.drop_table("joined_person")
