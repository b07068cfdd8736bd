"""Identifiers. UUIDv7 sorts by the time it was made, so indexes stay compact and inboxes prune by range."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def new_id() -> UUID:
    """A new UUIDv7. Only these cross a border; an LAchildID stays in intake."""
    return uuid7()


def id_at(instant: datetime, chance: int = 0) -> UUID:
    """The UUIDv7 of an instant with these 74 bits of chance; the first one there can be, unless they are given."""
    milliseconds = (instant - BEGINNING) // MILLISECOND
    return UUID(int=milliseconds << 80 | 0x7 << 76 | chance >> 62 << 64 | 0x2 << 62 | chance & (2**62 - 1))


def made_at(id: UUID) -> datetime:
    """When a UUIDv7 was made, to the millisecond."""
    return BEGINNING + (id.int >> 80) * MILLISECOND
