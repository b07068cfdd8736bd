"""breakdowns"""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0007"
down_revision = "reporting_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broken_down_cell",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("breakdown", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority", "indicator", "breakdown", "month", "category", "band", name=op.f("pk_broken_down_cell")
        ),
    )
    # Counted by no definitions of this version: whoever leads next counts everything again.
    with op.batch_alter_table("cells_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("definitions", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("cells_version", schema=None) as batch_op:
        batch_op.drop_column("definitions")
    op.drop_table("broken_down_cell")
