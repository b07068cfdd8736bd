"""epochs, republication, kinds of dead letters"""

import sqlalchemy as sa
from alembic import op

import shared.database

revision = "ground_0003"
down_revision = "ground_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "epoch",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", shared.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_epoch")),
    )
    op.create_table(
        "republication",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("after_restore", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("topic", name=op.f("pk_republication")),
    )
    with op.batch_alter_table("dead_letter") as table:
        table.alter_column("key", existing_type=sa.Uuid(), nullable=True)
        # Letters kept so far are of events that could not be acted on; version N goes on writing them without these.
        table.add_column(sa.Column("kind", sa.Text(), nullable=False, server_default="poison"))
        table.add_column(sa.Column("type", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("replayed_at", shared.database.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("dead_letter") as table:
        for name in ("kind", "type", "attempts", "replayed_at"):
            table.drop_column(name)
    op.drop_table("republication")
    op.drop_table("epoch")
