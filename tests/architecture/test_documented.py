"""What is written by hand is whole: every table, topic, command and page is where a reader looks for it."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from services.cli import app
from services.host import NAMES, service_named
from services.intake.referrals.models import ReferralIn
from services.intake.sources.models import DocumentIn
from services.intake.sources.reading import read
from services.reference.contracts import hearers, speaker, states
from services.reference.everything import modules
from services.reference.published import ROOT
from shared.database import GROUND

PAGES = sorted(
    path
    for folder in (".", "docs", "docs/decisions", "deploy", "deploy/kafka", "deploy/postgres")
    for path in (ROOT / folder).glob("*.md")
)
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


def page(name: str) -> str:
    return (ROOT / name).read_text()


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


@pytest.mark.parametrize("service", NAMES)
def test_the_data_map_says_what_each_table_of_a_service_holds(service):
    told = section(page("docs/data-map.md"), service)
    assert {table.name for table in service_named(service).tables.tables.values()} == set(
        re.findall(r"`([a-z0-9_]+)`", "\n".join(line.split("|")[1] for line in told.splitlines() if line[:3] == "| `"))
    )


def test_the_data_map_says_what_each_table_of_every_service_holds():
    modules()  # whatever declares a ground table has been brought in
    told = section(page("docs/data-map.md"), "In every service")
    assert {table.name for table in GROUND.tables.values()} == set(
        re.findall(r"^\| `([a-z_]+)` \|", told, re.MULTILINE)
    )


def test_the_data_map_says_what_each_topic_holds():
    told = section(page("docs/data-map.md"), "Topics")
    assert {state.topic for state in states()} == set(re.findall(r"^\| `([a-z.]+)` \|", told, re.MULTILINE))


def test_the_page_on_kafka_says_who_writes_and_reads_each_topic():
    told = section(page("deploy/kafka/README.md"), "Who may do what")
    for state in states():
        reads = ", ".join(f"{name} `dwc.{name}`" for name in hearers(state))
        assert f"| `{state.topic}` | {speaker(state)} | {reads} |" in told
        assert state.topic in page("deploy/kafka/README.md").split("## Who may")[0]


def commands() -> list[str]:
    """Every command there is, as it is typed."""
    found = []
    waiting = [("dwc", get_command(app))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", {})
        waiting += [(f"{name} {each}", inner[each]) for each in inner]
        found += [] if inner else [name]
    return sorted(found)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_explained_somewhere(command):
    assert any(command in path.read_text() for path in PAGES), f"say in docs/operating.md what `{command}` is for"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_page_of_ours_leads_to_one(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if not link.startswith(("http", "#", "urn:")):
            target, _, part = link.partition("#")
            assert (path.parent / target).exists(), f"{link} leads nowhere"
            if part:
                headings = re.findall(r"^#+ (.+)$", (path.parent / target).read_text(), re.MULTILINE)
                assert part in {heading.lower().replace(" ", "-") for heading in headings}, f"{link} leads nowhere"


def test_the_index_of_pages_leads_to_every_page():
    index = page("docs/README.md")
    for path in (ROOT / "docs").glob("*.*"):
        assert path.name == "README.md" or f"({path.name})" in index, f"docs/README.md does not lead to {path.name}"


def test_decisions_are_numbered_without_a_gap_or_a_double():
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_what_and_what_was_refused(path: Path):
    text = path.read_text()
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert all(f"**{part}" in text for part in ("Why.", "So.", "Refused."))


def test_the_referral_that_is_shown_to_integrators_is_one_that_is_taken():
    (body,) = re.findall(
        r"^POST /intake/v1/referrals\n.*?\n\n(\{.*?\})\n```", page("docs/integrating.md"), re.MULTILINE | re.DOTALL
    )
    assert ReferralIn.model_validate_json(body).source_reference == "M-1001"


def test_the_document_that_is_shown_to_integrators_is_understood_whole():
    (body,) = re.findall(
        r"^PUT /intake/v1/sources/mosaic/children/C1001\n\n(\{.*?\})\n```",
        page("docs/integrating.md"),
        re.MULTILINE | re.DOTALL,
    )
    shown = DocumentIn.model_validate_json(body)
    understood, findings = read("C1001", child=shown.child, cases=shown.cases, scope=shown.scope, since=shown.since)
    assert findings == []
    assert understood.cases[0].allocations[0].worker == "W102"


def test_contributing_is_read_in_one_sitting():
    assert len(page("CONTRIBUTING.md").split()) < 900


DEFINED = re.compile(r"((?:^@.*\n)*)^(?:async )?def (test_[a-z0-9_]+)", re.MULTILINE)
"""A test with the decorators above it."""


def test_every_test_that_the_page_of_faults_names_is_there_and_marked_as_it_says():
    told = set(re.findall(r"(\*\*V\*\* )?`(test_[a-z0-9_]+)`", page("docs/faults.md")))
    written = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = {name: "pytest.mark.campaign" in marks for marks, name in DEFINED.findall(written)}
    assert {name for _, name in told} - set(there) == set()
    assert [name for mark, name in told if bool(mark) is not there[name]] == []
