"""A small department whose databases can be kept, put back and taken away between one start and the next."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import select

from services.host import Installation
from services.reporting.histories.models import ChildHistory
from services.reporting.indicators.models import Cell
from services.reporting.indicators.operations import differences
from shared.database import Database
from shared.messaging.republish import republish
from shared.migrations import migrate
from tests.conftest import House

WORKERS = {"asha": "social_worker", "ben": "social_worker", "cara": "coach"}
SCORES = dict.fromkeys(
    (
        "evocation",
        "collaboration",
        "autonomy",
        "empathy",
        "purposefulness",
        "clarity_about_concerns",
        "child_focus",
    ),
    3,
)


class Borough:
    """The house from one start to the next: its databases can be kept, put back and taken away in between."""

    def __init__(self, settings, urls: Callable[[str], str], folder: Path, server: Any) -> None:
        self._settings, self._urls, self._folder, self._server = settings, urls, folder, server
        self._suffix = urls("intake").rpartition("_")[2]

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Department"]:
        installation = Installation(self._settings, self._urls)
        async with installation.running():
            yield Department(installation)
            await installation.settle()

    @asynccontextmanager
    async def closed(self) -> AsyncIterator["Department"]:
        """The databases without anybody serving: as the operator's commands find them."""
        installation = Installation(self._settings, self._urls)
        async with installation.opened():
            yield Department(installation)

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[Database]:
        """One service's database by itself, made if it is not there."""
        service = Installation(self._settings, self._urls).services[name]
        database = service.open(self._urls(name), authority="206")
        try:
            await migrate(database, service.migrations)
            yield database
        finally:
            await database.close()

    def keep(self, name: str) -> None:
        self._copy(name, f"kept_{name}")

    def put_back(self, name: str) -> None:
        self.take_away(name)
        self._copy(f"kept_{name}", name)

    def forget_what_was_kept(self) -> None:
        if self._server:
            for name in ("intake", "observation"):
                self._server.drop(self._name(f"kept_{name}"))

    def _copy(self, name: str, to: str) -> None:
        if self._server:
            self._server.url(self._name(to), template=self._name(name))
        else:
            with closing(sqlite3.connect(self._file(name))) as connection:
                connection.execute("VACUUM INTO ?", (str(self._file(to)),))

    def take_away(self, name: str) -> None:
        if self._server:
            self._server.drop(self._name(name))
        else:
            for file in self._folder.glob(f"{name}.sqlite*"):
                file.unlink()

    def _name(self, name: str) -> str:
        return f"{name}_{self._suffix}"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite"


class Department(House):
    """What people do in it, and what then stands in reporting and observation."""

    async def staffed(self) -> None:
        manager = self.signed_in_as("service_manager").intake
        for reference, role in WORKERS.items():
            post = {"name": reference, "role": role, "team": "north", "team_name": "North", "member_from": "2024-01-01"}
            assert (await manager.put(f"/v1/workers/{reference}", json=post)).status_code == 204

    async def refer(self, child: str) -> str:
        form = {"source_reference": f"R-{child}", "received_on": "2026-05-01", "source": "6"}
        form |= {"children": [{"la_child_id": child}]}
        answer = await self.signed_in_as("source_system").intake.post("/v1/referrals", json=form)
        assert answer.is_success, answer.text
        return answer.json()["referrals"][0]["id"]

    async def decide(self, referral: str) -> str:
        manager = self.signed_in_as("service_manager").intake
        answer = await manager.post(f"/v1/referrals/{referral}/decision", json={"outcome": "assessment"})
        assert answer.is_success, answer.text
        return answer.json()["episode_id"]

    async def allocate(self, episode: str, worker: str) -> None:
        manager = self.signed_in_as("service_manager").intake
        held = {"worker": worker, "held_from": "2026-05-02"}
        answer = await manager.post(f"/v1/episodes/{episode}/allocation", json=held)
        assert answer.is_success, answer.text

    async def observe(self, episode: str, worker: str) -> None:
        await self.settle()
        form = {"episode_id": episode, "worker": worker, "observed_at": "2026-05-04T10:00:00Z", "scores": SCORES}
        form |= {"contact": "home_visit", "purpose": "sampled", "rubric": "msw-7.1"}
        coach = self.signed_in_as("coach", worker="cara").observation
        answer = await coach.put(f"/v1/observations/{uuid4()}", json=form)
        assert answer.status_code == 201, answer.text

    async def lives(self, child: str, worker: str = "asha") -> str:
        """A child's case from referral to an observation of its worker."""
        episode = await self.decide(await self.refer(child))
        await self.allocate(episode, worker)
        await self.observe(episode, worker)
        return episode

    async def republish(self, name: str, **how: Any) -> int:
        service = self.installation.services[name]
        transport = self.installation.transport
        return await republish(self.databases[name], transport, service.speaks_of, by="test", **how)

    async def rows(self, service: str, table: Any) -> list[Any]:
        async with self.databases[service].reading() as session:
            return list((await session.exec(select(table))).all())

    async def cells(self) -> dict[tuple[str, ...], tuple[int, int]]:
        """Every figure that is not nothing; proved by a full count of the histories."""
        await self.settle()
        return await figures(self.databases["reporting"])

    async def versions(self) -> set[tuple[int, int]]:
        return {(row.epoch, row.n) for row in await self.rows("reporting", ChildHistory)}


async def figures(reporting: Database) -> dict[tuple[str, ...], tuple[int, int]]:
    """Every figure that is not nothing; proved by a full count of the histories."""
    async with reporting.transaction() as session:
        assert await differences(session) == []
        cells = (await session.exec(select(Cell))).all()
    return {
        (cell.indicator, cell.month, cell.team, cell.band): (cell.numerator, cell.denominator)
        for cell in cells
        if cell.numerator or cell.denominator
    }
