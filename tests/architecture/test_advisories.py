"""The check for known faults fails for a faulty package, passes a sound one, and never takes silence for a pass."""

import importlib.util
from types import ModuleType

import pytest

from tests.conftest import ROOT

SOUND = {"name": "uvicorn", "version": "0.54.0", "vulns": []}
FAULTY = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "PYSEC-2019-217"}]}
SILENT = {"name": "tzdata", "version": "2026.6", "skip_reason": "not found"}


@pytest.fixture
def advisories() -> ModuleType:
    spec = importlib.util.spec_from_file_location("advisories", ROOT / "deploy/dev/advisories.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("answers", "status", "says"),
    [
        ([SOUND], 0, "1 packages asked about, 0 with known faults"),
        ([SOUND, FAULTY], 1, "jinja2 2.0: PYSEC-2019-217"),
        ([SOUND, SILENT], 0, "1 NOT CHECKED"),
        ([SILENT], 0, "ADVISORIES NOT CHECKED"),
        ([], 0, "ADVISORIES NOT CHECKED"),
        (None, 0, "ADVISORIES NOT CHECKED"),
    ],
)
def test_a_fault_fails_and_silence_is_said(advisories, monkeypatch, capsys, answers, status, says) -> None:
    monkeypatch.setattr(advisories, "asked", lambda: answers)
    assert advisories.main() == status
    assert says in capsys.readouterr().out
