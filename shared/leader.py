"""One leader a service: of several processes only one relays, seals and keeps the clocks, so that order is kept.

PostgreSQL decides by a session advisory lock on a connection of its own: it is freed when the process dies or the
connection is lost, without a lease to run out. SQLite has one process anyway.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from shared.database import Database
from shared.messaging import outbox
from shared.problems import Conflict
from shared.telemetry import log

RETRY_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
CATCH_UP_SECONDS = 5.0
CATCH_UP_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Duty:
    """Something one process does for the whole service: a round of work, then a rest, then the next."""

    name: str
    work: Callable[[Database], Awaitable[object]]
    """One round. It may also go on for ever by itself, as the relay does."""
    every: timedelta = timedelta(seconds=1)
    """The rest between two rounds. The first begins as soon as this process leads."""
    last_thing: bool = False
    """Whether there is a round more before the leader stops."""


class StillRunning(Conflict):
    title = "A process of this service is still running"


async def lead(database: Database, duties: Sequence[Duty]) -> None:
    """Perform the duties while this process is the service's leader; wait for the lead when it is not."""
    if database.is_sqlite:
        await perform(database, duties)
        return
    while True:
        try:
            async with _connection_for_the_lock(database) as connection:
                while not await _takes_the_lock(connection, database.service):
                    await asyncio.sleep(RETRY_SECONDS)
                log.info("leader.took_over", service=database.service)
                work = asyncio.ensure_future(perform(database, duties))
                try:
                    while not work.done():
                        await asyncio.wait({work}, timeout=RETRY_SECONDS)
                        await connection.execute(text("SELECT 1"))  # fails when the lock is no longer ours
                    await work
                finally:
                    work.cancel()
                    await asyncio.gather(work, return_exceptions=True)
        except Exception as failure:
            log.warning("leader.lost", service=database.service, error=type(failure).__name__)
            await asyncio.sleep(RETRY_SECONDS)


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[None]:
    """Let no process of the service lead while the block runs. Raises `StillRunning` if one leads already."""
    if database.is_sqlite:
        yield
        return
    async with _connection_for_the_lock(database) as connection:
        if not await _takes_the_lock(connection, database.service):
            raise StillRunning(f"stop every process of {database.service} first")
        yield


@asynccontextmanager
async def _connection_for_the_lock(database: Database) -> AsyncIterator[AsyncConnection]:
    """Unpooled and kept alive, and no statement on it waits for long: a lock that lingers on a half-dead connection would
    silence the service.
    """
    keepalive = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}
    engine = create_async_engine(
        database.url,
        poolclass=NullPool,
        connect_args={"timeout": 5, "command_timeout": 5, "server_settings": keepalive},
    )
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


async def _takes_the_lock(connection: AsyncConnection, service: str) -> bool:
    tried = await connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": lock_of(service)})
    return bool(tried.scalar_one())


async def catch_up(database: Database, duties: Sequence[Duty] = ()) -> None:
    """Before a leader stops: give it a moment to deliver what has been said, and perform a last time what is to be left in
    order. What is not done then is not lost; whoever leads next begins with it.
    """
    with suppress(Exception):  # the database or the broker is away: the next leader will see to it
        async with asyncio.timeout(CATCH_UP_SECONDS):
            while database.leads and await _is_behind(database):
                await asyncio.sleep(CATCH_UP_POLL_SECONDS)
            for duty in duties:
                if database.leads and duty.last_thing:
                    await duty.work(database)


async def _is_behind(database: Database) -> bool:
    async with database.watching() as session:
        return await outbox.depth(session) > 0


def lock_of(service: str) -> int:
    """The advisory lock that a service's leader holds in its database."""
    return zlib.crc32(f"dwc.{service}.leader".encode())


async def perform(database: Database, duties: Sequence[Duty]) -> None:
    """All duties side by side, for ever. One that fails is tried again, later each time, and stops no other."""
    database.leads = True
    try:
        async with asyncio.TaskGroup() as side_by_side:
            for duty in duties:
                side_by_side.create_task(_keep_up(database, duty), name=duty.name)
    finally:
        database.leads = False


async def _keep_up(database: Database, duty: Duty) -> None:
    pause = RETRY_SECONDS
    while True:
        try:
            await duty.work(database)
        except Exception as failure:
            log.warning("duty.failed", service=database.service, duty=duty.name, error=type(failure).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            continue
        pause = RETRY_SECONDS
        await asyncio.sleep(duty.every.total_seconds())
