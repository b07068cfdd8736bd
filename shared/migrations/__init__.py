"""Brings a service's tables to where its code needs them: the ground's tables, then the service's own.

Two lines of revisions meet in each database: `shared/migrations/ground` and `services/<name>/migrations`.
"""

from collections.abc import Iterable
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
        if _has_all(connection, own):
            return
        command.upgrade(_config(own, connection=connection), "heads")

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)
    await database.read_epoch()


async def is_current(database: Database, own: Path) -> bool:
    """Whether the database has every revision this code knows of. It may have later ones: this code serves on them, so that
    an upgrade migrates first and replaces the processes after.
    """
    async with database.watching() as session:
        return await (await session.connection()).run_sync(_has_all, own)


def _has_all(connection: Connection, own: Path) -> bool:
    there = _by_line(MigrationContext.configure(connection).get_current_heads())
    return all(there.get(line, "") >= revision for line, revision in _newest(own).items())


@cache
def _newest(own: Path) -> dict[str, str]:
    return _by_line(ScriptDirectory.from_config(_config(own)).get_heads())


def _by_line(revisions: Iterable[str]) -> dict[str, str]:
    """The revision reached on each line: they are numbered, as `ground_0002` and `intake_0003`."""
    return {revision.rpartition("_")[0]: revision for revision in revisions}


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
