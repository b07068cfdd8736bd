"""One leader a service: of several processes only one relays, so that events keep their order.

PostgreSQL decides by a session advisory lock on a connection of its own: it is freed when the process dies or the
connection is lost, without a lease to run out. SQLite has one process anyway.
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.database import Database
from shared.telemetry import log

RETRY_SECONDS = 1.0


async def lead(database: Database, duty: Callable[[], Awaitable[None]]) -> None:
    """Run the duty while this process is the service's leader; wait for the lead when it is not."""
    if database.is_sqlite:
        await duty()
        return
    # Unpooled and kept alive: a lock that lingers on a half-dead connection would silence the service.
    keepalive = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}
    engine = create_async_engine(
        database.url, poolclass=NullPool, connect_args={"timeout": 5, "server_settings": keepalive}
    )
    lock = zlib.crc32(f"dwc.{database.service}.leader".encode())
    while True:
        try:
            async with engine.connect() as raw:
                connection = await raw.execution_options(isolation_level="AUTOCOMMIT")
                while not (
                    await connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": lock})
                ).scalar_one():
                    await asyncio.sleep(RETRY_SECONDS)
                log.info("leader.took_over", service=database.service)
                work = asyncio.ensure_future(duty())
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
