"""For a developer who has changed a model: `python -m shared.migrations intake "add a restricted flag"`.

Writes the revision that takes a database, migrated as far as the revisions go, to what the models say.
`ground` in place of a service writes one for the tables every service has.
"""

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path

from shared.database import GROUND, Database
from shared.migrations import migrate, write_revision


async def revise(name: str, message: str) -> None:
    import shared.web.app
    import shared.web.idempotency  # noqa: F401 -- between them these bring in every ground table

    with tempfile.TemporaryDirectory() as folder:
        database = Database(name, f"sqlite+aiosqlite:///{folder}/revise.sqlite")
        own, tables = Path("shared/migrations/none"), GROUND
        if name != "ground":
            service = importlib.import_module(f"services.{name}.main").SERVICE
            own, tables = service.migrations, service.tables
        await migrate(database, own)
        await write_revision(database, own, tables, message)
        await database.close()


asyncio.run(revise(sys.argv[1], sys.argv[2]))
