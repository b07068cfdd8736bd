"""What it costs to hear and to relay: batches against single events, and the relay against the bare producer."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from uuid import UUID

from aiokafka import AIOKafkaProducer

from services.intake.main import SERVICE as SPEAKER
from services.reporting.main import SERVICE
from shared.contracts.envelope import Envelope
from shared.contracts.intake import ChildState, Episode, Referral
from shared.database import Database, Session
from shared.ids import new_id
from shared.messaging.inbox import Hearer, Subscription
from shared.messaging.outbox import publish
from shared.messaging.relay import drain
from shared.messaging.transports.kafka import KafkaTransport
from shared.migrations import migrate
from shared.web.app import Service
from tests.benchmarks.pairs import Rounds, paired

BATCH = 500
BATCHED, SINGLE = 4 * BATCH, 200
RELAYED = 10_000
ROUNDS = 5


def child(child_id: UUID) -> ChildState:
    referral = Referral(id=new_id(), received_on=date(2026, 4, 1), no_further_action=False)
    episode = Episode(id=new_id(), referral_id=referral.id, started_on=date(2026, 4, 1))
    return ChildState(authority="206", epoch=1, n=1, child_id=child_id, referrals=(referral,), episodes=(episode,))


def events(count: int) -> list[Envelope]:
    return [
        Envelope.around(
            child(new_id()),
            id=new_id(),
            service="intake",
            time=datetime(2026, 4, 1, tzinfo=UTC),
            actor="benchmark",
            correlation_id="",
            causation_id="",
        )
        for _ in range(count)
    ]


async def note_only(_session: Session, _states: Sequence[ChildState]) -> None:
    """Hears and does nothing: what is left is the inbox itself."""


async def lose_nothing(_session: Session, _epoch: int) -> None:
    """Nothing was kept."""


async def hearing_everywhere(urls: Mapping[str, str], step: Callable[[], None]) -> dict[tuple[str, bool], Rounds]:
    """By kind of database, and whether the inbox is alone."""
    heard = {}
    for kind, url in urls.items():
        async with migrated(SERVICE, url) as database:
            for alone in (True, False):
                heard[kind, alone] = await hearing(database, alone=alone, step=step)
    return heard


@asynccontextmanager
async def migrated(service: Service, url: str) -> AsyncIterator[Database]:
    database = service.open(url, authority="206")
    try:
        await migrate(database, service.migrations)
        yield database
    finally:
        await database.close()


async def hearing(database: Database, *, alone: bool, step: Callable[[], None]) -> Rounds:
    """Events a second in batches and one by one: the inbox alone, or with reporting's histories and cells."""
    subscriptions = [Subscription(ChildState, note_only, lose_nothing)] if alone else SERVICE.hears
    hearer = Hearer("reporting", database, subscriptions)

    async def in_batches() -> float:
        heard = events(BATCHED)
        began = time.perf_counter()
        for start in range(0, BATCHED, BATCH):
            await hearer.hear(heard[start : start + BATCH])
        return BATCHED / (time.perf_counter() - began)

    async def one_by_one() -> float:
        heard = events(SINGLE)
        began = time.perf_counter()
        for each in heard:
            await hearer.hear([each])
        return SINGLE / (time.perf_counter() - began)

    variants = {"in batches of 500": in_batches, "one by one": one_by_one}
    await in_batches()
    return await paired(variants, rounds=ROUNDS, unit="events a second", step=step)


async def relaying(url: str, bootstrap: str, step: Callable[[], None]) -> Rounds:
    async with migrated(SPEAKER, url) as database:
        return await relayed_and_produced(database, bootstrap, step)


async def relayed_and_produced(database: Database, bootstrap: str, step: Callable[[], None]) -> Rounds:
    """Events a second from the outbox to Kafka's acknowledgement and out of the outbox; beside it the bare producer."""
    transport = KafkaTransport(bootstrap)

    async def relayed() -> float:
        for _ in range(RELAYED // BATCH):
            async with database.transaction() as session:
                await publish(session, *(child(new_id()) for _ in range(BATCH)), by="benchmark")
        began = time.perf_counter()
        await drain(database, transport)
        return RELAYED / (time.perf_counter() - began)

    async def produced() -> float:
        sent = events(RELAYED)
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", linger_ms=0)
        await producer.start()
        try:
            began = time.perf_counter()
            for start in range(0, RELAYED, BATCH):
                window = sent[start : start + BATCH]
                acks = [
                    await producer.send(
                        each.topic,
                        key=str(each.key).encode(),
                        value=each.data,
                        headers=[(name, value.encode()) for name, value in each.headers().items()],
                    )
                    for each in window
                ]
                await asyncio.gather(*acks)
            return RELAYED / (time.perf_counter() - began)
        finally:
            await producer.stop()

    try:
        await relayed()
        variants = {"outbox to Kafka": relayed, "bare producer": produced}
        return await paired(variants, rounds=ROUNDS, unit="events a second", step=step)
    finally:
        await transport.close()
