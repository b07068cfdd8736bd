"""Identifiers. UUIDv7 sorts by the time it was made, so indexes stay compact and inboxes prune by range."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new UUIDv7. Only these cross a border; an LAchildID stays in intake."""
    return uuid7()
