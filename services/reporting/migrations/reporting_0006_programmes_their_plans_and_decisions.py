"""programmes their plans and decisions"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "reporting_0006"
down_revision = "reporting_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", shared.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_decision")),
    )
    with op.batch_alter_table("programme_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_decision_programme"), ["programme"], unique=False)

    op.create_table(
        "programme_plan",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("stated", sa.JSON(), nullable=False),
        sa.Column("stated_by", sa.Text(), nullable=False),
        sa.Column("stated_at", shared.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "n", name=op.f("pk_programme_plan")),
    )


def downgrade() -> None:
    op.drop_table("programme_plan")
    with op.batch_alter_table("programme_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_decision_programme"))

    op.drop_table("programme_decision")
