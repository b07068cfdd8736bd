"""Tables are brought up to date once, whoever does it at the same moment; a version serves on tables later than its own."""

import asyncio

import pytest
from sqlalchemy import text

from services.host import NAMES, service_named
from services.intake.main import SERVICE
from shared.database import Database
from shared.migrations import is_current, migrate


async def stamp(database: Database, was: str, revision: str) -> None:
    async with database.engine.begin() as connection:
        done = await connection.execute(
            text("UPDATE alembic_version SET version_num = :revision WHERE version_num LIKE :was"),
            {"revision": revision, "was": was},
        )
        assert done.rowcount == 1


async def test_a_version_goes_on_serving_on_the_tables_of_the_next(open_database):
    async with open_database(SERVICE) as database:
        await stamp(database, "intake_%", "intake_9999")
        await stamp(database, "ground_%", "ground_9999")
        assert await is_current(database, SERVICE.migrations)
        await migrate(database, SERVICE.migrations)
        assert await is_current(database, SERVICE.migrations)


@pytest.mark.parametrize("line", ["intake", "ground"])
async def test_tables_that_are_behind_in_either_line_are_behind(open_database, line):
    async with open_database(SERVICE) as database:
        await stamp(database, f"{line}_%", f"{line}_0000")
        assert not await is_current(database, SERVICE.migrations)


async def test_an_empty_database_is_behind(tmp_path):
    database = SERVICE.open(f"sqlite+aiosqlite:///{tmp_path / 'empty'}.sqlite", authority="206")
    assert not await is_current(database, SERVICE.migrations)
    await database.close()


@pytest.mark.parametrize("name", NAMES)
async def test_two_processes_that_migrate_at_once_both_find_the_tables_there(postgres_server, name):
    service = service_named(name)
    url = postgres_server.url(f"at_once_{name}")
    databases = [service.open(url, authority="206") for _ in range(2)]
    try:
        await asyncio.gather(*(migrate(database, service.migrations) for database in databases))
        assert await is_current(databases[0], service.migrations)
    finally:
        for database in databases:
            await database.close()
        postgres_server.drop(f"at_once_{name}")
