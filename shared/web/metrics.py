"""Figures about the service itself, for Prometheus: what is asked of it, what waits, who leads. Nothing about anyone.

Labels are route templates, methods and statuses; never a path, an id or a name.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import choose_encoder

from shared import clock, due
from shared.database import Database, Session
from shared.messaging import dead_letters, outbox
from shared.messaging.inbox import last_heard
from shared.sealing.queries import unsealed_seconds
from shared.web.guard import may
from shared.web.roles import Principal, Role, act

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

disable_created_metrics()  # type: ignore[no-untyped-call] # a gauge beside each counter, which nobody asks for

READ_METRICS = act("read metrics", Role.OPERATOR)

router = APIRouter(tags=["health"])


class Meter:
    """What one service counts of itself. Each has its own registry: three may run in one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "dwc_http_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "dwc_http_request_seconds",
            "From the head of a request to the end of its answer",
            ["method", "route"],
            buckets=SECONDS,
            registry=registry,
        )
        self._in_flight = Gauge("dwc_http_requests_in_flight", "Requests being answered", registry=registry)
        self._waiting = Gauge("dwc_events_waiting", "Events said and not yet delivered", registry=registry)
        self._oldest = Gauge(
            "dwc_events_waiting_oldest_seconds", "Since the oldest of them was said", registry=registry
        )
        self._unsealed = Gauge(
            "dwc_audit_unsealed_seconds", "Age of the oldest audit row under no seal", registry=registry
        )
        self._dead = Gauge("dwc_dead_letters", "Events set aside and not replayed", ["kind"], registry=registry)
        self._heard = Gauge("dwc_events_heard_seconds", "Since the newest event heard was said", registry=registry)
        self._unheard = Gauge(
            "dwc_events_unheard",
            "Events on this process's part of a topic, not heard yet",
            ["topic"],
            registry=registry,
        )
        self._timers = Gauge("dwc_timers_overdue", "Timers that are due and have not fired", registry=registry)
        self._failing = Gauge("dwc_timers_failing", "Those of them that have failed", registry=registry)
        self._leads = Gauge(
            "dwc_leads", "1 while this process relays and keeps house for the service", registry=registry
        )
        self._connections = Gauge(
            "dwc_database_connections", "Connections of this process's pool", ["state"], registry=registry
        )

    def in_flight(self) -> AbstractContextManager[None]:
        return self._in_flight.track_inprogress()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    async def look(self, session: Session, database: Database) -> None:
        """Take the figures that are not counted as they happen but stand in the database."""
        waiting, oldest = await outbox.waiting(session)
        self._waiting.set(waiting)
        self._oldest.set(oldest)
        self._unsealed.set(await unsealed_seconds(session))
        for kind, count in (await dead_letters.how_many_wait(session)).items():
            self._dead.labels(kind.value).set(count)
        if (heard := await last_heard(session)) is not None:
            self._heard.set(max(0.0, (clock.now() - heard).total_seconds()))
        overdue, failing = await due.overdue(session)
        self._timers.set(overdue)
        self._failing.set(failing)
        self._leads.set(database.leads)
        for state, count in database.connections().items():
            self._connections.labels(state).set(count)

    def lags(self, lag: Mapping[str, int] | None) -> None:
        """What the broker says is still to be heard; nothing while it cannot be asked."""
        self._unheard.clear()
        for topic, events in (lag or {}).items():
            self._unheard.labels(topic).set(events)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def read_metrics(request: Request, _by: Annotated[Principal, may(READ_METRICS)]) -> Response:
    """Figures about this process and what waits in its database, in Prometheus' text format."""
    meter: Meter = request.app.state.meter
    database: Database = request.app.state.database
    async with database.watching() as session:
        await meter.look(session, database)
    meter.lags(await request.app.state.transport.lag())
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(meter.registry), media_type=content_type)
