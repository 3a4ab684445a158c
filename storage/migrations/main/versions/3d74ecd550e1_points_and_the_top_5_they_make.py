"""points and the top 5 they make"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "3d74ecd550e1"
down_revision = "ebd538ce9946"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("holds_from", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_criteria_version_programme_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_version")),
    )
    with op.batch_alter_table("criteria_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_criteria_version_programme_key"), ["programme_key"], unique=False)

    op.create_table(
        "initiative_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("initiative_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("criteria_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("closed_at", storage.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_initiative_assessment_closed_by")),
        sa.ForeignKeyConstraint(
            ["criteria_id"], ["criteria_version.id"], name=op.f("fk_initiative_assessment_criteria_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_initiative_assessment_opened_by")),
        sa.ForeignKeyConstraint(
            ["programme_key"], ["programme.key"], name=op.f("fk_initiative_assessment_programme_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_assessment")),
        sa.UniqueConstraint(
            "programme_key",
            "initiative_key",
            "number",
            name=op.f("uq_initiative_assessment_programme_key_initiative_key_number"),
        ),
    )
    op.create_table(
        "initiative_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("given_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["initiative_assessment.id"], name=op.f("fk_initiative_score_assessment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_initiative_score_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_score")),
        sa.UniqueConstraint(
            "assessment_id",
            "person_id",
            "criterion",
            name=op.f("uq_initiative_score_assessment_id_person_id_criterion"),
        ),
    )
    with op.batch_alter_table("initiative_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiative_score_assessment_id"), ["assessment_id"], unique=False)

    with op.batch_alter_table("top_list", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ranked_at", storage.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), server_default="", nullable=False))
        batch_op.alter_column("set_by", existing_type=sa.INTEGER(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("top_list", schema=None) as batch_op:
        batch_op.alter_column("set_by", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("reason")
        batch_op.drop_column("ranked_at")

    with op.batch_alter_table("initiative_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_initiative_score_assessment_id"))

    op.drop_table("initiative_score")
    op.drop_table("initiative_assessment")
    with op.batch_alter_table("criteria_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_criteria_version_programme_key"))

    op.drop_table("criteria_version")
