"""Builds a service: its doors behind the guard, its tables brought up to date, its relay and its ears running."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy import MetaData
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import telemetry
from shared.database import BeforeCommit, Database
from shared.ids import new_id
from shared.leader import Duty, lead
from shared.messaging.inbox import Hearer, Subscription
from shared.messaging.relay import relay
from shared.messaging.transports import Transport
from shared.migrations import is_current, migrate
from shared.settings import Misconfigured, Settings
from shared.web import health, problems
from shared.web.guard import refuse_unguarded
from shared.web.tokens import token_reader

ACCEPTABLE_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True)
class Service:
    """One deployable: its name, its doors, what it hears, and its tables."""

    name: str
    purpose: str
    doors: Sequence[APIRouter]
    tables: MetaData
    migrations: Path
    hears: Sequence[Subscription[Any]] = ()
    before_commit: BeforeCommit | None = None
    """What it does at the end of each transaction: intake speaks of every subject that changed."""
    duties: Sequence[Duty] = ()
    """What its leader does beside the ground's own duties."""

    def open(self, url: str, *, authority: str) -> Database:
        """The service's database at this address."""
        return Database(self.name, url, authority=authority, before_commit=self.before_commit)

    def hearer(self, database: Database) -> Hearer:
        return Hearer(self.name, database, self.hears)


def build_app(service: Service, settings: Settings, database: Database, transport: Transport) -> FastAPI:
    """The service as an ASGI application. Raises `Misconfigured` if a route has no policy."""
    settings.check()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with running(service, settings, database, transport):
            yield

    app = FastAPIOffline(
        title=f"Doing What Counts: {service.name}",
        description=service.purpose,
        version=version("doing-what-counts"),
        lifespan=lifespan,
        responses=problems.REFUSALS,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.service, app.state.database, app.state.settings = service, database, settings
    app.state.tokens = token_reader(settings, audience=service.name)
    doors = (health.router, *service.doors)
    refuse_unguarded(doors)
    for door in doors:
        app.include_router(door)
    problems.install(app)
    app.add_middleware(Following)
    return app


@asynccontextmanager
async def running(
    service: Service, settings: Settings, database: Database, transport: Transport
) -> AsyncIterator[None]:
    """Tables up to date, relay and ears running; on the way out everything is let go of."""
    if settings.production:
        if not await is_current(database, service.migrations):
            raise Misconfigured(f"the tables are behind this version: run `dwc migrate {service.name}` first")
    else:
        await migrate(database, service.migrations)
    tasks = [
        asyncio.create_task(lead(database, leaders_duties(service, transport))),
        asyncio.create_task(transport.listen(service.hearer(database))),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await transport.close()
        await database.close()


def leaders_duties(service: Service, transport: Transport) -> tuple[Duty, ...]:
    """What one process of the service does for all of them; housekeeping hangs here, each with its own rest."""
    return (
        Duty("relay", lambda database: relay(database, transport)),
        *service.duties,
    )


class Following:
    """Gives each request an id, the caller's if it sent one, that follows everything it causes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get("x-request-id", "")
        current = sent if ACCEPTABLE_REQUEST_ID.fullmatch(sent) else str(new_id())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = current
            await send(message)

        before = telemetry.request_id.set(current)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            telemetry.request_id.reset(before)
