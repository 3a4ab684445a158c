"""what groups need somebody to know, while that is switched on"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "9d3b61e07c48"
down_revision = "60956fdaf82d"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = storage.database.UtcDateTime


def upgrade() -> None:
    op.create_table(
        "competence_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("discussed_on", sa.Date(), nullable=False),
        sa.Column("discussion", _TEXT(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("assessment", _TEXT(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("switched_by", sa.Integer(), nullable=False),
        sa.Column("switched_at", _MOMENT(timezone=True), nullable=False),
        sa.Column("ended_at", _MOMENT(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_competence_switch_ended_by_person")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_competence_switch_programme_key_programme")
        ),
        sa.ForeignKeyConstraint(["switched_by"], ["person.id"], name=op.f("fk_competence_switch_switched_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence_switch")),
    )
    op.create_table(
        "competence_need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", _TEXT(), nullable=False),
        sa.Column("workgroup_key", _TEXT(), nullable=False),
        sa.Column("initiative_key", _TEXT(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", _TEXT(), nullable=False),
        sa.Column("filling", _TEXT(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_competence_need_programme_key_programme")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_competence_need_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence_need")),
    )
    op.create_table(
        "competence_shared",
        sa.Column("sign_up_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", _MOMENT(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sign_up_id"], ["sign_up.id"], name=op.f("fk_competence_shared_sign_up_id_sign_up")),
        sa.PrimaryKeyConstraint("sign_up_id", name=op.f("pk_competence_shared")),
    )
    for table in ("competence_switch", "competence_need"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_programme_key"), ["programme_key"], unique=False)


def downgrade() -> None:
    op.drop_table("competence_shared")
    for table in ("competence_need", "competence_switch"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_programme_key"))
        op.drop_table(table)
