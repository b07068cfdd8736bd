"""Where every request is looked at before anything is done for it: what is asked, who asks, how much, and in what form.

A plain ASGI application around a service. A stranger's body is not even read, one client's flood waits in its own line, and
what comes through is handed on unchanged, so that whoever reads it next sees the same bytes.
"""

import asyncio
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problems import NotAllowed, NotAuthenticated, Problem
from shared.web import arrival, passes, problems, strict_json
from shared.web.door import JSON, Door, Doors
from shared.web.limits import BODY_SECONDS, KIB
from shared.web.tokens import TokenReader
from shared.web.turns import Turns

READ_AT_ONCE = 64 * KIB
"""JSON that takes about a millisecond to check; more is checked in a thread, while others are served."""

ON_EVERY_ANSWER = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"}
ON_ANSWERS_OF_DOORS = {
    **ON_EVERY_ANSWER,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class NoSuchMethod(Problem):
    status = 405
    title = "Nothing here is asked in this way"

    def __init__(self, allowed: str) -> None:
        super().__init__("use one of the methods named in Allow")
        self.headers = {"Allow": allowed}


class BodyTooSlow(Problem):
    status = 408
    title = "The body did not arrive in time"
    headers = {"Connection": "close"}  # noqa: RUF012 -- as everywhere, read only


class _Gone(Exception):
    """Whoever asked has hung up: nobody is there to be answered."""


class Threshold:
    """In front of the doors of one service."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        doors: Doors,
        tokens: TokenReader | None = None,
        turns: Turns | None = None,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._doors = doors
        self._tokens = tokens
        self._turns = turns or Turns()
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = scope["method"]
        answer = _Answer(send, method=asked)
        try:
            await self._let_in(scope, receive, answer)
        except Problem as problem:
            refusal = await problems.on_problem(Request(scope), problem)
            await refusal(scope, receive, answer.send)
        except _Gone:
            return
        finally:
            scope["method"] = asked

    async def _let_in(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        arrival.check_head(scope)
        if scope["method"] == "HEAD":
            scope["method"] = "GET"
        here = self._doors.at(scope)
        if not here:  # the API's own pages, or nothing; neither reads a body
            answer.headers = ON_EVERY_ANSWER
            await self._app(scope, receive, answer.send)
        elif door := next((door for door in here if scope["method"] in door.methods), None):
            await self._open(door, scope, receive, answer)
        elif scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={"Allow": _allowed(here)})(scope, receive, answer.send)
        else:
            raise NoSuchMethod(_allowed(here))

    async def _open(self, door: Door, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        path = door.match(scope)
        assert path is not None
        scope["route"], scope["path_params"] = door.route, path.groupdict()
        client = await self._client(door, scope)
        arrival.check_query(door, scope["query_string"])
        async with self._turns.of(client):
            body = await self._body(door, scope, receive)
            await self._app(scope, _again(body, receive), answer.send)

    async def _client(self, door: Door, scope: Scope) -> str:
        """Whose line a request stands in: the holder's of its token, and the address's for what anybody may ask."""
        if door.is_public:
            return str((scope.get("client") or ("",))[0])
        assert self._tokens is not None, "a door that asks who is there needs somebody who reads tokens"
        try:
            principal = await passes.holder(Headers(scope=scope).get("authorization", ""), door, self._tokens)
        except NotAuthenticated as refused:
            refused.headers = passes.asked_for(door)
            raise
        scope.setdefault("state", {})["principal"] = principal
        if principal.only_reads and scope["method"] != "GET":
            raise NotAllowed("this token only reads")
        return principal.id

    async def _body(self, door: Door, scope: Scope, receive: Receive) -> bytes:
        headers = Headers(scope=scope)
        is_announced = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        if not is_announced and scope["method"] == "GET":
            return b""
        media_type = arrival.check_form(door, headers) if is_announced else ""
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _read(door, receive)
        except TimeoutError:
            raise BodyTooSlow(f"send the body within {self._body_seconds:g} seconds") from None
        if body and (media_type or arrival.check_form(door, headers)) == JSON:
            await _check_json(body)
        return body


async def _read(door: Door, receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > door.most:
            raise arrival.too_large(door)
        if not message.get("more_body"):
            return b"".join(parts)


async def _check_json(body: bytes) -> None:
    if len(body) > READ_AT_ONCE:
        await asyncio.to_thread(strict_json.read, body)
    else:
        strict_json.read(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for whoever is behind the threshold; then whatever comes next from the client."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message


def _allowed(doors: Sequence[Door]) -> str:
    methods = frozenset[str]().union(*(door.methods for door in doors))
    implied = {"HEAD", "OPTIONS"} if "GET" in methods else {"OPTIONS"}
    return ", ".join(sorted(methods | implied))


class _Answer:
    """What is sent back: with the headers that every answer has, and for HEAD without its body."""

    def __init__(self, send: Send, *, method: str) -> None:
        self._send = send
        self._is_bare = method == "HEAD"
        self.headers = ON_ANSWERS_OF_DOORS

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)
        elif message["type"] == "http.response.body" and self._is_bare:
            message = {**message, "body": b""}
        await self._send(message)
