"""The intake service alone, with two teams in post on a Thursday in May 2026."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from sqlmodel import select

from services.intake.main import SERVICE
from services.intake.people.models import WorkerIn
from services.intake.people.operations import state_worker
from shared.audit import audit_table
from shared.clock import held_at
from shared.contracts.intake import ChildState, WorkerState
from shared.database import Database
from shared.messaging import outbox
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
"""A Thursday; noon in London."""

POSTS: dict[str, dict[str, Any]] = {
    "asha": {"name": "Asha Sample", "role": "social_worker", "team": "north"},
    "ben": {"name": "Ben Sample", "role": "social_worker", "team": "north"},
    "cleo": {"name": "Cleo Sample", "role": "social_worker", "team": "south"},
    "norma": {"name": "Norma Sample", "role": "team_manager", "team": "north"},
    "dee": {"name": "Dee Sample", "role": "deputy_team_manager", "team": "north"},
    "sid": {"name": "Sid Sample", "role": "team_manager", "team": "south"},
}
ROLES = {
    "asha": "social_worker",
    "ben": "social_worker",
    "cleo": "social_worker",
    "norma": "team_manager",
    "dee": "deputy_team_manager",
    "sid": "team_manager",
}
WITHOUT_A_POST = {"school": "source_system", "duty": "duty", "vera": "service_manager"}


def post(**changes: Any) -> dict[str, Any]:
    """A post in the north team, as it is stated."""
    stated = {
        "name": "Somebody Sample",
        "role": "social_worker",
        "team": "north",
        "member_from": "2024-01-01",
    } | changes
    return stated | {"team_name": stated["team"].title()}


class Department:
    """The service with its database. `department.norma` is Norma with her token, `department.school` a source system."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
        self._settings = settings

    def token(self, role: str, *, worker: str = "", team: str = "", id: str = "") -> AsyncClient:
        principal = Principal(id=id or worker or f"a {role}", role=Role(role), worker=worker, team=team)
        key = trial_key(self._settings.data_dir)
        signed = sign_token(key, principal, issuer=self._settings.issuer, minutes=30)
        transport = ASGITransport(self.app, raise_app_exceptions=False)
        return AsyncClient(transport=transport, base_url="http://intake", headers={"Authorization": f"Bearer {signed}"})

    def __getattr__(self, who: str) -> AsyncClient:
        if who in ROLES:
            return self.token(ROLES[who], worker=who)
        if who in WITHOUT_A_POST:
            return self.token(WITHOUT_A_POST[who], id=who)
        raise AttributeError(who)

    async def staffed(self, posts: dict[str, dict[str, Any]]) -> None:
        async with self.database.transaction() as session:
            for reference, changes in posts.items():
                await state_worker(session, reference, WorkerIn.model_validate(post(**changes)), by="a test")

    def form(self, *la_child_ids: str, **changes: Any) -> dict[str, Any]:
        """What a school sends about a child, or about siblings."""
        sent: dict[str, Any] = {
            "source_reference": f"S-{uuid4()}",
            "received_on": "2026-05-13",
            "source": "2A",
            "primary_need": "N1",
            "concern": "Robin came to school without breakfast",
            "children": [
                {"la_child_id": each, "forename": "Robin", "surname": "Example", "born_on": "2019-05-02"}
                for each in la_child_ids or (f"C{uuid4().hex[:12]}",)
            ],
        }
        return sent | changes

    async def referred(self, *la_child_ids: str, **changes: Any) -> list[dict[str, Any]]:
        """The referrals that a posted form became."""
        answer = await self.school.post("/v1/referrals", json=self.form(*la_child_ids, **changes))
        assert answer.status_code == 201, answer.text
        return list(answer.json()["referrals"])

    async def decided(self, referral: dict[str, Any], outcome: str) -> dict[str, Any]:
        answer = await self.duty.post(f"/v1/referrals/{referral['id']}/decision", json={"outcome": outcome})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def episode(self, *la_child_ids: str, **changes: Any) -> str:
        """An episode of need that nobody holds yet."""
        (referral,) = await self.referred(*la_child_ids, **changes)
        return str((await self.decided(referral, "assessment"))["episode_id"])

    async def allocated(self, worker: str, episode: str | None = None, **changes: Any) -> str:
        """An episode of need that a worker holds."""
        episode = episode or await self.episode()
        answer = await self.vera.post(f"/v1/episodes/{episode}/allocation", json={"worker": worker} | changes)
        assert answer.status_code == 201, answer.text
        return episode

    async def filled(self, worker: str, cases: int) -> list[str]:
        return [await self.allocated(worker) for _ in range(cases)]

    async def said(self) -> list[ChildState | WorkerState]:
        """Everything said so far, in order."""
        async with self.database.reading() as session:
            waiting = await outbox.oldest(session, limit=10_000)
        kinds: dict[str, Any] = {kind.topic: kind for kind in (ChildState, WorkerState)}
        return [kinds[envelope.topic].model_validate_json(envelope.data) for _, envelope in waiting]

    async def said_of(self, subject: str | UUID) -> list[Any]:
        return [state for state in await self.said() if str(state.key) == str(subject)]

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.database.reading() as session:
            return list((await session.exec(select(table))).all())

    async def audited(self) -> list[Any]:
        """Every audit row, in order."""
        async with self.database.reading() as session:
            return list((await session.execute(audit_table.select().order_by(audit_table.c.seq))).all())


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture
async def bare_department(settings: Settings, open_database: Callable[..., Any]) -> AsyncIterator[Department]:
    """The service before anybody is in post, on 14 May 2026."""
    async with open_database(SERVICE) as database:
        with held_at(NOON):
            yield Department(database, settings)


@pytest.fixture
async def department(bare_department: Department) -> Department:
    """The service with everybody of POSTS in post."""
    await bare_department.staffed(POSTS)
    return bare_department
