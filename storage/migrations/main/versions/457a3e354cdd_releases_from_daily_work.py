"""Releases from daily work, who needs one, and the nearest leader of the people file

Revision ID: 457a3e354cdd
Revises: b83e5c20d9f1

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "457a3e354cdd"
down_revision = "3d74ecd550e1"
branch_labels = None
depends_on = None

PEOPLE = ("wanted_by", "leader_id", "answered_by")


def upgrade() -> None:
    op.create_table(
        "work_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("sign_up_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("wanted_by", sa.Integer(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("escalated_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_work_release_programme_key")),
        sa.ForeignKeyConstraint(["sign_up_id"], ["sign_up.id"], name=op.f("fk_work_release_sign_up_id")),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_work_release_{name}")) for name in PEOPLE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_release")),
        sa.UniqueConstraint("sign_up_id", name=op.f("uq_work_release_sign_up_id")),
    )
    with op.batch_alter_table("work_release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_release_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_release_programme_key"), ["programme_key"], unique=False)
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leader_email", sa.String(), nullable=True))
    with op.batch_alter_table("workgroup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("release_from_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("workgroup", schema=None) as batch_op:
        batch_op.drop_column("release_from_hours")
    with op.batch_alter_table("employee", schema=None) as batch_op:
        batch_op.drop_column("leader_email")
    op.drop_table("work_release")
