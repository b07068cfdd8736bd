"""Three processes on real Kafka and PostgreSQL: killed in mid-load, nothing is lost, doubled or out of order."""

import asyncio
import json
import os
import random
import time
from collections import Counter
from itertools import count
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from sqlalchemy import text

from services.host import service_named
from services.reporting.indicators.operations import differences
from shared.ids import new_id

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("kafka"), pytest.mark.timeout(600)]

CLIENTS = 8
SEED = 20261123
DAY = "2026-11-20"


async def acknowledged(client: httpx.AsyncClient, method: str, path: str, body: dict[str, object]) -> httpx.Response:
    """Send until answered for good, always under the same key: what a careful caller does."""
    key = str(uuid4())
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            answer = await client.request(method, path, json=body, headers={"Idempotency-Key": key})
            if answer.status_code < 500:
                return answer
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)
    pytest.fail(f"{method} {path} was not acknowledged within two minutes")


async def one_child(department, number: int, operations: Counter[str], *, observations: int) -> None:
    """A child's referral, the decision on it, and an observation of the worker's practice: three acknowledged operations."""
    async with (
        department.client("intake", "source_system", id="case-system") as source,
        department.client("intake", "service_manager") as manager,
        department.client("observation", "coach", worker="C1") as coach,
    ):
        referral = {
            "source_reference": f"KILL-{number}",
            "received_on": DAY,
            "source": "6",
            "children": [{"la_child_id": f"KILL{number:05d}"}],
        }
        posted = await acknowledged(source, "POST", "/v1/referrals", referral)
        assert posted.status_code in {200, 201}, posted.text
        operations["referrals"] += 1
        referral_id = posted.json()["referrals"][0]["id"]
        outcome = {"outcome": "assessment" if number % 5 else "no_further_action"}
        decided = await acknowledged(manager, "POST", f"/v1/referrals/{referral_id}/decision", outcome)
        assert decided.status_code == 200, decided.text
        operations["decisions"] += 1
        operations["episodes" if number % 5 else "nfa"] += 1
        if number % 5 and operations["observations"] < observations:
            body = {
                "episode_id": decided.json()["episode_id"],
                "worker": "W1",
                "observed_at": f"{DAY}T10:00:00Z",
                "contact": "home_visit",
                "purpose": "sampled",
                "rubric": "msw-7.1",
                "scores": dict.fromkeys(SKILLS, 3),
            }
            observed = await acknowledged(coach, "PUT", f"/v1/observations/{new_id()}", body)
            assert observed.status_code in {200, 201, 202}, observed.text
            operations["observations"] += 1


SKILLS = (
    "evocation", "collaboration", "autonomy", "empathy", "purposefulness", "clarity_about_concerns", "child_focus",
)  # fmt: skip


async def test_two_thousand_acknowledged_operations_survive_nine_kills(department) -> None:
    await survived(department, wanted=2_000, kills=9)


@pytest.mark.campaign
@pytest.mark.timeout(3 * 3600)
async def test_twenty_thousand_acknowledged_operations_survive_two_hundred_kills(department) -> None:
    """`DWC_TEST_OPERATIONS` and `DWC_TEST_KILLS` make it smaller or larger."""
    wanted = int(os.environ.get("DWC_TEST_OPERATIONS", "20000"))
    await survived(department, wanted=wanted, kills=int(os.environ.get("DWC_TEST_KILLS", "200")))


async def survived(department, *, wanted: int, kills: int) -> None:
    """Kill the three in turn while people work, until both are through; then look whether anything is lost or doubled."""
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    await staffed(department)
    operations: Counter[str] = Counter()
    numbers = count(1)
    killed = 0

    def done() -> int:
        return operations["referrals"] + operations["decisions"] + operations["observations"]

    async def caller() -> None:
        while done() < wanted or killed < kills:
            await one_child(department, next(numbers), operations, observations=wanted // 5)

    async def killer() -> None:
        nonlocal killed
        processes = list(department.processes.values())
        in_turn = [victim for _ in range(kills) for victim in chance.sample(processes, len(processes))]
        for victim in in_turn[:kills]:
            await asyncio.sleep(chance.uniform(1.0, 2.5))
            await asyncio.to_thread(victim.kill)
            await asyncio.to_thread(victim.start)
            await asyncio.to_thread(victim.wait_until_ready)
            killed += 1

    async with asyncio.TaskGroup() as at_once:
        at_once.create_task(killer())
        for _ in range(CLIENTS):
            at_once.create_task(caller())
    print(f"{done()} operations acknowledged, {killed} kills")
    await drained(department, operations)
    await nothing_lost_or_doubled(department, operations)
    await in_order(department)


async def staffed(department) -> None:
    post = {"name": "A Worker", "team": "T1", "team_name": "North", "member_from": "2020-01-01"}
    async with department.client("intake", "operator") as operator:
        for reference, role in (("W1", "social_worker"), ("C1", "coach")):
            answer = await operator.put(f"/v1/workers/{reference}", json={**post, "role": role})
            assert answer.status_code == 204, answer.text

    observation = department_database(department, "observation")

    async def known() -> bool:
        async with observation.reading() as session:
            return bool((await session.execute(text("SELECT count(*) = 2 FROM known_worker"))).scalar_one())

    await department.until(known, seconds=60, what="observation to hear of the workers")
    await observation.close()


async def drained(department, operations: Counter[str]) -> None:
    """Everything said has been heard: the outboxes are empty and reporting has counted every observation."""
    databases = {name: department_database(department, name) for name in department.database_urls}

    async def empty() -> bool:
        depths = []
        for name in ("intake", "observation"):
            async with databases[name].reading() as session:
                depths.append((await session.execute(text("SELECT count(*) FROM outbox"))).scalar_one())
        async with databases["reporting"].reading() as session:
            heard = (await session.execute(text("SELECT count(*) FROM child_history"))).scalar_one()
            seen = (await session.execute(text("SELECT count(*) FROM practice_history"))).scalar_one()
            decided = (
                await session.execute(
                    text("SELECT coalesce(sum(numerator), 0) FROM cell WHERE indicator = 'episodes_started'")
                )
            ).scalar_one()
        return (
            not any(depths)
            and heard == operations["referrals"]
            and seen == operations["observations"]
            and decided == operations["episodes"]
        )

    await department.until(empty, seconds=120, what=f"all of {dict(operations)} to be counted")
    for database in databases.values():
        await database.close()


def department_database(department, name: str):
    return service_named(name).open(department.database_urls[name], authority="206")


async def nothing_lost_or_doubled(department, operations: Counter[str]) -> None:
    intake, reporting = department_database(department, "intake"), department_database(department, "reporting")
    async with intake.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM referral"))).scalar_one() == operations["referrals"]
        assert (await session.execute(text("SELECT count(*) FROM episode"))).scalar_one() == operations["episodes"]
        twice = (
            "SELECT count(*) FROM (SELECT source_reference FROM referral_form GROUP BY 1 HAVING count(*) > 1) AS twice"
        )
        assert (await session.execute(text(twice))).scalar_one() == 0
    async with reporting.reading() as session:
        dead = (await session.execute(text("SELECT count(*) FROM dead_letter"))).scalar_one()
        counted = dict(
            (await session.execute(text("SELECT indicator, sum(numerator) FROM cell GROUP BY indicator"))).all()
        )
    assert dead == 0
    assert counted["referrals"] == operations["referrals"]
    assert counted["referrals_no_further_action"] == operations["nfa"]
    assert counted["episodes_started"] == operations["episodes"]
    assert counted["observations"] == operations["observations"]
    async with reporting.transaction() as session:
        assert await differences(session) == []
    await intake.close()
    await reporting.close()


async def in_order(department) -> None:
    """On the topics themselves: leaving out what was delivered again, each subject's versions only rise, without a gap."""
    for topic in ("intake.child", "observation.practice"):
        consumer = AIOKafkaConsumer(
            topic, bootstrap_servers=department.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
        )
        await consumer.start()
        seen: set[str] = set()
        last: dict[UUID, int] = {}
        try:
            ends = await consumer.end_offsets(consumer.assignment())
            while any([await consumer.position(partition) < end for partition, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    for record in records:
                        event_id = dict(record.headers)["ce_id"].decode()
                        if event_id in seen:
                            continue
                        seen.add(event_id)
                        state = json.loads(record.value)
                        key, n = UUID(record.key.decode()), state["n"]
                        assert n == last.get(key, n - 1) + 1, f"{topic} {key}: version {n} after {last.get(key)}"
                        last[key] = n
        finally:
            await consumer.stop()
