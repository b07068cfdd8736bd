"""What an event belongs to: the request that began it, which is on every line logged while it is acted on, and on every event
that is said because of it.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared import telemetry
from shared.contracts.envelope import Envelope

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
"""What an id of ours looks like. A header may hold anything, also somebody's name."""


@contextmanager
def as_part_of_their_request(arrivals: Sequence[object]) -> Iterator[None]:
    """Where these all came of one request, what is done here belongs to it."""
    origins = {(each.correlation_id, each.traceparent) for each in arrivals if isinstance(each, Envelope)}
    if len(origins) != 1:
        yield
        return
    ((request, traceparent),) = origins
    if not REQUEST_ID.fullmatch(request):
        yield
        return
    with telemetry.following(request, traceparent):
        yield
