"""Three real processes on real Kafka and real PostgreSQL, which may be killed and started again."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from services.host import NAMES
from shared.settings import Settings
from shared.web.roles import Principal, Role
from shared.web.tokens import publish_keys, sign_token, trial_key

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One service as `dwc serve` runs it."""

    def __init__(self, name: str, environment: dict[str, str], folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = environment | {"DWC_PORT": str(self.port)}
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", "from services.cli import app; app()", "serve", self.name]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            assert self._process is not None
            assert self._process.poll() is None, f"{self.name} ended by itself:\n{self.log}"
            time.sleep(0.1)
        pytest.fail(f"{self.name} was not ready within {START_SECONDS} s:\n{self.log}")

    def kill(self) -> None:
        """kill -9: no chance to finish anything."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop_in_order(self) -> tuple[int, float]:
        """SIGTERM, and wait until it has ended by itself; returns its status and how many seconds that took."""
        process, self._process = self._process, None
        assert process is not None
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        return process.wait(60), time.monotonic() - began

    def _signal(self, number: int) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(15)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""


class Department:
    """The three services as processes, with a token for anybody."""

    def __init__(self, processes: dict[str, Process], folder: Path, bootstrap: str, urls: dict[str, str]) -> None:
        self.processes = processes
        self.bootstrap = bootstrap
        self.database_urls = urls
        self._key = trial_key(folder)

    def headers(self, role: str, *, worker: str = "", team: str = "", id: str = "") -> dict[str, str]:
        principal = Principal(id=id or worker or role, role=Role(role), worker=worker, team=team)
        return {"Authorization": f"Bearer {sign_token(self._key, principal, issuer=Settings().issuer, minutes=60)}"}

    def client(self, service: str, role: str, **who: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.processes[service].url, headers=self.headers(role, **who), timeout=30)

    @staticmethod
    async def until(true: Callable[[], Awaitable[bool]], *, seconds: float, what: str) -> None:
        """Wait until a question is answered with yes; fail, saying what was waited for, when it is not in time."""
        deadline = time.monotonic() + seconds
        while not await true():
            if time.monotonic() > deadline:
                pytest.fail(f"after {seconds} s still waiting: {what}")
            await asyncio.sleep(0.2)


async def forget_topics(bootstrap: str) -> None:
    """Remove every topic, and with it how far each hearer had come: what an earlier department said is not this one's."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        while said := [topic for topic in await admin.list_topics() if not topic.startswith("__")]:
            await admin.delete_topics(said)
            await asyncio.sleep(0.1)
    finally:
        await admin.close()


@contextmanager
def running_department(folder: Path, bootstrap: str, urls: Callable[[str], str]) -> Iterator[Department]:
    """Intake, observation and reporting, each a process of its own, joined by Kafka, on which nothing has been said yet."""
    asyncio.run(forget_topics(bootstrap))
    trial_key(folder)
    databases = {name: urls(name) for name in NAMES}
    environment = {
        **os.environ,
        "DWC_TRANSPORT": "kafka",
        "DWC_KAFKA_BOOTSTRAP": bootstrap,
        "DWC_JWKS": str(publish_keys(folder)),
        "DWC_DATA_DIR": str(folder),
        **{f"DWC_{name.upper()}_DATABASE_URL": url for name, url in databases.items()},
    }
    processes = {name: Process(name, environment, folder) for name in NAMES}
    try:
        for process in processes.values():
            process.start()
        for process in processes.values():
            process.wait_until_ready()
        yield Department(processes, folder, bootstrap, databases)
    finally:
        for process in processes.values():
            process.stop()
