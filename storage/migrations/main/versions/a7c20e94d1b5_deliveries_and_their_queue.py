"""deliveries, their steps, and the order of their queue"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "a7c20e94d1b5"
down_revision = "e81f0c6a3d27"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("named", _TEXT(), nullable=True),
        sa.Column("initiative_key", _TEXT(), nullable=True),
        sa.Column("title", _TEXT(), nullable=False),
        sa.Column("need", _TEXT(), nullable=False),
        sa.Column("for_whom", _TEXT(), nullable=False),
        sa.Column("answered_for", _TEXT(), nullable=False),
        sa.Column("is_known_need", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", _MOMENT(timezone=True), nullable=False),
        sa.Column("form", _TEXT(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_delivery_changed_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_delivery_made_by")),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_delivery_programme_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("programme_key", "form", name=op.f("uq_delivery_programme_key_form")),
        sa.UniqueConstraint("programme_key", "named", name=op.f("uq_delivery_programme_key_named")),
    )
    op.create_table(
        "delivery_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("note", _TEXT(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_step_delivery_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delivery_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_step")),
    )
    op.create_table(
        "delivery_queue_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("looked_by", sa.Integer(), nullable=False),
        sa.Column("looked_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["looked_by"], ["person.id"], name=op.f("fk_delivery_queue_look_looked_by")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_delivery_queue_look_programme_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_queue_look")),
    )
    for table, column in (
        ("delivery", "programme_key"),
        ("delivery_step", "delivery_id"),
        ("delivery_queue_look", "programme_key"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sprints", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("sprints")
    for table, column in (
        ("delivery_queue_look", "programme_key"),
        ("delivery_step", "delivery_id"),
        ("delivery", "programme_key"),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
        op.drop_table(table)
