"""The outermost step of a request: it gets an id and a place in its caller's trace, is counted, and leaves one line in the log."""

import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import telemetry
from shared.ids import new_id
from shared.telemetry import log
from shared.web.metrics import Meter
from shared.web.problems import on_fault

ACCEPTABLE_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
UNANSWERED = 499
"""The process stopped, or the caller went, before there was an answer."""
PROBES = ("/health/", "/metrics")
"""Asked every few seconds; counted, but a line only when refused."""


class Following:
    """Gives each request an id, the caller's if it sent one, that follows everything it causes."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        sent = headers.get("x-request-id", "")
        current = sent if ACCEPTABLE_REQUEST_ID.fullmatch(sent) else str(new_id())
        with telemetry.following(current, headers.get("traceparent", "")):
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = time.perf_counter(), UNANSWERED

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                told = MutableHeaders(scope=message)
                told["X-Request-ID"], told["traceparent"] = telemetry.request_id.get(), telemetry.traceparent.get()
            await send(message)

        with self._meter.in_flight():
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as fault:  # answered here, inside the request's own id, and not by the server's traceback
                if status != UNANSWERED:
                    raise
                answer = await on_fault(Request(scope), fault)
                await answer(scope, receive, send_with_id)
            finally:
                self._tell(scope, status, time.perf_counter() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        """By the route's template: a path holds ids, and a made-up path anything at all."""
        route = getattr(scope.get("route"), "path", "")
        self._meter.answered(scope["method"], route, status, seconds)
        if route.startswith(PROBES) and status < 400:
            return
        principal = scope.get("state", {}).get("principal")
        log.info(
            "request",
            method=scope["method"][:20],
            route=route,
            status=status,
            ms=round(1000 * seconds, 1),
            role=principal.role if principal else "",
        )
