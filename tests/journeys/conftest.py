"""A department to live the journeys in: one process on either database, or three on Kafka and PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from services.host import Installation
from shared.settings import Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key
from tests.processes import running_department

Answer = TypeVar("Answer")
SignIn = Callable[..., httpx.AsyncClient]


class Department:
    """Three services, and a way in for anybody: `async with department.enter("intake", "duty") as duty`."""

    def __init__(self, enter: SignIn) -> None:
        self.enter = enter

    @staticmethod
    async def once(ask: Callable[[], Awaitable[Answer]], true: Callable[[Answer], bool], *, what: str) -> Answer:
        """Ask again until the answer is the one waited for: events take a moment. Fails after a minute."""
        deadline = time.monotonic() + 60
        while not true(answer := await ask()):
            if time.monotonic() > deadline:
                pytest.fail(f"after a minute still waiting: {what}; the last answer was {answer!r}")
            await asyncio.sleep(0.05)
        return answer


@pytest.fixture
async def one_process(database_urls: Callable[[str], str], tmp_path: Path) -> AsyncIterator[Department]:
    installation = Installation(Settings(data_dir=tmp_path / "data"), database_urls)
    async with installation.running():
        yield Department(lambda service, role, **who: _signed_in(installation, service, role, **who))


@pytest.fixture
def three_processes(tmp_path: Path, kafka_server, postgres_urls: Callable[[str], str]) -> Iterator[Department]:
    with running_department(tmp_path, kafka_server.bootstrap, postgres_urls) as processes:
        yield Department(processes.client)


def _signed_in(installation: Installation, service: str, role: str, **who: str) -> httpx.AsyncClient:
    principal = Principal(id=who.get("worker") or role, role=Role(role), **who)
    token = sign_token(
        trial_key(installation.settings.data_dir), principal, issuer=installation.settings.issuer, minutes=30
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(installation.apps[service]),
        base_url=f"http://{service}",
        headers={"Authorization": f"Bearer {token}"},
    )
