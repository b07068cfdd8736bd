"""One leader a service performs all its duties: a failing one stops no other, and a second process takes over."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from services.observation.main import SERVICE
from shared import leader
from shared.leader import Duty, lead, perform

AT_ONCE = timedelta(0)


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_failing_duty_is_tried_again_and_stops_no_other(open_database, monkeypatch):
    monkeypatch.setattr(leader, "RETRY_SECONDS", 0.001)
    failing_rounds, steady_rounds = 0, 0
    both_went_on = asyncio.Event()

    async def fails(_database):
        nonlocal failing_rounds
        failing_rounds += 1
        raise ValueError

    async def steady(_database):
        nonlocal steady_rounds
        steady_rounds += 1
        if failing_rounds >= 3 and steady_rounds >= 3:
            both_went_on.set()

    async with open_database(SERVICE) as database:
        performing = asyncio.create_task(
            perform(database, [Duty("fails", fails, every=AT_ONCE), Duty("steady", steady, every=AT_ONCE)])
        )
        await asyncio.wait_for(both_went_on.wait(), 20)
        assert not performing.done()
        await cancelled(performing)


async def test_the_second_process_takes_over_when_the_first_is_gone(postgres_urls, monkeypatch):
    monkeypatch.setattr(leader, "RETRY_SECONDS", 0.01)
    url = postgres_urls("observation")
    led: list[str] = []
    took_over = {"first": asyncio.Event(), "second": asyncio.Event()}

    def process(name: str) -> asyncio.Task[None]:
        async def note(_database):
            led.append(name)
            took_over[name].set()

        return asyncio.create_task(lead(SERVICE.open(url, authority="206"), [Duty("note", note, every=AT_ONCE)]))

    first = process("first")
    await asyncio.wait_for(took_over["first"].wait(), 20)
    second = process("second")
    rounds = len(led)
    while len(led) < rounds + 20:
        await asyncio.sleep(0)
    assert set(led) == {"first"}
    await cancelled(first)
    await asyncio.wait_for(took_over["second"].wait(), 20)
    await cancelled(second)
