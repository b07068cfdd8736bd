"""Brings a service's tables to where its code needs them: the ground's tables, then the service's own.

Two lines of revisions meet in each database: `shared/migrations/ground` and `services/<name>/migrations`.
"""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.database import GROUND, Database

HERE = Path(__file__).parent
LOCK = 0x44574331
"""Two processes that migrate at once would crash each other on PostgreSQL."""


def _config(own: Path, **attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{HERE / 'ground'}\n{own}")
    config.attributes.update(attributes)
    return config


async def migrate(database: Database, own: Path) -> None:
    """Bring the database to the newest revision of the ground's and the service's own tables."""

    def upgrade(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        command.upgrade(_config(own, connection=connection), "heads")

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)


async def is_current(database: Database, own: Path) -> bool:
    """Whether the database has every revision this code knows of."""

    def heads(connection: Connection) -> set[str]:
        return set(MigrationContext.configure(connection).get_current_heads())

    async with database.watching() as session:
        return _newest(own) <= await (await session.connection()).run_sync(heads)


@cache
def _newest(own: Path) -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(_config(own)).get_heads())


async def write_revision(database: Database, own: Path, tables: MetaData, message: str) -> None:
    """For a developer: write the revision that takes the migrated database to what the models say."""

    def revise(connection: Connection) -> None:
        ours, folder, head = (GROUND, HERE / "ground", "ground") if tables is GROUND else (tables, own, own.parent.name)
        config = _config(own, connection=connection, tables=ours)
        exists = any(folder.glob("*.py"))
        command.revision(
            config,
            message,
            autogenerate=True,
            head=f"{head}@head" if exists else "base",
            branch_label=None if exists else head,
            version_path=str(folder),
            rev_id=f"{head}_{len(list(folder.glob('*.py'))) + 1:04d}",
        )

    async with database.engine.begin() as connection:
        await connection.run_sync(revise)
