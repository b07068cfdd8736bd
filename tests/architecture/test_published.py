"""The reference pages and contracts are what the code says. `make docs` writes them."""

import json
from pathlib import Path

import pytest

from services.host import NAMES
from services.reference.additive import breaks
from services.reference.contracts import states
from services.reference.problems import refusals
from services.reference.published import ROOT, SCHEMAS, published
from services.reference.routes import health_routes, routes_of
from services.reference.settings import variables
from services.reference.stages import workflows
from shared.web.guard import act_of

WRITTEN = dict(published())


def committed(path: Path) -> str:
    assert (ROOT / path).exists(), f"{path} has never been written: `make docs`"
    return (ROOT / path).read_text()


@pytest.mark.parametrize("path", [path for path in WRITTEN if path.parent == SCHEMAS], ids=str)
def test_a_contract_only_grows(path):
    assert breaks(json.loads(committed(path)), json.loads(WRITTEN[path])) == [], "speak what changed as .v2"


@pytest.mark.parametrize("path", WRITTEN, ids=str)
def test_what_is_committed_is_what_the_code_says(path):
    assert committed(path) == WRITTEN[path], "run `make docs` and commit what it writes"


def test_no_contract_is_left_of_a_state_that_is_spoken_no_more():
    assert {path.name for path in (ROOT / SCHEMAS).iterdir()} == {f"{state.topic}.v1.json" for state in states()}


@pytest.mark.parametrize("state", states(), ids=lambda state: state.topic)
def test_every_event_and_each_thing_that_may_have_happened_is_documented(state):
    page = committed(Path("docs/events.md"))
    assert f"## {state.topic}\n" in page
    assert all(f"`{word}`" in page for word in state.happenings)
    assert all(
        f"| `{field}` |" in page for field in vars(state)["__annotations__"] if field not in {"topic", "happenings"}
    )


def test_every_setting_is_documented_and_says_what_it_is():
    page = committed(Path("docs/settings.md"))
    for name, field in variables().items():
        assert f"| `{name}` |" in page
        assert field.description, f"{name} has no description"


@pytest.mark.parametrize("service", NAMES)
def test_every_route_is_documented_with_the_act_it_performs(service):
    page = committed(Path("docs/routes.md"))
    for route in (*routes_of(service), *health_routes()):
        (line,) = {row for row in page.splitlines() if f" {route.path}` |" in row and min(route.methods) in row}
        _, _door, what, *act, _ = line.split(" | ") if line.endswith("| ") else line.split("|")
        assert what.strip(), f"{route.path} does not say what it does: give it a docstring"
        if named := act_of(route):
            assert act[0].strip() == named.name


def test_every_refusal_is_documented_by_a_name_of_its_own():
    page = committed(Path("docs/problems.md"))
    names = [kind.type for kind in refusals()]
    assert len(set(names)) == len(names)
    assert all(f"| `{name}` |" in page for name in names)


def test_every_workflow_is_drawn_move_by_move():
    page = committed(Path("docs/stages.md"))
    assert workflows()
    for module in workflows():
        for stage, legal in module.LEGAL_MOVES.items():
            assert f"{stage} --> " in page
            assert all(f"  {stage} --> {after}\n" in page for after in legal)
