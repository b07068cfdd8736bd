"""Clients that are slow, many, or speak no HTTP, on real sockets; the deadlines are short, and nothing waits for long."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI

from shared.web import problems
from shared.web.connection import Connection
from shared.web.door import Doors
from shared.web.guard import public
from shared.web.limits import BODY_BYTES
from shared.web.threshold import Threshold
from tests.robustness.doors.served import served

router = APIRouter()


@router.get("/")
@public
async def here() -> dict[str, str]:
    return {"here": "yes"}


@router.post("/")
@public
async def post(_said: dict[str, str]) -> dict[str, str]:
    return {"taken": "yes"}


class Hasty(Connection):
    head_seconds = 0.3


class Crowded(Connection):
    most = 3


@asynccontextmanager
async def listening(connection: type[Connection] = Hasty) -> AsyncIterator[Callable[[], Awaitable["Client"]]]:
    """The two doors above, served as any service is, and a way to connect."""
    app = FastAPI()
    app.include_router(router)
    problems.install(app)
    app.add_middleware(Threshold, doors=Doors.of([router]), body_seconds=0.3)
    clients: list[Client] = []
    async with served(app, connection) as address:

        async def connect() -> Client:
            clients.append(Client(*await asyncio.open_connection(*address, limit=2**24)))
            return clients[-1]

        yield connect
        await asyncio.gather(*(client.leave() for client in clients))


class Client:
    """A socket, and everything it is ever told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, sent: bytes) -> None:
        self._writer.write(sent)
        await self._writer.drain()

    async def drip(self, sent: bytes) -> None:
        """A byte now and then, until nobody listens."""
        try:
            for byte in sent:
                await self.say(bytes([byte]))
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass

    async def hear(self) -> tuple[int, dict[str, str], Any]:
        """One answer: status, headers, document."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.strip().split("\r\n")
        headers = dict(each.lower().split(": ", 1) for each in lines)
        body = await self._reader.readexactly(int(headers["content-length"]))
        return int(line.split(" ")[1]), headers, json.loads(body)

    async def until_closed(self) -> bytes:
        """What is still said until the other side hangs up."""
        try:
            return await self._reader.read()
        except ConnectionError:
            return b""

    async def leave(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


async def test_who_connects_and_says_nothing_is_hung_up_on() -> None:
    async with listening() as connect:
        client = await connect()
        assert await client.until_closed() == b""


async def test_who_sends_headers_a_byte_at_a_time_is_told_and_hung_up_on() -> None:
    async with listening() as connect:
        client = await connect()
        dripping = asyncio.create_task(client.drip(GET[:-1] * 10))
        status, headers, problem = await client.hear()
        assert (status, headers["connection"]) == (408, "close")
        assert problem["type"] == "urn:dwc:problem:request-too-slow"
        await client.until_closed()
        dripping.cancel()


async def test_the_deadline_is_as_short_for_a_second_request_on_the_same_connection() -> None:
    async with listening() as connect:
        client = await connect()
        await client.say(GET + GET + GET[:10])
        assert (await client.hear())[0] == (await client.hear())[0] == 200
        assert (await client.hear())[0] == 408
        await client.until_closed()


async def test_who_sends_a_body_a_byte_at_a_time_is_told_and_hung_up_on() -> None:
    async with listening() as connect:
        client = await connect()
        await client.say(POST + b"Content-Length: 1000\r\n\r\n{")
        status, headers, problem = await client.hear()
        assert (status, headers["connection"]) == (408, "close")
        assert problem["type"] == "urn:dwc:problem:body-too-slow"
        await client.until_closed()


async def test_who_goes_on_sending_after_a_refusal_hears_it_and_is_hung_up_on_in_time() -> None:
    async with listening() as connect:
        client = await connect()
        await client.say(POST + f"Content-Length: {50 * BODY_BYTES}\r\n\r\n".encode() + b" " * 2 * BODY_BYTES)
        assert (await client.hear())[0] == 413
        await asyncio.gather(client.drip(b" " * 1000), client.until_closed())


async def test_a_body_that_was_refused_and_arrives_whole_does_not_spoil_the_connection() -> None:
    async with listening() as connect:
        client = await connect()
        await client.say(POST + f"Content-Length: {2 * BODY_BYTES}\r\n\r\n".encode() + b" " * 2 * BODY_BYTES + GET)
        assert (await client.hear())[0] == 413
        assert (await client.hear())[0] == 200


async def test_two_hundred_slow_clients_keep_nobody_else_waiting_and_are_all_hung_up_on() -> None:
    async with listening() as connect:
        slow = [await connect() for _ in range(200)]
        await asyncio.gather(*(client.drip(b"GET / HT") for client in slow))
        quick = await connect()
        for _ in range(20):
            await quick.say(GET)
            assert (await quick.hear())[0] == 200
        await asyncio.gather(*(client.until_closed() for client in slow))


async def test_more_connections_than_there_may_be_are_told_to_come_back() -> None:
    async with listening(Crowded) as connect:
        those_there_may_be = [await connect() for _ in range(Crowded.most)]
        one_more = await connect()
        await one_more.say(GET)
        status, headers, problem = await one_more.hear()
        assert (status, headers["connection"], "retry-after" in headers) == (503, "close", True)
        assert problem["type"] == "urn:dwc:problem:try-again"
        for client in those_there_may_be:
            await client.say(GET)
            assert (await client.hear())[0] == 200


NOT_HTTP = {
    "80 a length less than nothing": (400, POST + b"Content-Length: -5\r\n\r\n"),
    "301 a length that is no number": (400, POST + b"Content-Length: Wharf-Robin\r\n\r\n"),
    "302 two lengths": (400, POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
    "303 no host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "304 two hosts": (400, b"GET / HTTP/1.1\r\nHost: wharf\r\nHost: robin\r\n\r\n"),
    "305 a TLS greeting": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "306 a version there is not": (400, b"GET / HTTP/11\r\nHost: here\r\n\r\n"),
    "307 a space before a colon": (400, GET[:-2] + b"Wharf : Robin\r\n\r\n"),
    "308 NUL in a header": (400, GET[:-2] + b"Wharf: Ro\x00bin\r\n\r\n"),
    "309 a transfer encoding there is not": (400, POST + b"Transfer-Encoding: gzip\r\n\r\n"),
    "310 a chunk of no size": (400, POST + b"Transfer-Encoding: chunked\r\n\r\nWharf\r\nRobin"),
    "311 a space in the address": (400, b"GET /Wharf Robin HTTP/1.1\r\nHost: here\r\n\r\n"),
    "312 an address without end": (414, b"GET /" + b"Robin" * 14 * 1024),
    "313 a header without end": (431, GET[:-2] + b"Wharf: " + b"Robin" * 14 * 1024),
    "314 headers without end": (431, GET[:-2] + b"Wharf: Robin\r\n" * 5 * 1024),
}


@pytest.mark.parametrize("kind", NOT_HTTP)
async def test_what_is_no_http_is_refused_in_a_problem_document(kind) -> None:
    status, sent = NOT_HTTP[kind]
    async with listening() as connect:
        client = await connect()
        await client.say(sent)
        heard, headers, problem = await client.hear()
        assert (heard, headers["content-type"], headers["connection"]) == (status, "application/problem+json", "close")
        assert problem["status"] == status
        assert problem["request_id"]
        assert not any(secret in str(problem).lower() for secret in ("wharf", "robin"))
        await client.until_closed()
