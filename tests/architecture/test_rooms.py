"""The tree is the map: the same rooms everywhere, a calling card at each door, and no file too long to hold in mind."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.host import NAMES, service_named
from services.reference.contracts import speaker, states
from services.reference.published import ROOT

SERVICE_ROOMS = {"__init__", "main", "permissions", "database"}
SERVICE_ROOMS_WHERE_NEEDED = {"subscriptions", "speaking", "sight", "doors", "timers"}
ROOMS = {"__init__", "models", "operations", "queries", "api", "pages"}
NEITHER_ROOM_NOR_RULE = {
    "services.intake.allocation.breaches": "flags what passed a limit at the end of each transaction; it writes rows",
    "services.intake.allocation.caseloads": "the one count of who holds what, which queries and operations ask; it reads rows",
    "services.intake.episodes.casework": "a case for the length of one act; it locks rows and reads them again",
    "services.intake.allocation.giving": "one batch of cases being given; it locks rows and counts",
    "services.intake.people.changes": "what a transaction changes about whom; it locks rows",
    "services.intake.people.speaking": "what is said of workers; it reads rows",
    "services.intake.people.workforce_file": "reads a file into the shapes of models",
    "services.intake.sources.holding": "who holds a case, as a source states it; it writes rows",
    "services.intake.sources.parts": "the parts of a case beside the tables they stand in",
    "services.intake.sources.writing": "brings the tables to what sources state; it writes rows",
    "services.observation.waves.schedule": "keeps waves in step with their case and prompts for them; it writes rows",
    "services.intake.returns.making": "a return being made; it reads rows and says in the audit whose",
    "services.intake.returns.reading": "who belongs in a census year, which queries and making ask; it reads rows",
    "services.observation.practice.speaking": "what is said of an observation; it publishes",
    "services.reporting.indicators.figures": "figures in the shape in which they go out; it reads and writes nothing",
    "services.reporting.recounting.engine": "DuckDB with the histories in it; it asks, and keeps nothing",
    "services.reporting.indicators.flat": "figures in the shape that the command line prints; it reads cells",
}
"""Modules of a subject that are not its rooms and cannot be plain Python, each with the reason."""

MOST_LINES = 400


def subjects() -> Iterator[Path]:
    for name in NAMES:
        for folder in sorted((ROOT / "services" / name).iterdir()):
            if folder.is_dir() and folder.name not in {"migrations", "__pycache__"}:
                yield folder


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def contract(name: str) -> dict:
    walls = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(wall for wall in walls if wall["name"].startswith(name))


@pytest.mark.parametrize("service", NAMES)
def test_a_service_has_the_rooms_every_service_has_and_no_drawer(service):
    modules = {path.stem for path in (ROOT / "services" / service).glob("*.py")}
    assert modules >= SERVICE_ROOMS
    assert modules <= SERVICE_ROOMS | SERVICE_ROOMS_WHERE_NEEDED
    assert list((ROOT / "services" / service / "migrations").glob(f"{service}_*.py"))
    assert ("subscriptions" in modules) == bool(service_named(service).hears)


@pytest.mark.parametrize("service", NAMES)
def test_main_only_puts_a_service_together(service):
    assert len((ROOT / "services" / service / "main.py").read_text().splitlines()) <= 40


@pytest.mark.parametrize("subject", list(subjects()), ids=dotted)
def test_whatever_is_not_a_room_of_a_subject_is_a_rule_and_behind_the_wall_of_rules(subject):
    behind = contract("Rules are plain Python")["source_modules"]
    for path in subject.glob("*.py"):
        module = dotted(path)
        if path.stem in ROOMS or module in NEITHER_ROOM_NOR_RULE or dotted(subject) in behind:
            continue
        assert module in behind, f"{module} is no room: if it is a rule, list it under {contract('Rules')['name']!r}"


def test_the_wall_of_rules_names_only_modules_there_are():
    for module in (*contract("Rules are plain Python")["source_modules"], *NEITHER_ROOM_NOR_RULE):
        importlib.import_module(module)


@pytest.mark.parametrize(
    "package", [path.parent for path in sources("services", "shared") if path.stem == "__init__"], ids=dotted
)
def test_every_package_presents_its_calling_card(package):
    card = ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    assert card, "say in a sentence what it is for, what it owns, says and hears"
    assert card.split("\n\n")[0].rstrip().endswith("."), "a calling card is made of sentences"


@pytest.mark.parametrize("service", NAMES)
def test_a_service_says_and_hears_what_its_calling_card_says(service):
    card = " ".join((importlib.import_module(f"services.{service}").__doc__ or "").split())
    said, heard = card.partition(" Says ")[2].split(" Hears ")
    topics = re.compile(r"`([a-z]+\.[a-z]+)`")
    assert set(topics.findall(said)) == {state.topic for state in states() if speaker(state) == service}
    assert set(topics.findall(heard)) == {each.state.topic for each in service_named(service).hears}


@pytest.mark.parametrize("path", list(sources("services")), ids=dotted)
def test_nothing_under_services_commits_for_the_edge_does(path):
    called = [node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
    assert "commit" not in called


@pytest.mark.parametrize("path", list(sources("services", "shared", "deploy", "tests")), ids=dotted)
def test_no_file_is_too_long_to_hold_in_mind(path):
    assert len(path.read_text().splitlines()) <= MOST_LINES


def test_the_services_under_test_are_those_of_this_tree():
    """A test folder called `shared` would take the place of the project's own."""
    import shared

    assert Path(shared.__file__).is_relative_to(ROOT)
