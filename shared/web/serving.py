"""Serving, and stopping in order: no new connections, what is being answered is answered, and then whoever serves goes on."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Server(uvicorn.Server):
    """uvicorn, but for its last act: once stopped it raises the signal again, and that ends the process before it has
    delivered what was said and let go of the lead.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in SIGNALS:
                loop.remove_signal_handler(number)
