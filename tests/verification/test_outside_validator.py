"""Asks the sector's own CIN validator about what we export. It is installed once, apart: its pandas is older than ours."""

import json
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.demo.borough import draw_borough, make
from services.host import Installation
from services.intake.returns.making import make_return
from services.intake.returns.operations import import_census
from services.reference.sample import YEAR, page
from shared.clock import held_at
from shared.settings import Settings
from shared.web.roles import Principal, Role
from tests.conftest import needs

ROOT = Path(__file__).parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"
VALIDATOR = ROOT / "build/census-validator"
PINNED = ("csc-validator-be-cin==0.1.9", "numpy==1.26.4", "pytest==9.1.1")
"""It asks for numpy without saying that 2 is too new for its pandas, and uses pytest without asking for it."""

TRUE_OF_PRACTICE = {"8670Q", "8675Q", "8825Q", "2991Q", "8873Q"}
"""Queries that a true record may raise, each with its reason in docs/census-return.md."""

NO_NUMBERS = "8770Q"
"""Nobody in the demo has a pupil number."""
ON_THE_EVE = "2885"
"""A plan that began on 31 March of the year before: the validator counts that day in the year, and misses its conference."""

pytestmark = pytest.mark.campaign


@cache
def python_of_the_validator() -> Path:
    """The Python that has it, made by uv where it is not there yet."""
    python = VALIDATOR / "bin/python"
    if not (VALIDATOR / "installed").exists():
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv"
        made = subprocess.run([uv, "venv", "--quiet", "--clear", VALIDATOR], check=False)
        install = [uv, "pip", "install", "--quiet", "--python", python, *PINNED]
        if made.returncode or subprocess.run(install, check=False).returncode:
            needs(f"the validator cannot be installed: uv pip install {' '.join(PINNED)} into build/census-validator")
        (VALIDATOR / "installed").touch()
    return python


def says(file: Path) -> dict[str, Any]:
    """What the validator finds in a file: how often each rule, and which rules cannot say."""
    judge = Path(__file__).with_name("census_judge.py")
    run = subprocess.run([python_of_the_validator(), judge, file], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(run.stdout)
    print(f"{file.name}: {told}")
    return told


async def exported(house: Installation, file: Path) -> Path:
    with file.open("wb") as into:
        operator = Principal(id="a test", role=Role.OPERATOR)
        await make_return(house.databases["intake"], into, YEAR, by=operator)
    return file


@pytest.fixture
async def installation(tmp_path: Path):
    house = Installation(Settings(data_dir=tmp_path / "data"))
    async with house.opened():
        yield house


@pytest.fixture
def census(request) -> bytes:
    """A census that breaks no rule but those true of practice."""
    if request.param == "sample":
        return page().encode()
    file = SHARED_DATA / request.param
    needs(None if file.exists() else f"{file.name} is not part of the project")
    return file.read_bytes()


@pytest.mark.parametrize(
    "census", ["sample", "cin_census_clean_2026.xml", "borough/cin_2026.xml"], indirect=True, ids=lambda name: name
)
async def test_the_outside_validator_finds_in_what_leaves_what_it_finds_in_what_came(installation, tmp_path, census):
    came = tmp_path / "came.xml"
    came.write_bytes(census)
    with came.open("rb") as stream:
        await import_census(installation.databases["intake"], stream, by="a test")
    left = says(await exported(installation, tmp_path / "left.xml"))
    assert left == says(came)
    assert set(left["found"]) <= TRUE_OF_PRACTICE
    assert (left["rules"], left["cannot_say"]) == (109, {})


async def test_the_outside_validator_finds_nothing_but_queries_true_of_practice_in_a_year_of_the_demo(
    tmp_path,
):
    today = date(YEAR, 5, 14)
    house = Installation(Settings(data_dir=tmp_path / "data"))
    with held_at(datetime(YEAR, 5, 14, 11, tzinfo=UTC)):
        async with house.opened():
            await make(house, draw_borough(seed=206, today=today, scale=0.3), lambda _stage, _steps: None)
            told = says(await exported(house, tmp_path / "demo.xml"))
    assert set(told["found"]) <= TRUE_OF_PRACTICE | {NO_NUMBERS, ON_THE_EVE}
    assert (told["rules"], told["cannot_say"]) == (109, {})


async def test_the_outside_validator_sees_every_fault_it_can_see():
    """Otherwise it would find nothing in anything."""
    needs(None if SHARED_DATA.exists() else "the faulty census is not part of the project")
    faults = json.loads((SHARED_DATA / "borough/faults.json").read_text())
    told = says(SHARED_DATA / "borough/faults_2026.xml")
    visible = {fault["rule"] for fault in faults if fault["outside_validator"] == "sees it"}
    assert visible <= set(told["found"])
    assert set(told["cannot_say"]) == {f["rule"] for f in faults if f["outside_validator"].startswith("raises")}
