"""reviews of risk and of the working environment, and which milestone a decision is of"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "5c1e7a92d04b"
down_revision = "9d3b61e07c48"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "risk_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("key", _TEXT(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("link", _TEXT(), nullable=False),
        sa.Column("summary", _TEXT(), nullable=False),
        sa.Column("done_at", _MOMENT(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_risk_review_owner_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_risk_review_programme_key_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_review")),
        sa.UniqueConstraint("programme_key", "key", name=op.f("uq_risk_review_programme_key_key")),
    )
    op.create_table(
        "risk_review_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("what", _TEXT(), nullable=False),
        sa.Column("text", _TEXT(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_risk_review_step_person_id_person")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["risk_review.id"], name=op.f("fk_risk_review_step_review_id_risk_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_review_step")),
    )
    op.create_table(
        "risk_review_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("who", _TEXT(), nullable=False),
        sa.Column("is_by_meeting", sa.Boolean(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("text", _TEXT(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=False),
        sa.Column("said_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["risk_review.id"], name=op.f("fk_risk_review_part_review_id_risk_review")
        ),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_risk_review_part_said_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_review_part")),
    )
    with op.batch_alter_table("risk_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_review_programme_key"), ["programme_key"], unique=False)
    for table in ("risk_review_step", "risk_review_part"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_review_id"), ["review_id"], unique=False)
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("risk_reviews", sa.JSON(), nullable=True))
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("milestone_key", _TEXT(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("milestone_key")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("risk_reviews")
    for table in ("risk_review_part", "risk_review_step"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_review_id"))
        op.drop_table(table)
    with op.batch_alter_table("risk_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_risk_review_programme_key"))
    op.drop_table("risk_review")
