"""published reports"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "reporting_0009"
down_revision = "reporting_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_report",
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", shared.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("period", "n", name=op.f("pk_published_report")),
    )


def downgrade() -> None:
    op.drop_table("published_report")
