"""A refusal is an event too: who was refused what, and about whom."""

import time
from collections.abc import Callable
from uuid import UUID

from fastapi import Request
from fastapi.routing import APIRoute

from shared import audit
from shared.web.guard import act_of

STRANGERS_A_MINUTE = 60
OF_PACE = frozenset({408, 429})


class Allowance:
    """At most so many a minute. Whoever has no token must not be able to fill the audit, or to keep the database busy."""

    def __init__(self, a_minute: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._a_minute, self._now = a_minute, now
        self._minute, self._taken = float("-inf"), 0

    def take(self) -> bool:
        minute = self._now() // 60
        if minute != self._minute:
            self._minute, self._taken = minute, 0
        self._taken += 1
        return self._taken <= self._a_minute


async def audit_refusal(request: Request, status: int) -> None:
    """Record a refusal on a route that names an act, with the ids that were asked for.

    It stands in a transaction of its own, because the request's was rolled back. Without a token the actor is nobody, and
    only so many a minute are recorded; the log has them all. What broke (500), could not be tried (503), came too slowly
    (408) or with too much else at once (429) is no refusal of that act, and must not cost a transaction.
    """
    route = request.scope.get("route")
    act = act_of(route) if isinstance(route, APIRoute) else None
    if act is None or status >= 500 or status in OF_PACE:
        return
    principal = getattr(request.state, "principal", None)
    if principal is None and not request.app.state.strangers.take():
        return
    async with request.app.state.database.transaction() as session:
        audit.touches(session, _ids_asked_for(request))
        await audit.record(
            session,
            actor=principal.id if principal else "",
            role=principal.role if principal else "",
            act=act.name,
            outcome=status,
        )


def _ids_asked_for(request: Request) -> set[UUID]:
    """Whoever looks for a child by guessing leaves the guesses behind."""
    ids = set()
    for value in request.path_params.values():
        try:
            ids.add(UUID(str(value)))
        except ValueError:
            continue
    return ids
