"""A caller that costs little: kept-alive connections and plain bytes, so that the server is what is measured."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes = b""
    method: str = "POST"

    def rendered(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(self.body)}"]
        if self.body:
            lines.append("Content-Type: application/json")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


async def rate(port: int, make: Callable[[int], Request], *, count: int, connections: int, expect: int) -> float:
    """Requests a second over so many at once. Raises when any answer has another status than expected."""
    numbers = iter(range(count))
    began = time.perf_counter()
    await asyncio.gather(*(_caller(port, make, numbers, expect) for _ in range(connections)))
    return count / (time.perf_counter() - began)


async def _caller(port: int, make: Callable[[int], Request], numbers: "iter[int]", expect: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number in numbers:
            writer.write(make(number).rendered(f"127.0.0.1:{port}"))
            status, body = await _answer(reader)
            if status != expect:
                raise RuntimeError(f"answered {status}: {body[:300]!r}")
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), await reader.readexactly(int(headers.get("content-length", 0)))
