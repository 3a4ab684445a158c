"""ideas and states of initiatives"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "ebd538ce9946"
down_revision = "a61c9e2f7d08"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "initiative_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("initiative_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("why", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_initiative_change_changed_by")),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_initiative_change_programme_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_change")),
        sa.UniqueConstraint(
            "programme_key",
            "initiative_key",
            "number",
            name=op.f("uq_initiative_change_programme_key_initiative_key_number"),
        ),
    )
    op.create_table(
        "initiative_idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("initiative_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("form", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("need", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("for_whom", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("effort", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_known_need", sa.Boolean(), nullable=False),
        sa.Column("risk", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("competences", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("releases", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_initiative_idea_programme_key")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_initiative_idea_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_idea")),
        sa.UniqueConstraint("programme_key", "form", name=op.f("uq_initiative_idea_programme_key_form")),
        sa.UniqueConstraint(
            "programme_key", "initiative_key", name=op.f("uq_initiative_idea_programme_key_initiative_key")
        ),
    )
    with op.batch_alter_table("initiative_idea", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_initiative_idea_programme_key"), ["programme_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_initiative_idea_proposed_by"), ["proposed_by"], unique=False)

    with op.batch_alter_table("initiative", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_common", sa.Boolean(), server_default=sa.true(), nullable=False))

    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prioritising", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_column("prioritising")

    with op.batch_alter_table("initiative", schema=None) as batch_op:
        batch_op.drop_column("is_common")

    with op.batch_alter_table("initiative_idea", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_initiative_idea_proposed_by"))
        batch_op.drop_index(batch_op.f("ix_initiative_idea_programme_key"))

    op.drop_table("initiative_idea")
    op.drop_table("initiative_change")
