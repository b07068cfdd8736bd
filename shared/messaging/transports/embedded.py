"""Within one process: the relay hands events straight to the hearers' inboxes.

An event leaves the outbox only when every hearer has committed it, so a crash between the two delivers it again and the
inbox drops it: the same promise as a broker's, without one.
"""

from collections.abc import Sequence

from shared.contracts.envelope import Envelope
from shared.messaging.inbox import Hearer


class EmbeddedTransport:
    def __init__(self, hearers: Sequence[Hearer]) -> None:
        self._hearers = hearers

    async def send(self, envelopes: Sequence[Envelope]) -> None:
        for hearer in self._hearers:
            wanted = [envelope for envelope in envelopes if envelope.topic in hearer.topics]
            if wanted:
                await hearer.hear(wanted)

    async def listen(self, hearer: Hearer) -> None:
        """Nothing to wait for: `send` hands over directly."""

    async def lag(self) -> dict[str, int]:
        """Nothing is on its way: what has not been heard waits in its speaker's outbox."""
        return {}

    async def close(self) -> None:
        """Nothing to let go of."""
