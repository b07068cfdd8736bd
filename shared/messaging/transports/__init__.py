"""How events travel from a speaker's outbox to its hearers. Services never know which of these carries them."""

from collections.abc import Sequence
from typing import Protocol

from shared.contracts.envelope import Envelope
from shared.messaging.inbox import Hearer


class Transport(Protocol):
    """Carries events, in order for each key, at least once."""

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        """Return once every event is safe beyond this process' failure; raise if any is not."""

    async def listen(self, hearer: Hearer) -> None:
        """Hand what arrives to a hearer, until cancelled."""

    async def lag(self) -> dict[str, int] | None:
        """How many events of each topic are carried and not yet heard here; None while that cannot be told.

        Of processes that share a topic each tells its part.
        """

    async def close(self) -> None:
        """Let go of connections."""
