"""Apache Kafka: one topic a kind of subject, key = subject, at least once, offsets committed after the database is.

What others paid for: commit explicit offsets (a rebalance may run in the background); a failed batch is not delivered
again unless one seeks back; the idempotent producer can wedge, so it is made anew after any failed send; `linger_ms=0`
because the relay already batches; RoundRobin because the sticky assignor stalls (aiokafka #929, #1046, #1017, #1176).
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError, TopicAlreadyExistsError, for_code

from shared.contracts.envelope import Envelope
from shared.messaging.inbox import Hearer
from shared.settings import Settings
from shared.telemetry import log

PARTITIONS = 6
RETENTION_MS = 28 * 24 * 3600 * 1000
"""Four weeks: republishing, not the broker, brings up a new hearer."""
BATCH = 500


REPLICATION = 1
"""For one broker. In a cluster an administrator makes the topics first, and these are used as they are."""


def admission(settings: Settings) -> dict[str, Any]:
    """What every client shows to be let in: nothing where Kafka knows no users, a password over TLS where it does."""
    if not settings.kafka_user:
        return {}
    return {
        "security_protocol": "SASL_SSL",
        "ssl_context": ssl.create_default_context(cafile=settings.kafka_ca or None),
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
    }


class KafkaTransport:
    def __init__(self, bootstrap: str, admission: Mapping[str, Any] | None = None) -> None:
        self._broker = {"bootstrap_servers": bootstrap, **(admission or {})}
        self._producer: AIOKafkaProducer | None = None
        self._known: set[str] = set()

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        await self._ensure_topics({envelope.topic for envelope in envelopes})
        producer = await self._started_producer()
        try:
            acks = [
                await producer.send(
                    envelope.topic,
                    key=str(envelope.key).encode(),
                    value=envelope.data,
                    headers=[(name, value.encode()) for name, value in envelope.headers().items()],
                )
                for envelope in envelopes
            ]
            await asyncio.wait_for(asyncio.gather(*acks), timeout=30)
        except BaseException:
            await self._drop_producer()
            raise

    async def listen(self, hearer: Hearer) -> None:
        await self._retrying(lambda: self._ensure_topics(set(hearer.topics)))
        while True:
            consumer = AIOKafkaConsumer(
                *sorted(hearer.topics),
                **self._broker,
                group_id=f"dwc.{hearer.name}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                partition_assignment_strategy=(RoundRobinPartitionAssignor,),
                session_timeout_ms=10_000,
                heartbeat_interval_ms=1_000,
                max_poll_interval_ms=300_000,
                metadata_max_age_ms=30_000,
            )
            try:
                await consumer.start()
                await self._consume(consumer, hearer)
            except Exception as failure:
                log.warning("kafka.listening_failed", hearer=hearer.name, error=type(failure).__name__)
                await asyncio.sleep(1)
            finally:
                await _quietly(consumer.stop())

    async def close(self) -> None:
        await self._drop_producer()

    async def _consume(self, consumer: AIOKafkaConsumer, hearer: Hearer) -> None:
        while True:
            batches = await consumer.getmany(timeout_ms=500, max_records=BATCH)
            for partition, records in batches.items():
                await self._hear(consumer, hearer, partition, records)

    async def _hear(
        self, consumer: AIOKafkaConsumer, hearer: Hearer, partition: TopicPartition, records: list[ConsumerRecord]
    ) -> None:
        """One partition's batch: the database first, then the offset. A failure seeks back, so that it comes again."""
        try:
            await hearer.hear([envelope for envelope in map(_opened, records) if envelope])
        except Exception as failure:
            log.warning("kafka.hearing_failed", hearer=hearer.name, error=type(failure).__name__)
            try:
                consumer.seek(partition, records[0].offset)
            except IllegalStateError:
                return  # the partition has gone to another consumer, which begins at what we committed
            await asyncio.sleep(0.5)
            return
        try:
            await consumer.commit({partition: records[-1].offset + 1})
        except (CommitFailedError, IllegalStateError):
            log.info("kafka.partition_lost", hearer=hearer.name)  # its new owner hears these again and drops them

    async def _ensure_topics(self, topics: set[str]) -> None:
        if topics <= self._known:
            return
        admin = AIOKafkaAdminClient(**self._broker)
        try:
            await admin.start()
            if missing := topics - set(await admin.list_topics()):
                await _make(admin, missing)
        finally:
            await _quietly(admin.close())
        self._known |= topics

    async def _started_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                **self._broker,
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                request_timeout_ms=10_000,
            )
            try:
                await producer.start()
            except BaseException:
                await _quietly(producer.stop())
                raise
            self._producer = producer
        return self._producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _quietly(producer.stop())

    async def _retrying(self, attempt: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await attempt()
                return
            except Exception as failure:
                log.warning("kafka.unreachable", error=type(failure).__name__)
                await asyncio.sleep(1)


async def _make(admin: AIOKafkaAdminClient, topics: set[str]) -> None:
    """Make these topics; another process may do the same at the same moment."""
    new = [
        NewTopic(name, PARTITIONS, REPLICATION, topic_configs={"retention.ms": str(RETENTION_MS)})
        for name in sorted(topics)
    ]
    answer = await admin.create_topics(new)
    for _topic, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:
            raise for_code(code)


def _opened(record: ConsumerRecord) -> Envelope | None:
    """The event in a record; None, with a line in the log, for what is no event of ours."""
    try:
        headers = {name: value.decode() for name, value in record.headers}
        return Envelope.opened(record.topic, headers, record.value or b"")
    except (KeyError, ValueError):
        log.error("kafka.not_an_event", topic=record.topic, partition=record.partition, offset=record.offset)
        return None


async def _quietly(stopping: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(stopping, timeout=5)
    except Exception as failure:
        log.info("kafka.stop_failed", error=type(failure).__name__)
