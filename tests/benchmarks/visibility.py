"""How long after a referral is acknowledged its child stands in reporting: woken after the commit, against a poller."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import UUID

import httpx

from services.host import Installation
from shared.settings import Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key
from tests.benchmarks.pairs import Rounds, paired
from tests.benchmarks.posting import FIRST, referral

POSTS = 40
ROUNDS = 5
LOOK_EVERY_SECONDS = 0.0005


class NeverWoken(asyncio.Event):
    """Stands in for the bell after each commit, so that only the relay's 100 ms poll is left."""

    def set(self) -> None:
        """Rings nothing."""


async def measure(folder: Path, step: Callable[[], None]) -> Rounds:
    """Posts a second if each waited to be visible: the inverse of the median delay, so that more is better."""
    house = Installation(Settings(data_dir=folder))
    async with house.running():
        reporting = sqlite3.connect(f"file:{folder / 'reporting.sqlite'}?mode=ro", uri=True)
        token = sign_token(
            trial_key(folder), Principal("case-system", Role.SOURCE_SYSTEM), issuer=house.settings.issuer, minutes=60
        )
        transport = httpx.ASGITransport(house.apps["intake"])
        async with httpx.AsyncClient(
            transport=transport, base_url="http://intake", headers={"Authorization": f"Bearer {token}"}
        ) as caller:

            async def woken() -> float:
                return 1 / await _typical_delay(caller, reporting)

            async def polled() -> float:
                bell, house.databases["intake"].spoken = house.databases["intake"].spoken, NeverWoken()
                bell.set()  # the relay now waits on the bell that never rings
                await asyncio.sleep(0.2)
                try:
                    return 1 / await _typical_delay(caller, reporting)
                finally:
                    house.databases["intake"].spoken = bell

            await woken()
            found = await paired(
                {"woken after commit": woken, "polling every 100 ms": polled}, rounds=ROUNDS, unit="1 / s", step=step
            )
        reporting.close()
        return found


async def _typical_delay(caller: httpx.AsyncClient, reporting: sqlite3.Connection) -> float:
    delays, chance = [], random.Random(POSTS)
    for _ in range(POSTS):
        await asyncio.sleep(chance.uniform(0, 0.1))  # at any moment between two polls
        answer = await caller.post("/v1/referrals", json=referral(f"V{next(FIRST):08d}"))
        answered = time.perf_counter()
        child = UUID(answer.json()["referrals"][0]["child_id"]).hex
        while not reporting.execute("SELECT 1 FROM child_history WHERE subject_id = ?", (child,)).fetchone():
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        delays.append(time.perf_counter() - answered)
    return median(delays)
