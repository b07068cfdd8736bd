"""The three services in one process: what `dwc demo` and `dwc serve all` run, and what tests drive.

Mounted applications do not run their own start-up, so the host enters all three itself.
"""

import fcntl
import importlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from services.demo.mark import SYNTHETIC, holds_demo
from services.hall import hall_before
from shared.database import Database
from shared.leader import catch_up
from shared.messaging import outbox
from shared.messaging.relay import drain
from shared.messaging.transports import Transport
from shared.messaging.transports.embedded import EmbeddedTransport
from shared.messaging.transports.kafka import KafkaTransport, admission
from shared.migrations import is_current, migrate
from shared.problems import Conflict, NotFound
from shared.settings import Misconfigured, Settings, TransportKind, database_url
from shared.web.app import Service, bring_up_to_date, build_app

NAMES = ("intake", "observation", "reporting")


class DataFolderInUse(Conflict):
    title = "The data folder is in use"


class NoDataFolder(Misconfigured):
    title = "The data folder cannot be used"


def service_named(name: str) -> Service:
    """One service's description; imports nothing of the other two."""
    service: Service = importlib.import_module(f"services.{name}.main").SERVICE
    return service


class Installation:
    """The three services, their databases, and the embedded transport between them."""

    def __init__(self, settings: Settings, urls: Callable[[str], str] | None = None) -> None:
        self.settings = settings
        self.services = {name: service_named(name) for name in NAMES}
        self.databases = {
            name: service.open(urls(name) if urls else database_url(name, settings), authority=settings.authority)
            for name, service in self.services.items()
        }
        hearers = [service.hearer(self.databases[name]) for name, service in self.services.items()]
        self.transport = EmbeddedTransport(hearers)
        self.apps = {
            name: build_app(service, settings, self.databases[name], self.transport)
            for name, service in self.services.items()
        }

    @asynccontextmanager
    async def running(self, *, first: Callable[[], None] | None = None) -> AsyncIterator[None]:
        """All three started, in this process and no other. `first` is done before any database is opened."""
        with only_process(self.settings.data_dir):
            if first is not None:
                first()
            if holds_demo(self.settings.data_dir):
                for app in self.apps.values():
                    app.title, app.description = f"{app.title} (synthetic data)", f"**{SYNTHETIC}** {app.description}"
            async with AsyncExitStack() as stack:
                # Who hears starts before who speaks, and stops after: nothing is delivered into a database that is closed.
                for app in reversed(self.apps.values()):
                    await stack.enter_async_context(app.router.lifespan_context(app))
                try:
                    yield
                finally:
                    for database in self.databases.values():  # while all three can still hear
                        await catch_up(database)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """The databases, up to date, without serving anybody: for commands that do their work and end."""
        with only_process(self.settings.data_dir):
            for name, service in self.services.items():
                await migrate(self.databases[name], service.migrations)
            try:
                yield
                await self.settle()
            finally:
                for database in self.databases.values():
                    await database.close()

    async def settle(self) -> None:
        """Wait until everything said has been heard."""
        while await self._waiting():
            for database in self.databases.values():
                await drain(database, self.transport)

    async def _waiting(self) -> int:
        depths = []
        for database in self.databases.values():
            async with database.reading() as session:
                depths.append(await outbox.depth(session))
        return sum(depths)

    def mounted(self) -> Starlette:
        """One application with the three at `/intake`, `/observation` and `/reporting`; to be served while running."""
        services = [Mount(f"/{name}", app) for name, app in self.apps.items()]
        return Starlette(routes=[*services, Mount("/", hall_before(self.apps))])


@contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Refuse to share a data folder: the embedded transport hands events over within one process only."""
    with _mark_in(folder) as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataFolderInUse(
                f"another process is using {folder}, as `dwc demo` or `dwc serve all`: stop it first. What only reads does not mind it"
            ) from None
        yield


def is_in_use(folder: Path) -> bool:
    """Whether a process has the data folder. Looked at for an instant, and nothing is made or kept from anybody."""
    try:
        with (folder / "in-use").open() as mark:
            fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _mark_in(folder: Path) -> TextIO:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / "in-use").open("w")
    except OSError as failure:
        raise NoDataFolder(
            f"{failure.filename}: {failure.strerror}. Set DWC_DATA_DIR to a folder that can be made"
        ) from None


@dataclass(frozen=True)
class AtHand:
    """A service as a command finds it: what it is, its database, and how its events travel."""

    service: Service
    database: Database
    transport: Transport


@asynccontextmanager
async def at_hand(name: str, settings: Settings) -> AsyncIterator[AtHand]:
    """A service for a command that does its work and ends: alone with Kafka, together with its hearers otherwise.

    Raises `NotFound`, `Misconfigured` where its tables are behind, or `DataFolderInUse`.
    """
    _one_of_ours(name)
    if settings.transport is TransportKind.EMBEDDED:
        house = Installation(settings)
        async with house.opened():
            yield AtHand(house.services[name], house.databases[name], house.transport)
        return
    service = service_named(name)
    database = service.open(database_url(name, settings), authority=settings.authority)
    transport = KafkaTransport(settings.kafka_bootstrap, admission(settings))
    try:
        await bring_up_to_date(service, settings, database)
        yield AtHand(service, database, transport)
    finally:
        await transport.close()
        await database.close()


@asynccontextmanager
async def beside(name: str, settings: Settings) -> AsyncIterator[Database]:
    """A service's database for a command that says nothing to others, while the services may be running.

    Raises `NotFound`, or `Misconfigured` where its tables are behind.
    """
    _one_of_ours(name)
    service = service_named(name)
    database = service.open(database_url(name, settings), authority=settings.authority)
    try:
        if not database.is_there():
            raise NotFound(f"{name} has no database here: has anything been taken in, and is DWC_DATA_DIR right?")
        if not await is_current(database, service.migrations):
            raise Misconfigured(f"the tables are behind this version: run `dwc migrate {name}` first")
        yield database
    finally:
        await database.close()


def _one_of_ours(name: str) -> None:
    if name not in NAMES:
        raise NotFound(f"there is no such service: say {', '.join(NAMES)}")


def kafka_app(name: str, settings: Settings) -> FastAPI:
    """One service by itself, speaking and hearing through Kafka."""
    service = service_named(name)
    database = service.open(database_url(name, settings), authority=settings.authority)
    if database.is_sqlite:
        raise Misconfigured(
            f"Kafka joins several processes, which cannot share SQLite files: set DWC_{name.upper()}_DATABASE_URL"
        )
    return build_app(service, settings, database, KafkaTransport(settings.kafka_bootstrap, admission(settings)))


async def serve_until_stopped(application: ASGIApp, held: socket.socket) -> None:
    """Serve an application on the port that a socket holds, until it is told to stop."""
    from shared.web.connection import configured, room_for_connections
    from shared.web.serving import Server

    room_for_connections()
    host, port = held.getsockname()[:2]
    await Server(configured(application, host=host, port=port)).serve([held])
