"""groups as their documents have them, their meetings, and memberships with days"""

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "5d2ea1cf8b36"
down_revision = "4c1d90be7a25"
branch_labels = None
depends_on = None

_LIMITS = (("starts_by", sa.Date()), ("ends_from", sa.Date()))
_MEMBER = (("starts_on", sa.Date()), ("ends_on", sa.Date()), ("until_words", sa.JSON()), ("from_words", sa.JSON()))
_GROUP = (("body", sa.String()), ("opened", sa.JSON()), ("capacity", sa.Integer()))


def upgrade() -> None:
    with op.batch_alter_table("dated_role", schema=None) as batch_op:
        for name, kind in _LIMITS:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    with op.batch_alter_table("member", schema=None) as batch_op:
        for name, kind in (*_LIMITS, *_MEMBER):
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column("acting_for", sa.String(), nullable=True))
    with op.batch_alter_table("workgroup", schema=None) as batch_op:
        for name, kind in _GROUP:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        for name in ("deadlines", "involves"):
            batch_op.add_column(sa.Column(name, sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "group_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("workgroup_key", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("said_day", sa.Date(), nullable=True),
        sa.Column("word", sa.JSON(), nullable=True),
        sa.Column("starts_at", sa.String(), nullable=True),
        sa.Column("ends_at", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("involved", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=True),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("inferred", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_key", "key"),
    )
    op.create_index("ix_group_meeting_programme_key", "group_meeting", ["programme_key"])
    op.create_index("ix_group_meeting_first_day", "group_meeting", ["first_day"])
    op.create_table(
        "meeting_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("meeting_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=True),
        sa.Column("papers_on", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"]),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("programme_key", "meeting_key"),
    )
    op.create_index("ix_meeting_record_programme_key", "meeting_record", ["programme_key"])
    op.create_table(
        "group_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sa.String(), nullable=False),
        sa.Column("workgroup_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"]),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_group_work_programme_key", "group_work", ["programme_key"])


def downgrade() -> None:
    for table in ("group_work", "meeting_record", "group_meeting"):
        op.drop_table(table)
    with op.batch_alter_table("workgroup", schema=None) as batch_op:
        for name in ("deadlines", "involves", *(name for name, _ in _GROUP)):
            batch_op.drop_column(name)
    with op.batch_alter_table("member", schema=None) as batch_op:
        for name in ("acting_for", *(name for name, _ in (*_LIMITS, *_MEMBER))):
            batch_op.drop_column(name)
    with op.batch_alter_table("dated_role", schema=None) as batch_op:
        for name, _ in _LIMITS:
            batch_op.drop_column(name)
