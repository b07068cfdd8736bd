"""the version of the cells"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "reporting_0002"
down_revision = "reporting_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cells_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", shared.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cells_version")),
    )


def downgrade() -> None:
    op.drop_table("cells_version")
