"""The observation service alone, hearing what intake would say, with a small department in it."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from sqlmodel import select

from services.observation.main import SERVICE
from shared.clock import held_at
from shared.contracts.codes import WorkerRole
from shared.contracts.envelope import Envelope
from shared.contracts.intake import Allocation, ChildState, Episode, TeamMembership, WorkerState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State
from shared.database import Database
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

WORKFORCE = {
    "asha": (WorkerRole.SOCIAL_WORKER, "north"),
    "ben": (WorkerRole.SOCIAL_WORKER, "south"),
    "eve": (WorkerRole.PRACTICE_EVALUATOR, "practice"),
    "evan": (WorkerRole.PRACTICE_EVALUATOR, "practice"),
    "cara": (WorkerRole.COACH, "practice"),
    "pia": (WorkerRole.COACH, "practice"),
    "norma": (WorkerRole.TEAM_MANAGER, "north"),
    "sid": (WorkerRole.TEAM_MANAGER, "south"),
}
ROLES = {
    "asha": "social_worker",
    "ben": "social_worker",
    "eve": "evaluator",
    "evan": "evaluator",
    "cara": "coach",
    "pia": "principal_social_worker",
    "norma": "team_manager",
    "sid": "team_manager",
}
NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
"""A Thursday; noon in London."""


class Department:
    """The service with its database; everybody in WORKFORCE is known and Asha holds one case."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
        self._settings = settings
        self.ids = {reference: uuid4() for reference in WORKFORCE}
        self.child_id, self.episode_id = uuid4(), uuid4()

    def token(self, role: str, *, worker: str = "", team: str = "") -> AsyncClient:
        principal = Principal(id=worker or f"a {role}", role=Role(role), worker=worker, team=team)
        key = trial_key(self._settings.data_dir)
        signed = sign_token(key, principal, issuer=self._settings.issuer, minutes=30)
        transport = ASGITransport(self.app, raise_app_exceptions=False)
        return AsyncClient(
            transport=transport, base_url="http://observation", headers={"Authorization": f"Bearer {signed}"}
        )

    def __getattr__(self, reference: str) -> AsyncClient:
        """`department.eve` is Eve with her token."""
        if reference not in ROLES:
            raise AttributeError(reference)
        return self.token(ROLES[reference], worker=reference)

    async def hears(self, *states: State) -> None:
        envelopes = [
            Envelope.around(
                state, id=new_id(), service="intake", time=NOON, actor="", correlation_id="", causation_id=""
            )
            for state in states
        ]
        await SERVICE.hearer(self.database).hear(envelopes)

    def worker(self, who: str, *, n: int = 1, **changes: Any) -> WorkerState:
        role, team = WORKFORCE[who]
        membership = TeamMembership(team=team, team_name=team.title(), member_from=date(2024, 1, 1))
        stated: dict[str, Any] = {
            "authority": "206",
            "epoch": 1,
            "n": n,
            "worker_id": self.ids[who],
            "reference": who,
            "role": role,
            "full_time_equivalent_percent": 100,
            "memberships": (membership,),
        }
        return WorkerState(**(stated | changes))

    def child(
        self, child_id: UUID | None = None, *, n: int = 1, episode_id: UUID | None = None, **changes: Any
    ) -> ChildState:
        allocation = Allocation(
            id=uuid4(), worker_id=self.ids["asha"], team="north", held_from=date(2026, 4, 1), held_until=None
        )
        episode = Episode(
            id=episode_id or self.episode_id,
            referral_id=uuid4(),
            started_on=date(2026, 3, 20),
            allocations=(allocation,),
        )
        stated: dict[str, Any] = {
            "authority": "206",
            "epoch": 1,
            "n": n,
            "child_id": child_id or self.child_id,
            "episodes": (episode,),
        }
        return ChildState(**(stated | changes))

    def form(self, **changes: Any) -> dict[str, Any]:
        """What Eve's phone sends after a home visit of Asha's."""
        sent: dict[str, Any] = {
            "episode_id": str(self.episode_id),
            "worker": "asha",
            "observed_at": "2026-05-12T10:30:00+01:00",
            "contact": "home_visit",
            "purpose": "sampled",
            "rubric": "msw-7.1",
            "scores": {
                "evocation": 2,
                "collaboration": 3,
                "autonomy": 3,
                "empathy": 4,
                "purposefulness": 3,
                "clarity_about_concerns": None,
                "child_focus": 4,
            },
            "evidence": {"empathy": [{"at": "12:40", "note": "named what Mum had not said"}]},
            "child_seen_alone": True,
        }
        return sent | changes

    async def observed(self, by: str = "eve", **changes: Any) -> UUID:
        """An observation that has been recorded."""
        observation_id = uuid4()
        answer = await getattr(self, by).put(f"/v1/observations/{observation_id}", json=self.form(**changes))
        assert answer.status_code in {201, 202}, answer.text
        return observation_id

    async def said(self) -> list[PracticeState]:
        """Everything said so far, in order."""
        async with self.database.reading() as session:
            waiting = await outbox.oldest(session, limit=1000)
        return [PracticeState.model_validate_json(envelope.data) for _, envelope in waiting]

    async def rows(self, table: type[Any]) -> list[Any]:
        async with self.database.reading() as session:
            return list((await session.exec(select(table))).all())


@pytest.fixture
async def bare_department(settings: Settings, open_database: Callable[..., Any]) -> AsyncIterator[Department]:
    """The service before it has heard of anything, on 14 May 2026."""
    async with open_database(SERVICE) as database:
        with held_at(NOON):
            yield Department(database, settings)


@pytest.fixture
async def department(bare_department: Department) -> Department:
    """The service with everybody in post and Asha's case heard of."""
    await bare_department.hears(*map(bare_department.worker, WORKFORCE))
    await bare_department.hears(bare_department.child())
    return bare_department
