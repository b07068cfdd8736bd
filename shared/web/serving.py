"""Serving, and stopping in order: no new connections, what is being answered is answered, and then whoever serves goes on."""

import asyncio
import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from shared.settings import Misconfigured

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class PortTaken(Misconfigured):
    title = "The port is in use"


def hold_port(host: str, port: int, *, others: int = 0) -> socket.socket:
    """A socket that holds a port, or the first free one of some after it; it is listened on once there is something to
    serve. Raises `PortTaken`, or `Misconfigured` where this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in range(port, port + others + 1) if port else (0,):
        held = socket.socket(family)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host, wanted))
        except OSError as failure:
            held.close()
            if failure.errno != errno.EADDRINUSE:
                raise Misconfigured(f"port {wanted} cannot be had at DWC_HOST: {failure.strerror}") from None
        else:
            return held
    taken = f"every port from {port} to {port + others} is" if others else f"{port} is"
    raise PortTaken(f"{taken} in use: stop what listens there, or say another with --port or DWC_PORT")


def address(listener: socket.socket) -> str:
    """Where it is reached, as `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


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
