"""Is everything as it must be? Everything is looked at and nothing changed, so it may be asked at any time."""

from collections.abc import AsyncIterator

from services.host import NAMES
from services.operating import broker, databases, machine
from services.operating.findings import Finding
from shared.settings import Settings, TransportKind


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """One finding after the other, as they come."""
    yield machine.python()
    yield machine.settings_agree(settings)
    for finding in machine.known_settings():
        yield finding
    for finding in machine.data_folder(settings):
        yield finding
    yield await machine.token_keys(settings)
    for name in NAMES:
        async for finding in databases.database_findings(name, settings):
            yield finding
    if settings.transport is TransportKind.KAFKA:
        async for finding in broker.broker_findings(settings):
            yield finding
