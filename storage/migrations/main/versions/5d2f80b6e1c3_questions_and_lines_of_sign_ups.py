"""Questions to volunteers, who was registered by e-mail, and what those in line are promised

Revision ID: 5d2f80b6e1c3
Revises: 457a3e354cdd

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "5d2f80b6e1c3"
down_revision = "457a3e354cdd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_up_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("sign_up_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_sign_up_question_programme_key")),
        sa.ForeignKeyConstraint(["sign_up_id"], ["sign_up.id"], name=op.f("fk_sign_up_question_sign_up_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_sign_up_question_asked_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_sign_up_question_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_question")),
    )
    with op.batch_alter_table("sign_up_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_up_question_programme_key"), ["programme_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_up_question_sign_up_id"), ["sign_up_id"], unique=False)
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("registered_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("told_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("told_by_hand_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_sign_up_registered_by"), "person", ["registered_by"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sign_up_registered_by"), type_="foreignkey")
        for name in ("told_by_hand_at", "told_by", "registered_by"):
            batch_op.drop_column(name)
    op.drop_table("sign_up_question")
