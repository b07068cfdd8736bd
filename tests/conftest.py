"""What every test may ask for: a database of either kind, the three services, and somebody signed in."""

import asyncio
import importlib.util
import io
import json
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import structlog
from httpx import ASGITransport, AsyncClient

from services.host import NAMES, Installation, service_named
from shared import database
from shared.clock import held_at
from shared.database import Database
from shared.migrations import migrate
from shared.settings import Settings
from shared.web.app import Service
from shared.web.roles import Principal, Role
from shared.web.tokens import sign_token, trial_key

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
"""Inputs that are not part of the project; tests that need them skip where the folder is absent."""


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.register_profile("same every time", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("same every time")
    os.environ.pop("DWC_DATA_DIR", None)
    # The machine that runs every test at once keeps a connection waiting for longer than one that serves.
    database.CONNECT_SECONDS = 20.0


def dev_servers() -> ModuleType:
    """`deploy/dev/servers.py`, which starts real servers without Docker."""
    if "dev_servers" not in sys.modules:
        spec = importlib.util.spec_from_file_location("dev_servers", ROOT / "deploy/dev/servers.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules["dev_servers"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules["dev_servers"])
    return sys.modules["dev_servers"]


def must_not_skip() -> bool:
    """In CI nothing skips: what is missing there is a failure."""
    return os.environ.get("DWC_TEST_SERVERS") == "required"


def needs(missing: str | None) -> None:
    if missing and must_not_skip():
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[ModuleType]:
    """A real PostgreSQL, started by this test process and stopped with it."""
    servers = dev_servers()
    needs(servers.missing_postgres())
    with servers.postgres(durable=False) as server:  # processes are killed in tests, the power never fails
        yield server


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[ModuleType]:
    """A real Apache Kafka, started by this test process and stopped with it."""
    servers = dev_servers()
    needs(servers.missing_kafka())
    with servers.kafka() as broker:
        yield broker


@pytest.fixture(scope="session")
def migrated_templates(postgres_server) -> dict[str, str]:
    """One migrated database a service, which each test's own is copied from: faster than migrating again."""

    async def make(name: str) -> None:
        database = service_named(name).open(postgres_server.url(f"template_{name}"), authority="206")
        await migrate(database, service_named(name).migrations)
        await database.close()

    for name in NAMES:
        asyncio.run(make(name))
    return {name: f"template_{name}" for name in NAMES}


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one migrated SQLite file a service, which each test's own is a copy of."""
    folder = tmp_path_factory.mktemp("migrated")

    async def make(name: str) -> None:
        database = service_named(name).open(f"sqlite+aiosqlite:///{folder / name}.sqlite", authority="206")
        await migrate(database, service_named(name).migrations)
        await database.close()

    for name in NAMES:
        asyncio.run(make(name))
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Where each service keeps its rows in this test: once a SQLite file, once a PostgreSQL database of its own."""
    if request.param == "postgresql":
        yield from postgres_urls_of(request)
        return
    templates = request.getfixturevalue("migrated_files")

    def url(service: str) -> str:
        file = tmp_path / f"{service}.sqlite"
        if service in NAMES and not file.exists():
            shutil.copyfile(templates / file.name, file)
        return f"sqlite+aiosqlite:///{file}"

    yield url  # noqa: PT022 -- PostgreSQL has something to take away


@pytest.fixture
def postgres_urls(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """PostgreSQL databases of this test's own, for what only PostgreSQL can show."""
    yield from postgres_urls_of(request)


def postgres_urls_of(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    server = request.getfixturevalue("postgres_server")
    templates = request.getfixturevalue("migrated_templates")
    suffix, made = uuid4().hex[:12], []

    def url(service: str) -> str:
        made.append(f"{service}_{suffix}")
        return str(server.url(made[-1], template=templates[service]))

    yield url
    for name in made:
        server.drop(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def open_database(database_urls: Callable[[str], str]) -> Callable[[Service], object]:
    """A migrated database of one service: `async with open_database(SERVICE) as database`."""

    @asynccontextmanager
    async def opened(service: Service) -> AsyncIterator[Database]:
        database = service.open(database_urls(service.name), authority="206")
        try:
            await migrate(database, service.migrations)
            yield database
        finally:
            await database.close()

    return opened


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What has been logged since last asked, each line as a dictionary. A line that is not JSON fails the test."""
    written, before = io.StringIO(), structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),  # a demo may have asked for less
        logger_factory=structlog.PrintLoggerFactory(written),
    )

    def lines() -> list[dict[str, Any]]:
        said = written.getvalue().splitlines()
        written.seek(0)
        written.truncate()
        return [json.loads(line) for line in said]

    yield lines
    structlog.configure(**before)


class House:
    """The three services in one process, with a way in for anybody."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.databases = installation.databases
        self._key = trial_key(installation.settings.data_dir)

    def signed_in_as(
        self, role: str, *, worker: str = "", team: str = "", id: str = "", only_reads: bool = False
    ) -> "Visitor":
        principal = Principal(id or worker or f"a {role}", Role(role), worker, team, only_reads)
        token = sign_token(self._key, principal, issuer=self.installation.settings.issuer, minutes=30)
        return Visitor(self.installation, {"Authorization": f"Bearer {token}"})

    @property
    def stranger(self) -> "Visitor":
        return Visitor(self.installation, {})

    async def settle(self) -> None:
        """Wait until everything said has been heard."""
        await self.installation.settle()


class Visitor:
    """Somebody with a token: `await manager.intake.get("/v1/referrals")`."""

    def __init__(self, installation: Installation, headers: dict[str, str]) -> None:
        self.headers = headers
        for name, app in installation.apps.items():
            setattr(
                self,
                name,
                AsyncClient(
                    transport=ASGITransport(app, raise_app_exceptions=False), base_url=f"http://{name}", headers=headers
                ),
            )

    intake: AsyncClient
    observation: AsyncClient
    reporting: AsyncClient


@pytest.fixture
async def house(settings: Settings, database_urls: Callable[[str], str]) -> AsyncIterator[House]:
    """The whole house, running on SQLite and then on PostgreSQL, with the embedded transport."""
    installation = Installation(settings, database_urls)
    async with installation.running():
        yield House(installation)


@pytest.fixture
def borough(settings: Settings, database_urls: Callable[[str], str], tmp_path: Path, request) -> Iterator[Any]:
    """A small department from one start to the next, on either database: see `tests.borough`."""
    from tests.borough import Borough

    on_postgres = request.node.callspec.params["database_urls"] == "postgresql"
    server = request.getfixturevalue("postgres_server") if on_postgres else None
    borough = Borough(settings, database_urls, tmp_path, server)
    # Before any feedback is overdue: observation would speak of that by itself.
    with held_at(datetime(2026, 5, 8, 12, tzinfo=UTC)):
        yield borough
    borough.forget_what_was_kept()
