"""Alembic's way in: the connection is handed over by `shared.migrations`, never made here."""

from alembic import context

tables = context.config.attributes.get("tables")


def of_these_tables(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Compare only the tables asked about: ground and service share a database and not a revision."""
    return kind != "table" or tables is None or name in tables.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    include_object=of_these_tables,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="shared.database.",
)
with context.begin_transaction():
    context.run_migrations()
