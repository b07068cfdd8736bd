"""seal the audit, and let the database refuse to change what is in it"""

import sqlalchemy as sa
import sqlmodel  # noqa: F401
from alembic import op

import shared.database  # noqa: F401

revision = "ground_0004"
down_revision = "ground_0003"
branch_labels = None
depends_on = None

ONLY_ADDED_TO = ("audit", "audit_seal")
FUNCTION = """
CREATE FUNCTION only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_seal")),
    )
    op.add_column("audit", sa.Column("break_glass", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
    for table in ONLY_ADDED_TO:
        for statement in triggers(table):
            op.execute(statement)


def triggers(table: str) -> list[str]:
    """A table that is rebuilt on SQLite, as a batch operation does, loses its triggers: make them again there."""
    if op.get_bind().dialect.name == "postgresql":
        changes = "UPDATE OR DELETE OR TRUNCATE"
        doing = "FOR EACH STATEMENT EXECUTE FUNCTION only_added_to()"
        return [f"CREATE TRIGGER {table}_only_added_to BEFORE {changes} ON {table} {doing}"]
    return [
        f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
        for change in ("UPDATE", "DELETE")
    ]


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_added_to() CASCADE")
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(f"DROP TRIGGER audit_no_{change}")
    op.drop_column("audit", "break_glass")
    op.drop_table("audit_seal")
