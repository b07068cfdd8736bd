"""Intake alone, with two teams in it: North, where Asha holds Robin's case, and South, where nobody has heard of Robin."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import Row, select, text

from services.intake.main import SERVICE
from shared.audit import audit_table
from shared.clock import held_at
from shared.database import Database
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key
from tests.audit.sealed import ROWS, ROWS_A_SEAL, UNSEALED, Sealed

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
"""A Thursday; noon in London."""

PEOPLE = {
    "asha": (Role.SOCIAL_WORKER, "north"),
    "norma": (Role.TEAM_MANAGER, "north"),
    "ben": (Role.SOCIAL_WORKER, "south"),
    "sid": (Role.TEAM_MANAGER, "south"),
}


class Intake:
    """Intake with its database, and a way in for anybody."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
        self._settings = settings
        self.robin = self.referral = self.episode = ""
        """Ids of the child, of the referral and of the episode of need that came of it."""

    def enter(self, role: str, *, worker: str = "", headers: dict[str, str] | None = None) -> AsyncClient:
        principal = Principal(id=worker or f"a {role}", role=Role(role), worker=worker)
        key = trial_key(self._settings.data_dir)
        signed = sign_token(key, principal, issuer=self._settings.issuer, minutes=30)
        return self._client({"Authorization": f"Bearer {signed}"} | (headers or {}))

    def _client(self, headers: dict[str, str]) -> AsyncClient:
        transport = ASGITransport(self.app, raise_app_exceptions=False)
        return AsyncClient(transport=transport, base_url="http://intake", headers=headers)

    def __getattr__(self, person: str) -> AsyncClient:
        """`intake.asha` is Asha with her token."""
        if person not in PEOPLE:
            raise AttributeError(person)
        return self.enter(PEOPLE[person][0], worker=person)

    @property
    def stranger(self) -> AsyncClient:
        return self._client({})

    async def audited(self) -> list[Row[Any]]:
        """Every audit row, in order."""
        async with self.database.reading() as session:
            return list((await session.execute(select(audit_table).order_by(audit_table.c.seq))).all())

    async def set_up(self) -> None:
        operator = self.enter("operator")
        for person, (role, team) in PEOPLE.items():
            post = {"name": person.title(), "role": role.value, "team": team, "team_name": team.title()}
            answer = await operator.put(f"/v1/workers/{person}", json=post | {"member_from": "2024-01-01"})
            assert answer.status_code == 204, answer.text
        form = {
            "source_reference": "SCHOOL-1",
            "received_on": "2026-05-13",
            "source": "2A",
            "children": [{"la_child_id": "ROBIN1", "forename": "Robin"}],
        }
        received = await self.enter("source_system").post("/v1/referrals", json=form)
        assert received.status_code == 201, received.text
        (referral,) = received.json()["referrals"]
        self.referral, self.robin = referral["id"], referral["child_id"]
        decided = await self.norma.post(f"/v1/referrals/{self.referral}/decision", json={"outcome": "assessment"})
        self.episode = decided.json()["episode_id"]
        given = await self.norma.post(f"/v1/episodes/{self.episode}/allocation", json={"worker": "asha"})
        assert given.status_code == 201, given.text


@pytest.fixture
async def intake(settings: Settings, open_database: Callable[..., Any]) -> AsyncIterator[Intake]:
    """Noon on 14 May 2026; Robin was referred yesterday and Asha holds the case."""
    async with open_database(SERVICE) as database:
        with held_at(NOON):
            department = Intake(database, settings)
            await department.set_up()
            yield department


@pytest.fixture
async def sealed(open_database, tmp_path):
    async with open_database(SERVICE) as database:
        yield Sealed(database, tmp_path / "kept-apart")


@pytest.fixture
async def long_sealed(sealed):
    """Some 150 rows under a dozen seals, and three under none yet; the triggers are off, as for whoever owns the tables."""
    while (await sealed.verified()).rows < ROWS:
        await sealed.record(ROWS_A_SEAL)
        await sealed.seal()
    await sealed.record(UNSEALED)
    async with sealed.database.transaction() as session:
        if sealed.database.is_sqlite:
            for trigger in ("audit_no_UPDATE", "audit_no_DELETE", "audit_seal_no_UPDATE", "audit_seal_no_DELETE"):
                await session.execute(text(f"DROP TRIGGER {trigger}"))
        else:
            for table in ("audit", "audit_seal"):
                await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
    return sealed
