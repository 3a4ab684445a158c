"""people who had all that is theirs erased, and the files that somebody asked for"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import storage.database

revision = "f1edc34cf982"
down_revision = "7f4ac3e1ad58"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_remains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erased_remains")),
    )
    op.create_table(
        "download",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("asked_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.Float(), nullable=False),
        sa.Column("fetched_at", storage.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("times_fetched", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_download_person_id")),
        sa.ForeignKeyConstraint(["programme_key"], ["programme.key"], name=op.f("fk_download_programme_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_download_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_erased", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("is_erased")

    with op.batch_alter_table("download", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_download_person_id"))

    op.drop_table("download")
    op.drop_table("erased_remains")
