"""published figures and populations"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "reporting_0003"
down_revision = "reporting_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "population",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", shared.database.UTCDateTime(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("as_on", sa.Date(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("area", "vintage", "age_band", "as_on", name=op.f("pk_population")),
    )
    op.create_table(
        "published_figure",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("vintage", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("loaded_at", shared.database.UTCDateTime(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("area", "vintage", "measure", "year", name=op.f("pk_published_figure")),
    )


def downgrade() -> None:
    op.drop_table("published_figure")
    op.drop_table("population")
