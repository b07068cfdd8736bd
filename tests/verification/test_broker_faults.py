"""A real broker that goes away, hangs, forgets everything or is told nonsense, between real databases."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from sqlalchemy import text

from services.observation.main import SERVICE
from shared.contracts.intake import WorkerState
from shared.contracts.state import State
from shared.leader import Duty, lead
from shared.messaging import outbox
from shared.messaging.dead_letters import dead_letters
from shared.messaging.inbox import Hearer, Subscription
from shared.messaging.outbox import publish
from shared.messaging.relay import relay
from shared.messaging.transports import kafka
from shared.messaging.transports.kafka import KafkaTransport
from shared.migrations import migrate
from tests.shared.test_dead_letters import event, worker

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("kafka"), pytest.mark.timeout(300)]

STARTER = ThreadPoolExecutor(1)
"""A server dies with the thread that started it, so not one of the event loop's, which end with each test."""


async def started(server) -> None:
    await asyncio.get_running_loop().run_in_executor(STARTER, server.start)


class Line:
    """A speaker and hearers on one topic of their own, each a database and a transport, as separate processes have."""

    def __init__(self, bootstrap: str, database, name: str) -> None:
        self.bootstrap, self.database, self.name = bootstrap, database, name
        self.state: type[State] = type("Told", (WorkerState,), {"topic": name, "__module__": __name__})
        self.subjects = [worker(f"w{i}") for i in range(40)]
        self.said = 0
        self._versions: dict[str, int] = {}

    async def say(self, count: int) -> None:
        """One more version of each of so many subjects, every one in a transaction of its own, as requests are."""
        for number in range(count):
            subject = self.subjects[number % len(self.subjects)]
            n = self._versions[subject.reference] = self._versions.get(subject.reference, 0) + 1
            async with self.database.transaction() as session:
                await publish(session, self.state(**(subject.model_dump() | {"n": n})), by="test")
            self.said += 1

    def hearer(self) -> Hearer:
        async def hear(session, states) -> None:
            rows = [{"worker": state.reference, "n": state.n} for state in states]
            await session.execute(text("INSERT INTO heard (worker, n) VALUES (:worker, :n)"), rows)

        async def lose(_session, _epoch) -> None:
            raise AssertionError("nothing is lost here")

        return Hearer(self.name, self.database, [Subscription(self.state, hear, lose)])

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[KafkaTransport]:
        transport = KafkaTransport(self.bootstrap)
        async with running(lead(self.database, [Duty("relay", lambda database: relay(database, transport))])):
            yield transport
        await transport.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[KafkaTransport]:
        transport = KafkaTransport(self.bootstrap)
        async with running(transport.listen(self.hearer())):
            yield transport
        await transport.close()

    async def heard(self) -> list[tuple[str, int]]:
        async with self.database.reading() as session:
            rows = await session.execute(text("SELECT worker, n FROM heard ORDER BY position"))
            return [(row.worker, row.n) for row in rows]

    async def depth(self) -> int:
        async with self.database.reading() as session:
            return await outbox.depth(session)

    async def letters(self):
        async with self.database.reading() as session:
            return await dead_letters(session)

    async def whole(self) -> bool:
        """The newest version of every subject has been heard, and nothing waits."""
        newest: dict[str, int] = {}
        for reference, n in await self.heard():
            newest[reference] = max(n, newest.get(reference, 0))
        return newest == self._versions and not await self.depth()

    async def heard_right(self) -> None:
        """Nothing lost, nothing twice, and each subject's versions in order."""
        await until(self.whole, seconds=60, what="everything said to be heard")
        heard, last = await self.heard(), {}
        for reference, n in heard:
            assert n > last.get(reference, 0), f"{reference}: version {n} after {last.get(reference)}"
            last[reference] = n
        assert await self.letters() == []


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], Awaitable[bool]], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not await true():
        if time.monotonic() > deadline:
            pytest.fail(f"after {seconds} s still waiting: {what}")
        await asyncio.sleep(0.1)


@pytest.fixture
async def line(kafka_server, postgres_urls, request) -> AsyncIterator[Line]:
    database = SERVICE.open(postgres_urls("observation"), authority="206")
    await migrate(database, SERVICE.migrations)
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE heard (position serial, worker text, n integer, UNIQUE (worker, n))"))
    yield Line(kafka_server.bootstrap, database, f"test.{database.url.database}")
    await database.close()


async def test_writes_go_on_while_the_broker_is_down_and_what_was_said_is_delivered(line, kafka_server) -> None:
    await survives_without(line, kafka_server, seconds=10)


@pytest.mark.campaign
async def test_writes_go_on_while_the_broker_is_down_for_a_minute(line, kafka_server) -> None:
    await survives_without(line, kafka_server, seconds=60)


async def survives_without(line, kafka_server, *, seconds: float) -> None:
    async with line.relaying(), line.listening():
        await line.say(50)
        await until(line.whole, seconds=60, what="the first events")
        kafka_server.stop()
        try:
            away_until = time.monotonic() + seconds
            while time.monotonic() < away_until:
                await line.say(20)
                await asyncio.sleep(0.1)
            assert await line.depth() > 0
        finally:
            await started(kafka_server)
        await line.heard_right()


async def test_a_broker_that_is_restarted_in_mid_load_loses_nothing(line, kafka_server) -> None:
    async with line.relaying(), line.listening():
        saying = asyncio.create_task(line.say(600))
        for _ in range(2):
            await asyncio.sleep(0.5)
            await asyncio.to_thread(kafka_server.stop)
            await started(kafka_server)
        await saying
        await line.heard_right()


async def test_a_broker_that_hangs_holds_up_no_write_and_leaves_no_producer_behind(
    line, kafka_server, monkeypatch
) -> None:
    monkeypatch.setattr(kafka, "SEND_SECONDS", 3)
    monkeypatch.setattr(kafka, "STOP_SECONDS", 1)
    async with line.relaying(), line.listening():
        await line.say(40)
        await until(line.whole, seconds=60, what="the first events")
        kafka_server.freeze()
        try:
            before = len(asyncio.all_tasks())
            for _ in range(4):
                began = time.monotonic()
                await line.say(10)
                assert time.monotonic() - began < 3, "a write waited for the broker"
                await asyncio.sleep(2)
            senders = [task for task in asyncio.all_tasks() if "_sender_routine" in repr(task.get_coro())]
            assert len(senders) <= 1
            assert len(asyncio.all_tasks()) < before + 10
        finally:
            kafka_server.thaw()
        await line.heard_right()


async def test_a_hearer_that_begins_before_there_is_a_topic_hears_everything(line) -> None:
    async with line.listening():
        await asyncio.sleep(1)
        async with line.relaying():
            await line.say(100)
            await line.heard_right()


async def test_hearers_that_come_and_go_in_mid_batch_hear_everything_once_and_in_order(line) -> None:
    async with line.relaying(), line.listening():
        saying = asyncio.create_task(line.say(1_200))
        for _ in range(3):
            async with line.listening():
                await asyncio.sleep(1.5)
            await asyncio.sleep(0.5)
        await saying
        await line.heard_right()


async def test_of_two_processes_one_relays_and_the_other_takes_over(line) -> None:
    other = SERVICE.open(line.database.url, authority="206")
    transports = [KafkaTransport(line.bootstrap) for _ in range(2)]
    databases = [line.database, other]
    tasks = [
        asyncio.create_task(lead(database, [Duty("relay", lambda database, own=own: relay(database, own))]))
        for database, own in zip(databases, transports, strict=True)
    ]
    async with line.listening():
        await line.say(40)
        await until(line.whole, seconds=60, what="the first events")
        assert sorted(database.leads for database in databases) == [False, True]
        leader = next(index for index, database in enumerate(databases) if database.leads)
        tasks[leader].cancel()
        await asyncio.gather(tasks[leader], return_exceptions=True)
        began = time.monotonic()
        await line.say(40)
        await line.heard_right()
        assert databases[1 - leader].leads
        print(f"took over within {time.monotonic() - began:.1f} s")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for transport in transports:
        await transport.close()
    await other.close()


async def test_nonsense_on_a_topic_is_kept_and_blocks_nothing(line) -> None:
    """Bad JSON, not UTF-8, nothing at all, no headers, a type from the future, and 5 MB, between good events."""
    async with line.relaying(), line.listening() as listening:
        await line.say(10)
        await until(line.whole, seconds=60, what="the first events")
        await may_be_large(line)
        headers = {
            name: value.encode() for name, value in event(line.state(**worker("x").model_dump())).headers().items()
        }
        later = headers | {"ce_type": b"dwc.later.v9"}
        nonsense: list[tuple[bytes | None, dict[str, bytes]]] = [
            (b"{not json", headers),
            (b'{"worker_id": "\xff\xfe"}', headers),
            (None, headers),
            (b"{}", {}),
            (b"{}", headers | {"ce_id": b"\xff\xfe"}),
            (b"x" * 5_000_000, {}),
            (json.dumps({}).encode(), later),
        ]
        producer = AIOKafkaProducer(bootstrap_servers=line.bootstrap, max_request_size=6_000_000)
        await producer.start()
        for number, (value, told) in enumerate(nonsense):
            named = told | ({"ce_id": str(event(worker("y")).id).encode()} if "ce_id" in told and number != 4 else {})
            await producer.send_and_wait(line.name, value, key=b"k", headers=list(named.items()))
        await producer.stop()
        await line.say(40)
        await until(line.whole, seconds=60, what="the events around the nonsense")

        async def all_kept() -> bool:
            return len(await line.letters()) == len(nonsense)

        await until(all_kept, seconds=60, what="the nonsense to be kept")
        assert sorted(letter.kind for letter in await line.letters()) == ["parked", *["poison"] * 6]

        async def none_left() -> bool:
            return await listening.lag() == {line.name: 0}

        await until(none_left, seconds=30, what="the hearer to have committed everything")


async def may_be_large(line: Line) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=line.bootstrap)
    await admin.start()
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, line.name, {"max.message.bytes": "6000000"})])
    await admin.close()
