"""Apache Kafka: one topic a kind of subject, key = subject, at least once, offsets committed after the database is.

What others paid for: commit explicit offsets (a rebalance may run in the background); a failed batch is not delivered
again unless one seeks back; the idempotent producer can wedge, so it is made anew after any failed send; `linger_ms=0`
because the relay already batches; RoundRobin because the sticky assignor stalls (aiokafka #929, #1046, #1017, #1176).
"""

import asyncio
import ssl
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import IllegalStateError, KafkaError, TopicAlreadyExistsError, for_code

from shared.contracts.envelope import Envelope, NotAnEvent
from shared.failures import is_transient
from shared.messaging.dead_letters import Arrival, Unreadable
from shared.messaging.inbox import Hearer
from shared.settings import Settings
from shared.telemetry import log

PARTITIONS = 6
COPIES = 3
"""On how many brokers each partition stands, where there are so many."""
RETENTION_MS = 28 * 24 * 3600 * 1000
"""Four weeks: republishing, not the broker, brings up a new hearer."""
BATCH = 500
REQUEST_MS = 10_000
SEND_SECONDS = 30
STOP_SECONDS = 5
ASK_SECONDS = 2
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


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


class Producer(AIOKafkaProducer):
    """aiokafka's, which can also be given up."""

    async def abandon(self) -> None:
        """Stop without the flush that `stop` begins with, for as long as the broker is away: what was not sent stays in
        the outbox. A producer stopped halfway would stay behind, and send again what its successor has long sent.
        """
        self._closed = True
        await _let_go(*([self._sender.close()] if self._sender else []), self.client.close())


class KafkaTransport:
    def __init__(self, bootstrap: str, admission: Mapping[str, Any] | None = None) -> None:
        self._broker = {"bootstrap_servers": bootstrap, **(admission or {})}
        self._producer: Producer | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._topics: set[str] = set()
        """Those known to be there. Forgotten after any failure: a broker may come back with nothing."""

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        acks = []
        try:
            await self._ensure_topics({envelope.topic for envelope in envelopes})
            producer = await self._started_producer()
            for envelope in envelopes:
                headers = [(name, value.encode()) for name, value in envelope.headers().items()]
                key = str(envelope.key).encode()
                acks.append(await producer.send(envelope.topic, key=key, value=envelope.data, headers=headers))
            async with asyncio.timeout(SEND_SECONDS):
                await asyncio.gather(*acks)
        except BaseException:
            for ack in acks:
                ack.cancel()
            await self.close()
            raise

    async def listen(self, hearer: Hearer) -> None:
        pause = FIRST_PAUSE_SECONDS
        while hearer.topics:
            consumer = self._consumer = self._new_consumer(hearer)
            try:
                await self._ensure_topics(hearer.topics)
                await consumer.start()
                pause = FIRST_PAUSE_SECONDS
                await _hear_on(consumer, hearer)
            except Exception as failure:
                log.warning("kafka.listening_failed", hearer=hearer.name, error=type(failure).__name__)
            finally:
                self._topics.clear()
                self._consumer = None
                await _let_go(consumer.stop(), consumer._client.close())  # noqa: SLF001 -- see `_let_go`
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def lag(self) -> dict[str, int] | None:
        consumer = self._consumer
        if consumer is None:
            return None
        lag: dict[str, int] = {}
        try:
            async with asyncio.timeout(ASK_SECONDS):
                partitions = consumer.assignment()
                ends = await consumer.end_offsets(partitions)
                begins = await consumer.beginning_offsets(partitions)
                for partition in partitions:
                    reached = await consumer.committed(partition) or 0
                    behind = ends[partition] - max(reached, begins[partition])
                    lag[partition.topic] = lag.get(partition.topic, 0) + max(behind, 0)
        except (KafkaError, TimeoutError):
            return None
        return lag

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        self._topics.clear()
        if producer is not None:
            await producer.abandon()

    def _new_consumer(self, hearer: Hearer) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
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

    async def _started_producer(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(
                **self._broker,
                enable_idempotence=True,
                acks="all",
                linger_ms=0,
                request_timeout_ms=REQUEST_MS,
            )
            await self._producer.start()
        return self._producer

    async def _ensure_topics(self, wanted: Collection[str]) -> None:
        """Make the topics that are not there. Where only an administrator may, they are there already."""
        if self._topics >= set(wanted):
            return
        admin = AIOKafkaAdminClient(**self._broker, request_timeout_ms=REQUEST_MS)
        try:
            await admin.start()
            missing = set(wanted) - set(await admin.list_topics())
            if missing:
                copies = min(COPIES, len((await admin.describe_cluster())["brokers"]))
                await _create(admin, sorted(missing), copies)
        finally:
            await _let_go(admin.close())
        self._topics |= set(wanted)


async def _create(admin: AIOKafkaAdminClient, topics: Sequence[str], copies: int) -> None:
    kept = {"retention.ms": str(RETENTION_MS)}
    answer = await admin.create_topics([NewTopic(name, PARTITIONS, copies, topic_configs=kept) for name in topics])
    for _topic, code, *_ in answer.topic_errors:
        if code and for_code(code) is not TopicAlreadyExistsError:  # another process was quicker
            raise for_code(code)


async def _hear_on(consumer: AIOKafkaConsumer, hearer: Hearer) -> None:
    """One partition's batch after another: the database first, then the offset. What fails comes again."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        batches = await consumer.getmany(timeout_ms=500, max_records=BATCH)
        for partition, records in batches.items():
            try:
                await hearer.hear([_opened(record) for record in records])
            except Exception as failure:
                say = log.warning if is_transient(failure) else log.error
                say("kafka.hearing_failed", hearer=hearer.name, error=type(failure).__name__, exc_info=failure)
                _seek_back(consumer, partition, records[0].offset)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                pause = FIRST_PAUSE_SECONDS
                await _commit(consumer, hearer, partition, records[-1].offset + 1)


def _seek_back(consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
    try:
        consumer.seek(partition, offset)
    except IllegalStateError:
        return  # the partition has gone to another consumer, which begins at what was committed


async def _commit(consumer: AIOKafkaConsumer, hearer: Hearer, partition: TopicPartition, offset: int) -> None:
    """Say how far this partition has been heard. Failing to is harmless: what is heard again is dropped."""
    try:
        await consumer.commit({partition: offset})
    except (KafkaError, IllegalStateError) as failure:
        log.info("kafka.not_committed", hearer=hearer.name, error=type(failure).__name__)


def _opened(record: ConsumerRecord) -> Arrival:
    """The event in a record, or the record as it stands when it is no event of ours."""
    data = record.value or b""
    try:
        headers = {name: value.decode() for name, value in record.headers}
        return Envelope.opened(record.topic, headers, data)
    except NotAnEvent as why:
        reason = str(why)
    except (AttributeError, UnicodeDecodeError):
        reason = "its headers are not text"
    place = f"{record.partition}/{record.offset}"
    return Unreadable.found(record.topic, place, record.timestamp, record.headers, data, reason)


async def _let_go(*steps: Awaitable[None]) -> None:
    """Stop a client, a limited time a step. One that could not stop by itself has its connections taken from it: left
    behind it would go on trying, and send again what its successor has long sent.
    """
    for step in steps:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await step
        except Exception as failure:
            log.info("kafka.stop_failed", error=type(failure).__name__)
