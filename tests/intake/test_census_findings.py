"""What the DfE's rules find: nothing in a clean file, and every fault that was put into one."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.intake.main import SERVICE
from services.intake.returns.census_file import CensusFile
from services.intake.returns.judgement import judge
from services.intake.returns.operations import import_census
from shared.database import Database
from shared.migrations import migrate

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
BOROUGH = SHARED_DATA / "borough"

pytestmark = pytest.mark.skipif(not SHARED_DATA.exists(), reason="the census files are not part of the project")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = SERVICE.open(f"sqlite+aiosqlite:///{tmp_path}/intake.sqlite", authority="206")
    await migrate(database, SERVICE.migrations)
    yield database
    await database.close()


async def found_in(database: Database, file: Path) -> dict[str, set[tuple[str | None, str]]]:
    """By child, the rules and elements of what is found in a file."""
    with file.open("rb") as stream:
        report = await import_census(database, stream, by="a test", dry_run=True)
    found = defaultdict(set)
    for finding in report.findings:
        found[finding.la_child_id].add((finding.rule, finding.element))
    return found


async def test_a_clean_file_gives_no_findings(database) -> None:
    assert await found_in(database, SHARED_DATA / "cin_census_clean_2026.xml") == {}


async def test_every_fault_that_was_put_into_the_boroughs_file_is_found_under_its_rule_and_wakes_no_other(
    database,
) -> None:
    faults = json.loads((BOROUGH / "faults.json").read_text())
    clean = await found_in(database, BOROUGH / "cin_2026.xml")
    faulty = await found_in(database, BOROUGH / "faults_2026.xml")
    assert len(faults) == 30
    for fault in faults:
        found = faulty.pop(fault["child_in_file"], None) or faulty.pop("")  # an id that is no id is filed under none
        rules = {rule for rule, _ in found}
        assert fault["rule"] in rules, fault
        woken = rules - {fault["rule"]} - {rule for rule, _ in clean.pop(fault["child"], ())}
        assert woken <= set(fault["may_also"]), fault
    assert faulty == clean  # and nothing is found in anybody else's record


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_nothing_but_queries_is_found_in_the_boroughs_own_files(year: int) -> None:
    with (BOROUGH / f"cin_{year}.xml").open("rb") as stream:
        census = CensusFile(stream)
        found = [
            finding
            for each in census.children()
            for finding in (*each.findings, *judge(each.document, census.header.period))
        ]
    assert [finding for finding in found if finding.is_error] == []


async def test_no_finding_repeats_what_a_record_says(database) -> None:
    """A finding goes onto screens and into reports: it names the child by the authority's id and tells no value."""
    for name in ("cin_census_sample_2022.xml", "cin_census_small_2022.xml", "borough/faults_2026.xml"):
        with (SHARED_DATA / name).open("rb") as stream:
            report = await import_census(database, stream, by="a test", dry_run=True)
        sentences = {finding.sentence for finding in report.findings}
        assert not any(
            character.isdigit() for sentence in sentences for character in without_the_laws_numbers(sentence)
        )


def without_the_laws_numbers(sentence: str) -> str:
    for number in (
        "45 working",
        "15 working",
        "40 weeks",
        "over 25",
        "31 March",
        "18A",
        "19A",
        "UN1",
        "UN7",
        "5 to 12",
        "20 letters",
    ):
        sentence = sentence.replace(number, "")
    return sentence.partition("begins on line")[0]
