"""the decisions log, and what the plan says is to be decided"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "4c17be02a6d9"
down_revision = "9301211ccc5d"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "decision_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", _TEXT(), nullable=False),
        sa.Column("text", _TEXT(), nullable=False),
        sa.Column("decided_by", _TEXT(), nullable=False),
        sa.Column("precision", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("discussed", sa.JSON(), nullable=False),
        sa.Column("dissent", _TEXT(), nullable=False),
        sa.Column("dissent_of", sa.String(), nullable=True),
        sa.Column("means", _TEXT(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("replaced_by", sa.Integer(), nullable=True),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_decision_entry_decision_id_decision")),
        sa.ForeignKeyConstraint(["replaced_by"], ["decision.id"], name=op.f("fk_decision_entry_replaced_by_decision")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_decision_entry_written_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_entry")),
        sa.UniqueConstraint("decision_id", "number", name=op.f("uq_decision_entry_decision_id_number")),
    )
    with op.batch_alter_table("decision_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_entry_decision_id"), ["decision_id"], unique=False)
    op.add_column("programme", sa.Column("decisions", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("milestone", sa.Column("decides", sa.JSON(none_as_null=True), nullable=True))
    # What was recorded as decided before there was a log is in it from now on, as far as it was told.
    op.execute(
        "INSERT INTO decision_entry (decision_id, number, kind, title, text, decided_by, precision, first_day, "
        "last_day, basis, discussed, dissent, means, standing, reason, written_by, written_at) "
        "SELECT id, 1, 'administrative', title, '', COALESCE(decided_by, ''), 'day', decided_on, decided_on, '[]', "
        "'[]', '', '', 'stands', '', COALESCE(settled_by, made_by), COALESCE(settled_at, made_at) "
        "FROM decision WHERE decided_on IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("milestone", "decides")
    op.drop_column("programme", "decisions")
    with op.batch_alter_table("decision_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_entry_decision_id"))
    op.drop_table("decision_entry")
