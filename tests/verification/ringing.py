"""A leader that lets timers fire until it is killed: one of the processes of `test_killed_timers.py`.

It is told its database and a file with the instant that its clock shows, which whoever watches it may change at any time. It
says on standard output when it is about to ring, and again when it has rung and not committed yet.
"""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Column, MetaData, Table, Uuid, insert

from services.observation.main import SERVICE
from shared import clock, due, leader
from shared.clock import held_at
from shared.database import Database, UTCDateTime
from shared.due import Timer, fire
from shared.leader import Duty, lead

rung_table = Table("rung", MetaData(), Column("subject", Uuid), Column("at", UTCDateTime))
"""Every time a timer rang, it is written down here."""

A_FEW, BEFORE_THE_COMMIT = 20, 0.01


async def ring(session, subjects) -> None:
    print("ringing", flush=True)
    await session.execute(insert(rung_table), [{"subject": subject, "at": clock.now()} for subject in subjects])
    print("rung", flush=True)
    await asyncio.sleep(BEFORE_THE_COMMIT)


BELL = Timer("bell", ring)


async def main(url: str, clock_file: Path) -> None:
    due.BATCH, leader.RETRY_SECONDS = A_FEW, 0.05

    async def round_of(database: Database) -> None:
        with held_at(datetime.fromisoformat(await asyncio.to_thread(clock_file.read_text))):
            await fire(database, [BELL])

    await lead(SERVICE.open(url, authority="206"), [Duty("fire timers", round_of, every=timedelta(milliseconds=20))])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
