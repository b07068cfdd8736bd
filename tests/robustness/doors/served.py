"""An application on a real socket, served as `dwc serve` serves it, in the loop of whoever tests it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp
from uvicorn.server import ServerState

from shared.web.connection import Connection, configured


@asynccontextmanager
async def served(application: ASGIApp, connection: type[Connection] = Connection) -> AsyncIterator[tuple[str, int]]:
    """The address at which the application answers for the length of the block."""
    config = configured(application, host="127.0.0.1", port=0, connection=connection)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: connection(config, state, {}), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()
    finally:
        server.close()
        for each in list(state.connections):
            each.transport.abort()
        await server.wait_closed()
