"""One of everything in each service, which nothing that is asked changes."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import held_at
from shared.database import Database, Session
from tests.permissions.sees import OTHER, TEAM, WHOLE
from tests.permissions.world import World, cases, dead_letter, observations, reported, staffed

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
INFO = {"service": "trial", "authority": "206", "epoch": 1}


class Unmoved:
    """A database that forgets what was done in it, so that every question is asked of the same world."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        async with self._database._writing, Session(self._database.engine, info=dict(INFO)) as session:
            yield session
            await session.rollback()


@pytest.fixture
def noon() -> Iterator[None]:
    with held_at(NOON):
        yield


@pytest.fixture
async def worlds(noon, house) -> dict[str, World]:
    """What there is in each service, whose it is; and from here on nothing that is asked changes it."""
    await staffed(house)
    of_intake = await cases(house)
    of_observation = await observations(house, of_intake)
    of_reporting = await reported(house, {TEAM: {"team": "north"}, OTHER: {"team": "south"}, WHOLE: {"team": ""}})
    worlds = {"intake": of_intake, "observation": of_observation, "reporting": of_reporting}
    for name, app in house.installation.apps.items():
        letter = await dead_letter(app.state.database)
        worlds[name] = {whose: {**ids, "letter": letter} for whose, ids in worlds[name].items()}
        app.state.database = Unmoved(app.state.database)
    return worlds
