"""Findings about Kafka: reachable, and its topics there and kept as long as hearers count on."""

import asyncio
from collections.abc import AsyncIterator

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from services.host import NAMES, service_named
from services.operating.findings import Finding, fail, ok, warn
from shared.messaging.transports.kafka import RETENTION_MS, admission
from shared.settings import Settings

PATIENCE_SECONDS = 10
DAY_MS = 24 * 3600 * 1000


async def broker_findings(settings: Settings) -> AsyncIterator[Finding]:
    wanted = {each.state.topic for name in NAMES for each in service_named(name).hears}
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            kept = await _kept(settings, wanted)
    except Exception as failure:
        says = f"cannot be reached ({type(failure).__name__})"
        yield fail("broker", says, "is Kafka up, and DWC_KAFKA_BOOTSTRAP right? Writes go on meanwhile")
        return
    yield ok("broker", "reachable")
    for topic in sorted(wanted - kept.keys()):
        yield warn(f"topic {topic}", "is not there yet", "the first event makes it, or an administrator")
    for topic, milliseconds in sorted(kept.items()):
        yield _judge(topic, milliseconds)


def _judge(topic: str, kept: int) -> Finding:
    """Kept longer than the inbox remembers, an event read again would count again; kept shorter, a hearer may miss some."""
    says = f"kept for {kept // DAY_MS} days" if kept >= 0 else "kept for ever"
    if kept == RETENTION_MS:
        return ok(f"topic {topic}", says)
    return warn(f"topic {topic}", says, f"set retention.ms={RETENTION_MS}")


async def _kept(settings: Settings, topics: set[str]) -> dict[str, int]:
    """How long each of these topics that is there keeps what was said, in milliseconds."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap, **admission(settings))
    try:
        await admin.start()
        there = sorted(topics & set(await admin.list_topics()))
        asked = [ConfigResource(ConfigResourceType.TOPIC, topic, {"retention.ms": None}) for topic in there]
        found = {}
        for answer in await admin.describe_configs(asked) if asked else ():
            for _error, _message, _kind, topic, entries in answer.resources:
                found[topic] = next(int(value) for name, value, *_ in entries if name == "retention.ms")
        return found
    finally:
        await admin.close()
