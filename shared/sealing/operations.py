"""What the leader does about once a second: seal the audit rows that are new."""

from joserfc.jwk import OKPKey
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.database import Database
from shared.sealing.anchors import Anchors
from shared.sealing.keys import sign
from shared.sealing.models import FIRST, digests, seal_table
from shared.sealing.queries import last_row, newest_head
from shared.sealing.statement import Head, Statement, packed
from shared.telemetry import log

BATCH = 1000
"""Rows under one seal at most: few enough that no request waits while they are digested."""
WAIT_MS = 100
"""How long the cut may keep others waiting. When it is not had by then, the next second does."""
LOCK_NOT_AVAILABLE = "55P03"


async def seal(database: Database, key: OKPKey, anchors: Anchors) -> int:
    """Seal what is new; returns how many rows that were."""
    async with database.reading() as session:
        newest = await newest_head(session)
        last = await last_row(session)
    if newest is not None:
        await anchors.keep(newest)  # the process may have ended between a seal and its anchor
    if last <= (newest.last if newest else 0):
        return 0
    until = await _cut(database)
    sealed = 0
    while until is not None and (made := await _seal_next(database, newest, key, until=until)):
        newest, rows = made
        await anchors.keep(newest)
        sealed += rows
    return sealed


async def _cut(database: Database) -> int | None:
    """The `seq` up to which every row is there, or never will be; None when it could not be told at once.

    A row's `seq` is drawn before the row can be seen, so on PostgreSQL a row may appear behind one that is sealed already.
    For an instant nobody may be in the middle of adding one. SQLite has one writer.
    """
    try:
        async with database.transaction() as session:
            if not database.is_sqlite:
                await session.execute(text(f"SET LOCAL lock_timeout = {WAIT_MS}"))
                await session.execute(text("LOCK TABLE audit IN SHARE MODE"))
            return await last_row(session)
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        log.info("audit.seal_put_off", service=database.service)
        return None


async def _seal_next(database: Database, newest: Head | None, key: OKPKey, *, until: int) -> tuple[Head, int] | None:
    """Seal the next rows up to the cut; None when there are none. Of two leaders at once one fails on the seal's number."""
    async with database.transaction() as session:
        after = newest.last if newest else FIRST
        links = await digests(session, after=after, until=until, limit=BATCH)
        if not links:
            return None
        statement = Statement.of(
            packed(links),
            service=database.service,
            seal=newest.seal + 1 if newest else 1,
            previous=newest.sha256 if newest else "",
            at=clock.now(),
        )
        signed = sign(statement, key)
        made = {"n": statement.seal, "last": statement.last, "links": packed(links), "signed": signed}
        await session.execute(insert(seal_table).values(made))
    return Head.of(statement.seal, statement.last, signed), statement.rows
