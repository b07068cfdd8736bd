"""Builds a service: its doors behind the guard, its tables brought up to date, its relay and its ears running."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy import MetaData

from shared import due
from shared.database import BeforeCommit, Database
from shared.due import Timer
from shared.leader import Duty, catch_up, lead
from shared.messaging.inbox import Hearer, Subscription, forget_old_events
from shared.messaging.relay import relay
from shared.messaging.republish import Subjects
from shared.messaging.transports import Transport
from shared.migrations import is_current, migrate
from shared.sealing.anchors import Anchors
from shared.sealing.keys import publish, signing_key
from shared.sealing.operations import seal
from shared.settings import Misconfigured, Settings
from shared.web import auditor, dead_letters, health, metrics, problems
from shared.web.conditional import Tagged
from shared.web.described import declare_refusals
from shared.web.door import Doors
from shared.web.following import Following
from shared.web.guard import refuse_unguarded
from shared.web.idempotency import keep_only_recent, refuse_unrepeatable
from shared.web.metrics import Meter
from shared.web.refusals import STRANGERS_A_MINUTE, Allowance
from shared.web.threshold import Threshold
from shared.web.tokens import TokenReader, token_reader

HOURLY = timedelta(hours=1)


@dataclass(frozen=True)
class Service:
    """One deployable: its name, its doors, what it hears, and its tables."""

    name: str
    purpose: str
    doors: Sequence[APIRouter]
    tables: MetaData
    migrations: Path
    hears: Sequence[Subscription[Any]] = ()
    speaks_of: Sequence[Subjects] = ()
    """The kinds of subject it speaks of, in the order in which everything is said again."""
    before_commit: BeforeCommit | None = None
    """What it does at the end of each transaction: intake speaks of every subject that changed."""
    timers: Sequence[Timer] = ()
    """What happens when something is due."""
    duties: Sequence[Duty] = ()
    """What its leader does beside the ground's own duties."""

    def open(self, url: str, *, authority: str) -> Database:
        """The service's database at this address."""
        return Database(self.name, url, authority=authority, before_commit=self.before_commit)

    def hearer(self, database: Database) -> Hearer:
        return Hearer(self.name, database, self.hears)


def doors_of(service: Service) -> tuple[APIRouter, ...]:
    """Every door of a service: those that each service has, then its own."""
    return (health.router, metrics.router, dead_letters.router, auditor.router, *service.doors)


def build_app(service: Service, settings: Settings, database: Database, transport: Transport) -> FastAPI:
    """The service as an ASGI application. Raises `Misconfigured` if a route has no policy, or could not be retried."""
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
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.service, app.state.database, app.state.settings = service, database, settings
    app.state.transport = transport
    app.state.strangers = Allowance(STRANGERS_A_MINUTE)
    routers = doors_of(service)
    refuse_unguarded(routers)
    refuse_unrepeatable(routers)
    put_in_front(app, routers, token_reader(settings, audience=service.name))
    declare_refusals(app)
    return app


def put_in_front(app: FastAPI, routers: Sequence[APIRouter], tokens: TokenReader | None = None) -> None:
    """Hang these doors in an application, with a threshold before them and one way of refusing behind them."""
    # The routes themselves: `include_router` makes each anew for every application, which takes longer than all else here,
    # and asks each request's way twice.
    app.router.routes.extend(route for router in routers for route in router.routes)
    problems.install(app)
    app.state.meter = Meter()
    app.add_middleware(Tagged)
    app.add_middleware(Threshold, doors=Doors.of(routers), tokens=tokens)
    app.add_middleware(Following, meter=app.state.meter)


@asynccontextmanager
async def running(
    service: Service, settings: Settings, database: Database, transport: Transport
) -> AsyncIterator[None]:
    """Tables up to date, relay and ears running; on the way out everything is let go of."""
    await bring_up_to_date(service, settings, database)
    duties = leaders_duties(service, settings, transport)
    leading = asyncio.create_task(lead(database, duties))
    listening = asyncio.create_task(transport.listen(service.hearer(database)))
    try:
        yield
    finally:
        await _ended(listening)
        await catch_up(database, duties)
        await _ended(leading)
        await transport.close()
        await database.close()


async def bring_up_to_date(service: Service, settings: Settings, database: Database) -> None:
    """The tables this version needs. In production that is a command of its own: raises `Misconfigured` if it was not given."""
    if not settings.production:
        await migrate(database, service.migrations)
    elif await is_current(database, service.migrations):
        await database.read_epoch()
    else:
        raise Misconfigured(f"the tables are behind this version: run `dwc migrate {service.name}` first")


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def leaders_duties(service: Service, settings: Settings, transport: Transport) -> tuple[Duty, ...]:
    """What one process of the service does for all of them; housekeeping hangs here, each with its own rest."""
    key, anchors = signing_key(settings), Anchors(settings.anchors_folder, service.name)
    publish(key, anchors.folder)
    return (
        Duty("seal the audit", lambda database: seal(database, key, anchors), last_thing=True),
        Duty("relay", lambda database: relay(database, transport)),
        Duty("take up parked events", lambda database: service.hearer(database).take_up_parked(), every=HOURLY),
        Duty("forget old events", forget_old_events, every=HOURLY),
        Duty("forget old keys", keep_only_recent, every=HOURLY),
        Duty("fire timers", lambda database: due.fire(database, service.timers)),
        *service.duties,
    )
