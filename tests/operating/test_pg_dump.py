"""The procedure of docs/operating.md for PostgreSQL, with the real binaries: dump while people work, restore, look."""

import asyncio
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.host import Installation
from tests.conftest import House
from tests.operating.test_backup import post

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def shell(command: str, server: Any, folder: Path) -> None:
    """A line of the page, as somebody would type it."""
    path = os.pathsep.join([*map(str, BINARIES), os.environ["PATH"]])
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "dwc"}
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=os.environ | where | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def lines_of_the_page(root: Path, heading: str) -> list[str]:
    page = (root / "docs/operating.md").read_text()
    block = re.search(rf"### {heading}\n.*?```sh\n(.*?)```", page, re.DOTALL)
    assert block is not None
    return [line for line in block[1].splitlines() if line and not line.startswith("#")]


@pytest.mark.servers
async def test_what_the_page_says_about_postgresql_backs_up_and_restores(
    postgres_server, postgres_urls, settings, tmp_path, request
) -> None:
    installation = Installation(settings, postgres_urls)
    names = {name: each.url.database for name, each in installation.databases.items()}
    async with installation.running():
        house = House(installation)
        acknowledged = await post(house, range(20))
        working = asyncio.create_task(post(house, range(20, 60)))
        await asyncio.to_thread(
            _run, "PostgreSQL: backing up", postgres_server, tmp_path, names, request.config.rootpath
        )
        await working
    await asyncio.to_thread(_run, "PostgreSQL: restoring", postgres_server, tmp_path, names, request.config.rootpath)
    again = Installation(settings, lambda name: str(installation.databases[name].url))
    async with again.running():
        source = House(again).signed_in_as("source_system", id="case-system").intake
        for id in acknowledged:
            assert (await source.get(f"/v1/referrals/{id}")).status_code == 200
        kept = len((await source.get("/v1/referrals?limit=200")).json()["items"])
    assert 20 <= kept <= 60


def _run(heading: str, server: Any, folder: Path, names: dict[str, Any], root: Path) -> None:
    for line in lines_of_the_page(root, heading):
        said = line
        for name, database in names.items():
            said = re.sub(rf"\b{name}\b(?!\.dump)", str(database), said)
        if not said.startswith("dwc "):
            shell(said, server, folder)
