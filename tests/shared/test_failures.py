"""Which failures pass by themselves: told by the real errors of both databases, which call too much "operational"."""

from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.observation.main import SERVICE
from shared.failures import is_transient
from shared.migrations import migrate


@asynccontextmanager
async def opened(url: str):
    database = SERVICE.open(url, authority="206")
    try:
        await migrate(database, SERVICE.migrations)
        yield database
    finally:
        await database.close()


async def failure_of(database, *statements: str) -> DBAPIError:
    async def one_transaction() -> None:
        async with database.transaction() as session:
            for statement in statements:
                await session.execute(text(statement))

    with pytest.raises(DBAPIError) as raised:
        await one_transaction()
    return raised.value


@pytest.mark.parametrize(
    "statement",
    ["SELECT nonesuch FROM inbox", "SELECT 1 FROM nonesuch", "INSERT INTO epoch (number) VALUES (1)", "SELEKT"],
)
async def test_a_mistake_of_ours_is_a_mistake_the_next_time_too(open_database, statement) -> None:
    async with open_database(SERVICE) as database:
        assert not is_transient(await failure_of(database, statement))


async def test_sqlite_that_another_process_writes_to_is_free_again_later(tmp_path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/observation.sqlite"
    async with opened(url) as first, opened(url) as second:
        async with second.engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=1")
        async with first.transaction() as session:
            await session.execute(text("SELECT 1"))
            assert is_transient(await failure_of(second, "SELECT 1"))


async def test_sqlite_on_a_full_disk_may_have_room_later(tmp_path) -> None:
    fill = (
        "INSERT INTO inbox SELECT hex(randomblob(16)) FROM sqlite_schema AS a, sqlite_schema AS b, sqlite_schema AS c"
    )
    async with opened(f"sqlite+aiosqlite:///{tmp_path}/observation.sqlite") as database:
        assert is_transient(await failure_of(database, "PRAGMA max_page_count=1", fill, fill))


async def test_postgresql_that_would_not_wait_or_was_cut_off_may_answer_later(postgres_urls) -> None:
    async with opened(postgres_urls("observation")) as database:
        async with database.transaction() as session:
            await session.execute(text("LOCK TABLE inbox"))
            locked = await failure_of(database, "SET LOCAL lock_timeout = '1ms'", "SELECT 1 FROM inbox")
        assert is_transient(locked)
        assert is_transient(await failure_of(database, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"))
        assert is_transient(await failure_of(database, "SET TRANSACTION READ ONLY", "DELETE FROM inbox"))


async def test_a_statement_whose_table_was_migrated_is_prepared_again(postgres_urls) -> None:
    """asyncpg keeps statements prepared; PostgreSQL refuses one once when what it answers has changed."""
    url = postgres_urls("observation")
    async with opened(url) as running, opened(url) as migrating:
        asked = text("SELECT reference FROM known_worker")
        async with running.transaction() as session:
            await session.execute(asked)
        async with migrating.transaction() as session:
            await session.execute(text("ALTER TABLE known_worker ALTER COLUMN reference TYPE varchar(100)"))
        assert is_transient(await failure_of(running, str(asked)))
        async with running.transaction() as session:
            await session.execute(asked)
