"""The database is away, frozen, restarted, full or locked: a clear 503 that can be sent again, and recovery by itself."""

import asyncio
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from services.host import DataFolderInUse, Installation
from services.intake.main import SERVICE
from shared.database import Database
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.migrations import migrate
from shared.settings import Settings
from shared.web.app import build_app
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key
from tests.conftest import dev_servers, needs


def form(reference: str) -> dict[str, Any]:
    child = {"la_child_id": reference.replace("-", "")[:20]}
    return {"source_reference": reference, "received_on": "2026-05-11", "source": "6", "children": [child]}


@asynccontextmanager
async def intake(url: str, settings: Settings) -> AsyncIterator[tuple[AsyncClient, Database]]:
    """Intake's doors on a database of one's own, with the duty desk at them; nobody relays."""
    database = SERVICE.open(url, authority="206")
    await migrate(database, SERVICE.migrations)
    app = build_app(SERVICE, settings, database, EmbeddedTransport([]))
    principal = Principal(id="the duty desk", role=Role.DUTY)
    token = sign_token(trial_key(settings.data_dir), principal, issuer=settings.issuer, minutes=30)
    headers = {"Authorization": f"Bearer {token}"}
    transport = ASGITransport(app, raise_app_exceptions=False)
    try:
        async with AsyncClient(transport=transport, base_url="http://intake", headers=headers) as client:
            yield client, database
    finally:
        await database.close()


async def post(client: AsyncClient, reference: str) -> Response:
    return await client.post("/v1/referrals", json=form(reference), headers={"Idempotency-Key": reference})


async def referrals(client: AsyncClient) -> int:
    return len((await client.get("/v1/referrals?limit=200")).json()["items"])


def is_worth_sending_again(answer: Response) -> bool:
    return answer.status_code == 503 and answer.json()["status"] == 503 and "retry-after" in answer.headers


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that nobody else uses, so that it may be stopped and frozen."""
    needs(dev_servers().missing_postgres())
    with dev_servers().postgres() as server:
        yield server


@pytest.mark.parametrize("immediate", [False, True], ids=["fast", "immediate"])
async def test_postgresql_restarts_and_the_same_requests_are_taken_once(own_postgres, settings, immediate) -> None:
    async with intake(own_postgres.url("intake"), settings) as (client, _):
        assert (await post(client, "before")).status_code == 201
        if immediate:
            own_postgres._process.send_signal(signal.SIGQUIT)
        own_postgres.stop()
        away = await asyncio.gather(*(post(client, f"during-{number}") for number in range(20)))
        ready = await client.get("/health/ready")
        read = await client.get("/v1/referrals")
        assert [is_worth_sending_again(each) for each in (*away, read)] == [True] * 21
        assert (ready.status_code, ready.json()["database"]) == (503, "unreachable")
        own_postgres.start()
        again = await asyncio.gather(*(post(client, f"during-{number}") for number in range(20)))
        assert {each.status_code for each in again} == {201}
        assert (await client.get("/health/ready")).status_code == 200
        assert await referrals(client) == 21


async def test_a_frozen_postgresql_gathers_nobody_up(own_postgres, settings, monkeypatch) -> None:
    """As when the network between drops packets: the server is there and says nothing."""
    async with intake(own_postgres.url("intake"), settings) as (client, _):
        before = await asyncio.gather(*(post(client, f"b{n}") for n in range(12)))
        assert {each.status_code for each in before} == {201}
        with monkeypatch.context() as impatient, frozen(own_postgres):
            impatient.setattr("shared.database.CONNECT_SECONDS", 2.5)
            asked = asyncio.gather(*(post(client, f"during-{number}") for number in range(30)))
            away = await asyncio.wait_for(asked, timeout=30)
            assert [is_worth_sending_again(each) for each in away] == [True] * 30
            assert (await asyncio.wait_for(client.get("/health/ready"), timeout=30)).status_code == 503
            assert (await client.get("/health/live")).status_code == 200
        again = await asyncio.gather(*(post(client, f"during-{number}") for number in range(30)))
        assert {each.status_code for each in again} == {201}
        assert await referrals(client) == 42


@contextmanager
def frozen(server: Any) -> Iterator[None]:
    """Every process of the server stopped where it stands."""
    parent = server._process.pid
    children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    for pid in (parent, *children):
        signal_quietly(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in (parent, *children):
            signal_quietly(pid, signal.SIGCONT)


def signal_quietly(pid: int, number: int) -> None:
    import os

    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


async def test_health_and_figures_answer_while_every_connection_waits_for_a_lock(postgres_urls, settings) -> None:
    async with intake(postgres_urls("intake"), settings) as (client, database):
        async with database.engine.connect() as holder:
            await holder.execute(text("LOCK TABLE referral_form IN ACCESS EXCLUSIVE MODE"))
            waiting = [asyncio.create_task(post(client, f"w{number}")) for number in range(16)]
            async with asyncio.timeout(30):
                while database.connections()["in_use"] < 15:
                    await asyncio.sleep(0.01)
            ready = await client.get("/health/ready")
            assert (ready.status_code, [task for task in waiting if task.done()]) == (200, [])
        answers = await asyncio.gather(*waiting)
        for number, answer in enumerate(answers):
            if answer.status_code != 201:
                assert is_worth_sending_again(answer)
                assert (await post(client, f"w{number}")).status_code == 201
        assert await referrals(client) == 16


async def test_a_full_disk_refuses_what_is_written_or_audited_and_shows_the_rest(tmp_path, settings) -> None:
    path = tmp_path / "intake.sqlite"
    async with intake(f"sqlite+aiosqlite:///{path}", settings) as (client, database):
        assert (await post(client, "before")).status_code == 201
        written = max(file.stat().st_size for file in tmp_path.iterdir() if file.is_file())
        with files_no_larger_than(written + 4096):
            refused = [await post(client, f"during-{number}") for number in range(5)]
            unaudited, audited = await client.get("/v1/teams"), await client.get("/v1/referrals")
        assert any(is_worth_sending_again(each) for each in refused)
        assert {each.status_code for each in refused} <= {201, 503}
        assert unaudited.status_code == 200
        assert is_worth_sending_again(audited), "nobody reads of a child while it cannot be written down that they did"
        again = [await post(client, f"during-{number}") for number in range(5)]
        assert {each.status_code for each in again} == {201}
        assert await referrals(client) == 6
        async with database.reading() as session:
            assert (await session.execute(text("PRAGMA integrity_check"))).scalar_one() == "ok"


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """What this process writes past this fails, as on a full disk. Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_forty_writers_on_one_sqlite_file_all_get_their_turn(tmp_path, settings) -> None:
    async with intake(f"sqlite+aiosqlite:///{tmp_path}/intake.sqlite", settings) as (client, _):
        answers = await asyncio.gather(*(post(client, str(uuid4())) for _ in range(40)))
        assert {each.status_code for each in answers} <= {201, 429}
        assert await referrals(client) == sum(each.status_code == 201 for each in answers)


async def test_a_second_process_on_one_data_folder_is_refused(settings) -> None:
    first, second = Installation(settings), Installation(settings)
    async with first.running():
        with pytest.raises(DataFolderInUse, match="another process is using"):
            async with second.running():
                pass
    for each in second.databases.values():
        await each.close()
