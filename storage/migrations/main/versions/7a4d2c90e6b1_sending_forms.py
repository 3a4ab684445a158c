"""Forms of the card that sends an announcement

Revision ID: 7a4d2c90e6b1
Revises: 5c1e7a2b9d40

"""

import sqlalchemy as sa
from alembic import op

revision = "7a4d2c90e6b1"
down_revision = "5c1e7a2b9d40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sending_form",
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_sending_form_announcement_id_announcement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sending_form_person_id_person")),
        sa.PrimaryKeyConstraint("announcement_id", "person_id", name=op.f("pk_sending_form")),
    )


def downgrade() -> None:
    op.drop_table("sending_form")
