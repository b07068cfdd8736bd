"""The walls of `pyproject.toml` stand, each of them, and every module they name is there."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from services.reference.everything import modules
from services.reference.published import ROOT

WALLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


@pytest.fixture(scope="module")
def inspected() -> str:
    """What import-linter says of the tree."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall["name"])
def test_the_wall_is_inspected_and_stands(wall, inspected):
    told = " ".join(inspected.split())
    assert f"{' '.join(wall['name'].split())} KEPT" in told, inspected[-3000:]


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall["name"])
def test_a_wall_keeps_something_apart(wall):
    """A pattern that no module answers to keeps nothing from anything."""
    names = {module.__name__ for module in modules()} | {"services", "shared"}
    inner = (
        f"{of}.{layer}"
        for of in wall.get("containers", ())
        for layers in wall["layers"]
        for layer in layers.split(" | ")
    )
    kept = [*wall.get("source_modules", ()), *wall.get("modules", ()), *inner]
    assert kept
    for pattern in kept:
        assert any(fnmatchcase(name, pattern) for name in names), f"no module answers to {pattern}"
    for pattern in wall.get("forbidden_modules", ()):
        ours = re.match(r"(services|shared)\b", pattern)
        assert not ours or any(fnmatchcase(name, pattern) for name in names)
