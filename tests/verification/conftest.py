"""What verification may ask for: a department of real processes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import Department, running_department


@pytest.fixture
def department(tmp_path: Path, kafka_server, postgres_urls: Callable[[str], str]) -> Iterator[Department]:
    with running_department(tmp_path, kafka_server.bootstrap, postgres_urls) as running:
        yield running
