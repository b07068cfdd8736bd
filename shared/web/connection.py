"""A connection, with what uvicorn leaves to the application: deadlines for receiving, a most of them, and refusals that say what they are.

uvicorn's own time limit covers the pause between two requests alone: 300 sockets that send a byte now and then stay open
for ever. What is refused here never becomes a request, so it has no door, no caller and no audit row.
"""

import resource
import sys
from asyncio import TimerHandle, Transport
from http import HTTPStatus

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol

from shared import telemetry
from shared.ids import new_id
from shared.problems import Problem, TryAgain
from shared.web import problems
from shared.web.arrival import AddressTooLong, TooManyHeaders
from shared.web.limits import (
    ADDRESS_BYTES,
    CONNECTIONS,
    HEAD_SECONDS,
    HEADER_BYTES,
    IDLE_SECONDS,
    STOP_SECONDS,
)

OTHER_FILES = 100
"""Databases, logs and the like."""


class NotHttp(Problem):
    status = 400
    title = "This is not an HTTP request"


class RequestTooSlow(Problem):
    status = 408
    title = "The request did not arrive in time"


class Connection(H11Protocol):
    """One client's connection. A subclass may be more hasty, or turn away earlier."""

    head_seconds: float = HEAD_SECONDS
    most = CONNECTIONS
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.most:
            self.app = _full
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_watching()

    def _watch(self) -> None:
        """A deadline runs while something is awaited of the client that nobody here reads any more, or yet."""
        if self.transport.is_closing() or not self._is_receiving:
            self._stop_watching()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_watching(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    @property
    def _is_receiving(self) -> bool:
        """A head that has begun, the first one, or the rest of a body whose request has been answered."""
        if self.conn.their_state is h11.IDLE:
            is_first = self.cycle is None  # whatever uvicorn declares
            return is_first or bool(self.conn.trailing_data[0])
        return self.conn.their_state is h11.SEND_BODY and self.cycle.response_complete

    def _too_slow(self) -> None:
        has_said_something = self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]
        if has_said_something:
            self._refuse(RequestTooSlow(f"send the headers within {self.head_seconds:g} seconds"))
        self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """What cannot be read as HTTP is answered like everything else, as far as it can be told what it was."""
        failure = sys.exception()
        if isinstance(failure, h11.RemoteProtocolError) and failure.error_status_hint == TooManyHeaders.status:
            line, _, _ = self.conn.trailing_data[0].partition(b"\n")
            is_long = len(line) > ADDRESS_BYTES
            self._refuse(AddressTooLong("ask for less at once") if is_long else TooManyHeaders("send fewer"))
        else:
            self._refuse(NotHttp("send HTTP/1.1 as RFC 9112 has it"))
        self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return  # an answer has begun; all that can be done is to end it
        token = telemetry.request_id.set(str(new_id()))
        answer = problems.refusal(problem)
        telemetry.request_id.reset(token)
        headers = [*answer.raw_headers, (b"connection", b"close")]
        head = h11.Response(
            status_code=problem.status, headers=headers, reason=HTTPStatus(problem.status).phrase.encode()
        )
        for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


async def _full(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problems.refusal(TryAgain("too many connections are open; send the same request again"))
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)


def configured(application: ASGIApp, *, host: str, port: int, connection: type[Connection] = Connection) -> Config:
    """How an application is served."""
    return Config(
        application,
        host=host,
        port=port,
        http=connection,
        ws="none",
        h11_max_incomplete_event_size=ADDRESS_BYTES + HEADER_BYTES,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
        log_config=None,  # its lines come out as ours do
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def room_for_connections() -> None:
    """Ask the system for as many open files as connections may need; where it gives fewer, fewer are taken."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        given = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (given, hard))
        Connection.most = given - OTHER_FILES
