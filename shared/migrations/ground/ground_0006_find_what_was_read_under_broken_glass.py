"""find what was read under broken glass"""

import sqlalchemy as sa
from alembic import op

revision = "ground_0006"
down_revision = "ground_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("break_glass IS NOT NULL")
    op.create_index("ix_audit_break_glass", "audit", ["break_glass"], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    op.drop_index("ix_audit_break_glass", "audit")
