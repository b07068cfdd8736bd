"""Two processes of intake, restarted one after the other under load: nobody's request fails, and nothing waits to be said."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.intake.main import SERVICE
from shared.leader import lock_of
from shared.settings import Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import publish_keys, sign_token, trial_key
from tests.processes import Process

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("kafka"), pytest.mark.timeout(300)]

CLIENTS = 6
ROUNDS = 1
DRAINED_SECONDS = 20


@pytest.fixture
def pair(tmp_path: Path, kafka_server: Any, postgres_urls: Any) -> Iterator[tuple[list[Process], str]]:
    """Two processes of one service on one database, as behind a load balancer."""
    trial_key(tmp_path)
    url = postgres_urls("intake")
    environment = {
        **os.environ,
        "DWC_TRANSPORT": "kafka",
        "DWC_KAFKA_BOOTSTRAP": kafka_server.bootstrap,
        "DWC_JWKS": str(publish_keys(tmp_path)),
        "DWC_DATA_DIR": str(tmp_path),
        "DWC_INTAKE_DATABASE_URL": url,
    }
    processes = [Process("intake", environment, tmp_path) for _ in range(2)]
    try:
        for process in processes:
            process.start()
            process.wait_until_ready()
        yield processes, url
    finally:
        for process in processes:
            process.stop()


class Balancer:
    """What stands before two processes: a connection that is refused, or closed before a word was said, tries the other."""

    def __init__(self, processes: list[Process], headers: dict[str, str]) -> None:
        self._both = [httpx.AsyncClient(base_url=each.url, headers=headers, timeout=30) for each in processes]
        self._clients = cycle(self._both)
        self.statuses: list[int] = []
        self.tried_again = 0

    async def close(self) -> None:
        for client in self._both:
            await client.aclose()

    async def post(self, number: int) -> None:
        form = {"source_reference": f"ROLL-{number}", "received_on": "2026-11-20", "source": "6"}
        form |= {"children": [{"la_child_id": f"ROLL{number:06d}"}]}
        for _ in range(40):
            try:
                answer = await next(self._clients).post(
                    "/v1/referrals", json=form, headers={"Idempotency-Key": f"roll-{number}"}
                )
            except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                self.tried_again += 1
                await asyncio.sleep(0.05)
                continue
            self.statuses.append(answer.status_code)
            return
        pytest.fail(f"request {number} found neither process")


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[Any]:
    database = SERVICE.open(url, authority="206")
    try:

        async def ask(question: str, **values: Any) -> int:
            async with database.watching() as session:
                return int((await session.execute(text(question), values)).scalar_one())

        yield ask
    finally:
        await database.close()


async def test_a_rolling_restart_fails_no_request_and_leaves_nothing_unsaid(pair, tmp_path) -> None:
    processes, url = pair
    principal = Principal(id="case-system", role=Role.SOURCE_SYSTEM)
    token = sign_token(trial_key(tmp_path), principal, issuer=Settings().issuer, minutes=60)
    balancer = Balancer(processes, {"Authorization": f"Bearer {token}"})
    numbers, restarted = iter(range(1_000_000)), asyncio.Event()

    async def caller() -> int:
        taken = 0
        while not restarted.is_set():
            await balancer.post(next(numbers))
            taken += 1
        return taken

    async def restart_in_turn() -> None:
        for _ in range(ROUNDS):
            for process in processes:
                status, seconds = await asyncio.to_thread(process.stop_in_order)
                assert status == 0, process.log
                assert seconds <= DRAINED_SECONDS
                await asyncio.to_thread(process.start)
                await asyncio.to_thread(process.wait_until_ready)
        restarted.set()

    async with looking_into(url) as ask:
        *taken, _ = await asyncio.gather(*(caller() for _ in range(CLIENTS)), restart_in_turn())
        await balancer.close()
        print(
            f"{sum(taken)} requests through {ROUNDS * len(processes)} restarts, {balancer.tried_again} tried at the other process"
        )
        assert sum(taken) > 50
        assert set(balancer.statuses) == {201}
        assert await ask("SELECT count(*) FROM referral_form") == sum(taken)
        for process in processes:
            assert (await asyncio.to_thread(process.stop_in_order))[0] == 0, process.log
        assert await ask("SELECT count(*) FROM outbox") == 0, "the last to lead delivered what it had said"
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = CAST(:lock AS bigint)"
        assert await ask(held, lock=lock_of("intake")) == 0, "and let go of the lead"
