"""An audit to be verified: rows as services write them, sealed as the leader does."""

import random
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.intake.main import SERVICE
from shared import audit, telemetry
from shared.clock import held_at
from shared.database import Session
from shared.sealing.anchors import Anchors
from shared.sealing.findings import Report
from shared.sealing.keys import key_in, public_keys, publish
from shared.sealing.operations import seal
from shared.sealing.verification import verify

ROWS, ROWS_A_SEAL, UNSEALED = 150, 12, 3
BEGAN = datetime(2026, 5, 14, 11, tzinfo=UTC)


class Undo(Exception):
    """So that nothing stays of what was done."""


@asynccontextmanager
async def undone(database):
    """A transaction that changes nothing in the end."""
    with suppress(Undo):
        async with database.transaction() as session:
            yield session
            raise Undo


class Sealed:
    """A database, the key its audit is sealed with, and the folder where heads and public keys are kept."""

    def __init__(self, database, folder):
        self.database, self.folder = database, folder
        self.key = key_in(folder / "key.pem")
        self.anchors = Anchors(folder, SERVICE.name)
        self.chance = random.Random(0)
        publish(self.key, folder)

    async def record(self, count: int) -> None:
        """Rows as services write them, in names that are not all ASCII; one more is rolled back, and leaves a gap."""
        async with self.database.transaction() as session:
            for number in range(count):
                await self._record(session, number)
        async with undone(self.database) as session:
            await self._record(session, count)

    async def _record(self, session: Session, number: int) -> None:
        chance = self.chance
        session.info[audit.SUBJECTS] = {UUID(int=chance.getrandbits(128)) for _ in range(chance.randint(1, 3))}
        telemetry.request_id.set(f"request-{number}")
        actor = chance.choice(["asha", "Ásta O’Neill", "西村", "a source_system"])
        with held_at(BEGAN + timedelta(seconds=number, microseconds=chance.choice([0, 250_000]))):
            await audit.record(session, actor=actor, role="social_worker", act="read referrals", outcome=200)

    async def seal(self) -> int:
        return await seal(self.database, self.key, self.anchors)

    async def verified(self, session=None) -> Report:
        keys = public_keys(self.folder)
        if session is not None:
            return await verify(session, keys=keys, anchors=self.anchors)
        async with self.database.reading() as own:
            return await verify(own, keys=keys, anchors=self.anchors)
