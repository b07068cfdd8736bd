"""`deploy/postgres/databases.sh` on a real PostgreSQL: a role and a database a service, and no way into another's."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import asyncpg
import pytest

from services.host import NAMES, service_named
from services.reference.published import ROOT
from shared.migrations import is_current, migrate


@pytest.fixture
def set_up(postgres_server) -> Iterator[int]:
    """A server after the script has run; its port."""
    psql = postgres_server._bin / "psql"
    environment = {
        "PATH": f"{psql.parent}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgres_server.port),
        "POSTGRES_USER": "dwc",
        **{f"{name.upper()}_PASSWORD": f"it's {name}'s" for name in NAMES},
    }
    subprocess.run([shutil.which("bash"), ROOT / "deploy/postgres/databases.sh"], env=environment, check=True, cwd="/")
    yield postgres_server.port
    for name in NAMES:
        postgres_server.drop(name)
        postgres_server._sql(f'DROP ROLE "{name}"')


async def test_each_service_owns_its_database_and_enters_no_other(set_up, postgres_server):
    for name in NAMES:
        database = service_named(name).open(f"postgresql+asyncpg://{name}@127.0.0.1:{set_up}/{name}", authority="206")
        await migrate(database, service_named(name).migrations)
        assert await is_current(database, service_named(name).migrations)
        await database.close()
        for other in set(NAMES) - {name}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(host="127.0.0.1", port=set_up, user=name, database=other)
    stored = postgres_server._sql(
        "SELECT count(*) FROM pg_authid WHERE rolname = 'intake' AND rolpassword LIKE 'SCRAM-SHA-256$%'"
    )
    assert stored == "1"
