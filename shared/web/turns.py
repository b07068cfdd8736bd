"""Turns: one client's flood waits in its own line, and everybody else is served as before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.problems import TryAgain
from shared.web.limits import AT_ONCE, WAITING


class TooManyAtOnce(TryAgain):
    status = 429
    title = "Too many of your requests are waiting"


class _Line:
    def __init__(self, at_once: int) -> None:
        self.length = 0
        self.turn = asyncio.Semaphore(at_once)


class Turns:
    """So many requests of one client are served at once; so many more wait, and what comes on top is refused."""

    def __init__(self, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._at_once, self._most = at_once, at_once + waiting
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, client: str) -> AsyncIterator[None]:
        """This client's turn, for the length of the block. Raises `TooManyAtOnce`."""
        line = self._lines.setdefault(client, _Line(self._at_once))
        if line.length >= self._most:
            raise TooManyAtOnce(f"send at most {self._most} requests at once, and this one again in a moment")
        line.length += 1
        try:
            async with line.turn:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[client]
