"""The whole house with a small department in it, once a database: nothing that these tests send may change it."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from services.host import Installation
from shared.clock import held_at
from shared.settings import Settings
from shared.web.roles import Role
from tests.conftest import House, postgres_urls_of
from tests.permissions.matrix import Entry, entries
from tests.permissions.sees import OWN
from tests.permissions.world import WHO, cases, dead_letter, observations, reported, staffed
from tests.robustness.doors.spots import Shape

NOON = datetime(2026, 5, 14, 11, tzinfo=UTC)
SEES_MOST = (
    Role.EVALUATOR,
    Role.SERVICE_MANAGER,
    Role.PRINCIPAL_SOCIAL_WORKER,
    Role.PERFORMANCE_ANALYST,
    *Role,
)
"""Who asks: the first of these that may."""
DATABASES = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"robustness on {name}")) for name in ("sqlite", "postgresql")
]


@dataclass
class Town:
    """The services, and for each route a request that is right in every way."""

    house: House
    ids: dict[str, str]
    letters: dict[str, str]
    """A dead letter of each service."""
    entries: list[Entry]
    _clients: dict[tuple[str, Role | None], httpx.AsyncClient] = field(default_factory=dict)

    def client(self, entry: Entry) -> httpx.AsyncClient:
        role = next(role for role in SEES_MOST if role in entry.act.roles) if entry.act else None
        if (entry.service, role) not in self._clients:
            visitor = self.house.signed_in_as(role, **WHO.get(role, {})) if role else self.house.stranger
            self._clients[entry.service, role] = getattr(visitor, entry.service)
        return self._clients[entry.service, role]

    def request(self, entry: Entry, **changes: Any) -> dict[str, Any]:
        ids = self.ids | {"letter": self.letters[entry.service]}
        asked = entry.request(ids) if entry.place else {"method": "GET", "url": entry.route.split(" ")[1]}
        headers = {"Idempotency-Key": str(uuid4()), **changes.pop("headers", {})}
        return asked | {"headers": headers} | changes

    async def still_answers(self) -> None:
        """Every list, and everything that is known to be there: no row has been stored that makes an answer fail."""
        for entry in (each for each in self.entries if each.route.startswith("GET")):
            kinds = entry.place.path.values() if entry.place else ()
            answer = await self.send(entry)
            is_there = all(kind in self.ids or kind.startswith("=") for kind in kinds)
            assert answer.is_success or (answer.status_code == 404 and not is_there), (entry.route, answer.text)
            assert "wharf" not in answer.text.lower(), "something of what was refused has been kept"

    async def send(self, entry: Entry, **changes: Any) -> httpx.Response:
        """A route's own request, but for these changes."""
        return await self.client(entry).request(**self.request(entry, **changes))

    async def send_json(self, entry: Entry, content: bytes, **changes: Any) -> httpx.Response:
        headers = {"Content-Type": "application/json", **changes.pop("headers", {})}
        return await self.send(entry, json=None, content=content, headers=headers, **changes)

    @cached_property
    def shapes(self) -> list[tuple[Entry, Shape]]:
        """Every route that takes a body, with the body it takes."""
        apps = self.house.installation.apps
        return [
            (entry, Shape(apps[entry.service].openapi(), entry))
            for entry in self.entries
            if entry.place and entry.place.json
        ]


@pytest.fixture(scope="module", params=DATABASES)
def town_urls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("town")
        yield lambda service: f"sqlite+aiosqlite:///{folder / service}.sqlite"
    else:
        yield from postgres_urls_of(request)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def town(town_urls: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    installation = Installation(Settings(data_dir=tmp_path_factory.mktemp("keys")), town_urls)
    with held_at(NOON):
        async with installation.running():
            house = House(installation)
            await staffed(house)
            of_intake = await cases(house)
            of_observation = await observations(house, of_intake)
            of_reporting = await reported(house, {OWN: {"team": "north"}})
            ids = of_intake[OWN] | of_observation[OWN] | of_reporting[OWN]
            letters = {name: await dead_letter(database) for name, database in installation.databases.items()}
            yield Town(house, ids, letters, [*entries()])
