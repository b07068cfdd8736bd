"""The relay: takes the oldest events from the outbox, sees them safely sent, then removes them.

It always begins at the oldest undelivered row and a failed send stops the batch, so the first time an event arrives it
arrives in order; the inbox drops what comes again. Not SKIP LOCKED and not a cursor on PostgreSQL: both were tried, and
both lost order or rows.
"""

import asyncio
import contextlib
import time

from shared.database import Database
from shared.messaging import outbox
from shared.messaging.transports import Transport
from shared.telemetry import log

BATCH = 500
POLL_SECONDS = 0.1
"""A safety net: after a commit in this process the relay is woken at once."""
PACE_SECONDS = 0.02
"""Rounds begin at least so far apart, so that under load each carries more and leaves more to the requests."""


async def relay_once(database: Database, transport: Transport) -> int:
    """Deliver one batch; returns how many events it held."""
    async with database.reading() as session:
        waiting = await outbox.oldest(session, limit=BATCH)
    if not waiting:
        return 0
    await transport.send([envelope for _, envelope in waiting])
    async with database.transaction() as session:
        await outbox.delivered(session, [pos for pos, _ in waiting])
    return len(waiting)


async def relay(database: Database, transport: Transport) -> None:
    """Deliver for ever. A failure is logged and tried again, a little later each time."""
    pause = POLL_SECONDS
    while True:
        database.spoken.clear()
        began = time.monotonic()
        try:
            count = await relay_once(database, transport)
        except Exception as failure:
            log.warning("relay.failed", service=database.service, error=type(failure).__name__)
            pause = min(pause * 2, 5.0)
            await asyncio.sleep(pause)
            continue
        pause = POLL_SECONDS
        if count < BATCH:
            with contextlib.suppress(TimeoutError):
                # Not wait_for: before Python 3.12 it loses a cancellation that comes together with what it waits for.
                async with asyncio.timeout(POLL_SECONDS):
                    await database.spoken.wait()
            await asyncio.sleep(began + PACE_SECONDS - time.monotonic())


async def drain(database: Database, transport: Transport) -> int:
    """Deliver everything that waits, then stop; returns how many events there were."""
    total = 0
    while count := await relay_once(database, transport):
        total += count
    return total
