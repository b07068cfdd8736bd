"""Faults of the machine and of the moment: a standby that only lets itself be read, a token that ends in mid-batch, a process
that may open no more files.
"""

import asyncio
import os
import resource
import time
from contextlib import suppress

import httpx
import pytest
from sqlalchemy import text

from services.intake.referrals import operations
from shared.settings import Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import TokenReader, sign_token, trial_key
from tests.processes import Process
from tests.robustness.test_database_away import form, intake, is_worth_sending_again, post, referrals

FEW_FILES = 96
"""Files that a process may have open; one that has just started has about forty."""


async def test_a_standby_after_a_failover_takes_nothing_and_the_same_requests_are_taken_once_it_leads(
    postgres_urls, settings
) -> None:
    """Nothing is decided on what is only a copy: who asks there is told to come again, also for what must be audited."""
    async with intake(postgres_urls("intake"), settings) as (client, database):
        assert (await post(client, "before")).status_code == 201
        await lets_itself_only_be_read(database, only="on")
        refused = await asyncio.gather(*(post(client, f"during-{number}") for number in range(5)))
        audited, unaudited = await client.get("/v1/referrals"), await client.get("/v1/teams")
        assert [is_worth_sending_again(each) for each in (*refused, audited)] == [True] * 6
        assert unaudited.status_code == 200
        await lets_itself_only_be_read(database, only="off")
        again = await asyncio.gather(*(post(client, f"during-{number}") for number in range(5)))
        assert {each.status_code for each in again} == {201}
        assert await referrals(client) == 6


async def lets_itself_only_be_read(database, *, only: str) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"))
        await connection.commit()
        name = database.url.database
        await connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {only}'))
        await connection.commit()
    await database.engine.dispose()  # whoever fails over is connected to anew


async def test_a_token_that_ends_while_its_batch_is_carried_out_is_good_for_all_of_it_and_for_nothing_after(
    tmp_path, settings, monkeypatch
) -> None:
    really, ahead = operations.receive_apart, 0

    async def takes_two_hours(session, forms, *, by):
        nonlocal ahead
        ahead = 7200
        return await really(session, forms, by=by)

    monkeypatch.setattr(operations, "receive_apart", takes_two_hours)
    clock = property(lambda _reader: lambda: time.time() + ahead, lambda _reader, _given: None)
    monkeypatch.setattr(TokenReader, "_now", clock, raising=False)
    async with intake(f"sqlite+aiosqlite:///{tmp_path}/intake.sqlite", settings) as (client, _):
        batch = {"referrals": [form(f"R-{number}") for number in range(20)]}
        answer = await client.post("/v1/referrals/batch", json=batch, headers={"Idempotency-Key": "b"})
        assert [each["status"] for each in answer.json()["results"]] == [201] * 20
        assert (await client.get("/v1/referrals")).status_code == 401
        ahead = 0
        assert await referrals(client) == 20


@pytest.mark.timeout(180)
async def test_a_process_that_may_open_no_more_files_goes_on_and_answers_once_it_may(tmp_path) -> None:
    key = trial_key(tmp_path)
    process = Process("all", {**environment(), "DWC_DATA_DIR": str(tmp_path)}, tmp_path)
    process.start()
    try:
        await answers(process, seconds=90)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (FEW_FILES, FEW_FILES))
        crowd = await asyncio.gather(*(connected(process.port) for _ in range(2 * FEW_FILES)))
        assert is_running(process), process.log
        for _, writer in filter(None, crowd):
            writer.close()
        await answers(process, seconds=60)
        principal = Principal(id="the duty desk", role=Role.DUTY)
        token = sign_token(key, principal, issuer=Settings().issuer, minutes=30)
        async with httpx.AsyncClient(base_url=f"{process.url}/intake", timeout=30) as client:
            answer = await client.post(
                "/v1/referrals", json=form("after"), headers={"Authorization": f"Bearer {token}"}
            )
        assert answer.status_code == 201, answer.text
    finally:
        process.stop()


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("DWC_")}


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    with suppress(OSError, TimeoutError):
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 5)
    return None


def is_running(process: Process) -> bool:
    return process._process is not None and process._process.poll() is None


async def answers(process: Process, *, seconds: float) -> None:
    async with asyncio.timeout(seconds), httpx.AsyncClient(base_url=process.url, timeout=5) as client:
        while True:
            assert is_running(process), process.log
            with suppress(httpx.HTTPError):
                if (await client.get("/intake/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
