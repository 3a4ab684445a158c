"""sprints, the teams of them, and what each works on"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "b81d35f0c2a7"
down_revision = "a7c20e94d1b5"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime
_INDEXES = (
    ("sprint", "programme_key"),
    ("sprint_team", "programme_key"),
    ("sprint_team_member", "team_id"),
    ("sprint_team_member", "person_id"),
    ("sprint_work", "programme_key"),
    ("sprint_work", "sprint_id"),
)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "sprint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("planned_at", _MOMENT(timezone=True), nullable=True),
        sa.Column("was_looked_at", sa.Boolean(), nullable=False),
        _refers("sprint", "programme_key", "programme.key"),
        _refers("sprint", "set_by", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprint")),
        sa.UniqueConstraint("programme_key", "number", name=op.f("uq_sprint_programme_key_number")),
    )
    op.create_table(
        "sprint_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT(timezone=True), nullable=False),
        sa.Column("ended_at", _MOMENT(timezone=True), nullable=True),
        sa.Column("form", _TEXT(), nullable=True),
        _refers("sprint_team", "changed_by", "person.id"),
        _refers("sprint_team", "programme_key", "programme.key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprint_team")),
        sa.UniqueConstraint("programme_key", "form", name=op.f("uq_sprint_team_programme_key_form")),
    )
    op.create_table(
        "sprint_team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        _refers("sprint_team_member", "person_id", "person.id"),
        _refers("sprint_team_member", "programme_key", "programme.key"),
        _refers("sprint_team_member", "team_id", "sprint_team.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprint_team_member")),
    )
    op.create_table(
        "sprint_work",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("sprint_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", _MOMENT(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("shown", _TEXT(), nullable=False),
        sa.Column("why", _TEXT(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", _MOMENT(timezone=True), nullable=True),
        _refers("sprint_work", "delivery_id", "delivery.id"),
        _refers("sprint_work", "programme_key", "programme.key"),
        _refers("sprint_work", "recorded_by", "person.id"),
        _refers("sprint_work", "sprint_id", "sprint.id"),
        _refers("sprint_work", "taken_by", "person.id"),
        _refers("sprint_work", "team_id", "sprint_team.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprint_work")),
    )
    for table, column in _INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("sprint_work", schema=None) as batch_op:
        for column in ("team_id", "delivery_id"):
            batch_op.create_index(
                f"uq_sprint_work_open_{column}",
                [column],
                unique=True,
                sqlite_where=sa.text("result IS NULL"),
                postgresql_where=sa.text("result IS NULL"),
            )


def downgrade() -> None:
    with op.batch_alter_table("sprint_work", schema=None) as batch_op:
        for column in ("delivery_id", "team_id"):
            batch_op.drop_index(f"uq_sprint_work_open_{column}")
    for table, column in reversed(_INDEXES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
    for table in ("sprint_work", "sprint_team_member", "sprint_team", "sprint"):
        op.drop_table(table)
