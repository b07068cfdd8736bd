"""The one clock. Whatever needs the time asks here, so that tests and rehearsals can hold it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from shared.calendar import LONDON

_held: datetime | None = None


def now() -> datetime:
    """This instant, in UTC."""
    return _held or datetime.now(UTC)


def today() -> date:
    """The civil date in London, which is the date a social worker would write down."""
    return now().astimezone(LONDON).date()


@contextmanager
def held_at(instant: datetime) -> Iterator[None]:
    """Hold the clock at an instant (aware) for the whole process until the block ends."""
    global _held  # noqa: PLW0603 -- one clock is the point
    before, _held = _held, instant.astimezone(UTC)
    try:
        yield
    finally:
        _held = before
