"""Places of workgroups, lines before them, and answers to sign-ups

Revision ID: c3e91a7b6d52
Revises: b7d02f4e9a15

"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "c3e91a7b6d52"
down_revision = "b7d02f4e9a15"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("workgroup_key", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_group_places_programme_key_programme")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_group_places_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_places")),
        sa.UniqueConstraint("programme_key", "workgroup_key", name=op.f("uq_group_places_programme_key_workgroup_key")),
    )
    with op.batch_alter_table("group_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_group_places_programme_key"), ["programme_key"], unique=False)
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(), server_default="asked", nullable=False))
        batch_op.add_column(sa.Column("line", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("motivation", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("competences", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("hours_a_week", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answered_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("moved_to", sa.String(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_sign_up_answered_by_person"), "person", ["answered_by"], ["id"])
    op.execute("UPDATE sign_up SET state = 'withdrawn' WHERE withdrawn_at IS NOT NULL")
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_column("kept_at")
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sign_up_answered_by_person"), type_="foreignkey")
        for name in (
            "moved_to",
            "reason",
            "answered_by",
            "answered_at",
            "hours_a_week",
            "competences",
            "motivation",
            "line",
            "state",
        ):
            batch_op.drop_column(name)
    op.drop_table("group_places")
