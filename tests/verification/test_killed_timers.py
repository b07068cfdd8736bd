"""The process that fires timers is killed (kill -9) in the middle of it, again and again, while its clock jumps: none is
lost, none fires twice, none fires early.
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select

from services.observation.main import SERVICE
from shared.due import due_table
from shared.migrations import migrate
from tests.conftest import ROOT
from tests.verification.ringing import A_FEW, rung_table

pytestmark = pytest.mark.timeout(3600)

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
"""A Saturday; summer time begins that night."""
DAYS = 12
AT_MOST = 180.0
"""Seconds until everything that is due has fired."""


class Bells:
    """Timers in a database, and the process that fires them."""

    def __init__(self, url: str, folder, *, seed: int) -> None:
        self.url, self.clock = url, folder / "clock"
        self.chance = random.Random(seed)
        self.when: dict[UUID, datetime] = {}
        self.killed_in_the_middle = 0

    async def set(self, timers: int) -> None:
        seconds = (-3 * 86400, DAYS * 86400)
        self.when = {
            UUID(int=number): NOON + timedelta(seconds=self.chance.randint(*seconds)) for number in range(1, timers + 1)
        }
        rows = [{"kind": "bell", "subject": id, "due_at": at, "failures": 0} for id, at in self.when.items()]
        database = SERVICE.open(self.url, authority="206")
        await migrate(database, SERVICE.migrations)
        async with database.engine.begin() as connection:
            await connection.run_sync(rung_table.create)
        async with database.transaction() as session:
            await session.execute(insert(due_table), rows)
        await database.close()

    def shows(self, now: datetime) -> None:
        """The clock, put there at once: whoever reads it must not find it half written."""
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(now.isoformat())
        fresh.replace(self.clock)

    @contextmanager
    def process(self) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "tests.verification.ringing", self.url, str(self.clock)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        with process:
            try:
                yield process
            finally:
                process.kill()  # SIGKILL: no chance to finish anything

    def fire_until_killed(self, now: datetime) -> None:
        """Let it fire some and kill it a moment after it rang, or was about to; its clock jumps back while it works."""
        self.shows(now)
        due = asyncio.run(self.due(now))
        with self.process() as process:
            lines = min(self.chance.randint(1, 5), 2 * -(-due // A_FEW))
            said = [process.stdout.readline() for _ in range(lines)]
            self.shows(now - timedelta(seconds=self.chance.randint(0, 3600)))
            time.sleep(self.chance.uniform(0, 0.02))
        self.killed_in_the_middle += bool(said)

    async def due(self, now: datetime) -> int:
        database = SERVICE.open(self.url, authority="206")
        waiting = select(func.count()).where(due_table.c.fired_at.is_(None), due_table.c.due_at <= now)
        async with database.reading() as session:
            count = (await session.execute(waiting)).scalar_one()
        await database.close()
        return int(count)

    def fire_all(self) -> None:
        end = NOON + timedelta(days=DAYS + 1)
        self.shows(end)
        deadline = time.monotonic() + AT_MOST
        with self.process():
            while asyncio.run(self.due(end)):
                assert time.monotonic() < deadline, "timers are due that do not fire"
                time.sleep(0.1)

    async def rung(self) -> list[tuple[UUID, datetime]]:
        database = SERVICE.open(self.url, authority="206")
        async with database.reading() as session:
            found = [(row.subject, row.at) for row in await session.execute(select(rung_table))]
        await database.close()
        return found


def survived(bells: Bells, *, timers: int, kills: int) -> None:
    asyncio.run(bells.set(timers))
    now, step = NOON - timedelta(days=3), 2 * (DAYS + 3) * 86400 // kills
    for _ in range(kills):
        bells.fire_until_killed(now)
        now += timedelta(seconds=bells.chance.randint(-3600, step))
    bells.fire_all()
    rung = asyncio.run(bells.rung())
    assert Counter(id for id, _ in rung) == dict.fromkeys(bells.when, 1)
    assert all(at >= bells.when[id] for id, at in rung)
    assert bells.killed_in_the_middle > kills // 3
    print(f"{timers} timers, {kills} kills, {bells.killed_in_the_middle} of them in the middle of ringing")


def test_six_hundred_timers_survive_four_kills_and_a_clock_that_jumps(database_urls, tmp_path) -> None:
    survived(Bells(database_urls("observation"), tmp_path, seed=1), timers=600, kills=4)


@pytest.mark.campaign
def test_ten_thousand_timers_survive_two_hundred_kills_and_a_clock_that_jumps(database_urls, tmp_path) -> None:
    """`DWC_TEST_KILLS` makes it shorter or longer."""
    kills = int(os.environ.get("DWC_TEST_KILLS", "200"))
    survived(Bells(database_urls("observation"), tmp_path, seed=2), timers=10_000, kills=kills)
