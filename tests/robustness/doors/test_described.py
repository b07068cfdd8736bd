"""Each service against its own description: Schemathesis asks what `/openapi.json` allows, and what it does not, for 40 seconds.

It found `?since=0.5` in a service like this one and none of the rows that poison a list; the table beside it finds those.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from services.host import NAMES
from tests.permissions.world import WHO
from tests.robustness.doors.conftest import SEES_MOST, Town
from tests.robustness.doors.served import served

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.campaign]

SECONDS = int(os.environ.get("DWC_CAMPAIGN_SECONDS", "40"))
SEED = os.environ.get("DWC_CAMPAIGN_SEED", "1")
RULES_NO_SCHEMA_CAN_SAY = "positive_data_acceptance"
"""That a worker exists, that coaching follows feedback: what fits the shape may still be refused."""


def token(town: Town, service: str) -> str:
    """Of whoever may do most here."""
    acts = [entry.act for entry in town.entries if entry.service == service and entry.act]
    role = max(SEES_MOST, key=lambda role: sum(role in act.roles for act in acts))
    return town.house.signed_in_as(role, **WHO.get(role, {})).headers["Authorization"].removeprefix("Bearer ")


async def run(folder: Path, address: str, bearer: str) -> tuple[int, str]:
    (folder / "schemathesis.toml").write_text('[auth.openapi.HTTPBearer]\nbearer = "${TOKEN}"\n')
    asked = ["--phases", "examples,coverage,fuzzing,stateful", "--mode", "all", "--checks", "all"]
    asked += ["--exclude-checks", RULES_NO_SCHEMA_CAN_SAY, "--continue-on-failure", "--max-examples", "100"]
    asked += ["--max-time", str(SECONDS), "--seed", SEED, "--request-timeout", "10", "--no-color", "--workers", "1"]
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("st"),
        "run",
        f"{address}/openapi.json",
        *asked,
        cwd=folder,
        env=os.environ | {"TOKEN": bearer},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


@pytest.mark.parametrize("service", NAMES)
async def test_a_service_does_what_its_description_says_and_nothing_else(town, service, tmp_path) -> None:
    async with served(town.house.installation.mounted()) as (host, port):
        status, said = await run(tmp_path, f"http://{host}:{port}/{service}", token(town, service))
    print(said)
    assert status == 0, said
    tried = re.search(r"([\d,]+) generated, ([\d,]+) passed", said)
    assert tried, said
    assert int(tried[1].replace(",", "")) > 2 * SECONDS, "too few requests to show anything"
    assert "401 Unauthorized" not in said, "it was never let in"
    await town.still_answers()
