"""The census return: what goes in comes out, byte for byte; who may have it, whose records it says it took, what it withholds."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.intake.people.models import Child
from services.intake.returns.census_file import CensusFile
from services.intake.returns.census_scope import as_returned
from services.intake.returns.census_writing import FOOT, child, head
from services.intake.returns.making import MAKE, Return, make_return
from services.intake.returns.operations import import_census
from services.intake.sources.merge import fingerprint
from services.reference.sample import YEAR, page
from shared.web.roles import Principal, Role

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
OPERATOR = Principal(id="an operator", role=Role.OPERATOR)
needs_the_files = pytest.mark.skipif(not SHARED_DATA.exists(), reason="the census files are not part of the project")


@cache
def sample() -> bytes:
    """The made-up census that is handed to strangers."""
    return page().encode()


async def taken_in(department, data: bytes) -> dict[str, Any]:
    return (await import_census(department.database, io.BytesIO(data), by="a test")).as_dict()


async def given_out(department, year: int = YEAR, by: Principal = OPERATOR) -> tuple[bytes, Return]:
    into = io.BytesIO()
    made = await make_return(department.database, into, year, by=by)
    return into.getvalue(), made


async def test_what_was_taken_in_is_given_out_byte_for_byte_and_taken_in_again_changes_nothing(bare_department) -> None:
    await taken_in(bare_department, sample())
    written, made = await given_out(bare_department)
    assert written == sample()
    assert (made.size, made.as_out().errors, made.as_out().left_out) == (len(sample()), 0, 0)
    again = await taken_in(bare_department, written)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, made.whole.children)
    assert (await given_out(bare_department))[0] == written


@needs_the_files
@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_a_clean_census_comes_out_as_it_went_in(bare_department) -> None:
    await taken_in(bare_department, (SHARED_DATA / "cin_census_clean_2026.xml").read_bytes())
    written, made = await given_out(bare_department)
    assert (made.whole.children, made.findings) == (400, [])
    again = await taken_in(bare_department, written)
    assert (again["new"], again["changed"], again["unchanged"], again["findings"]) == (0, 0, 400, [])
    assert (await given_out(bare_department))[0] == written


@needs_the_files
@pytest.mark.parametrize("name", ["borough/cin_2025.xml", "borough/cin_2026.xml", "cin_census_clean_2026.xml"])
def test_nothing_of_a_clean_year_is_lost_in_cutting_it_to_the_year_writing_it_and_reading_it_again(name: str) -> None:
    """Without the tables in between, which hold less than the borough's files take to go through them."""
    with (SHARED_DATA / name).open("rb") as stream:
        census = CensusFile(stream)
        stated = [each.document for each in census.children()]
    returned = [as_returned(each, census.header.period).child for each in stated]
    written = b"".join([head(year=census.header.year, authority="206", release="1"), *map(child, returned), FOOT])
    read = list(CensusFile(io.BytesIO(written)).children())
    assert [each.findings for each in read if each.findings] == []
    assert [fingerprint(each.document) for each in read] == [fingerprint(each) for each in stated]


async def test_a_year_says_nothing_of_who_does_not_belong_in_it(bare_department) -> None:
    await taken_in(bare_department, sample())
    _, before = await given_out(bare_department, 2025)
    _, after = await given_out(bare_department, 2031)
    everybody = len(await bare_department.rows(Child))
    assert 0 < before.whole.children < everybody
    assert 0 < after.whole.children < everybody  # whose cases never closed


async def test_an_analyst_is_given_the_file_and_the_audit_says_whose_records_are_in_it(department) -> None:
    await taken_in(department, sample())
    answer = await department.token("performance_analyst").get("/v1/returns/cin-census/2026/file")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.content == sample()
    assert answer.headers["content-disposition"] == 'attachment; filename="cin-census-2026.xml"'
    (row,) = [row for row in await department.audited() if row.act == MAKE]
    assert (row.actor, row.role) == ("a performance_analyst", "performance_analyst")
    assert set(row.subjects) == {str(each.id) for each in await department.rows(Child)}


async def test_a_restricted_child_is_withheld_from_whoever_is_not_named_and_counted(department) -> None:
    await taken_in(department, sample())
    (hidden, *_) = await department.rows(Child)
    named = {"If-Match": "*"}
    closed = await department.vera.put(f"/v1/children/{hidden.id}/restriction", json={"named": ["asha"]}, headers=named)
    assert closed.status_code == 204
    analyst = department.token("performance_analyst")
    answer = await analyst.get("/v1/returns/cin-census/2026/file")
    assert hidden.la_child_id.encode() not in answer.content
    review = (await analyst.get("/v1/returns/cin-census/2026")).json()
    everybody = (await department.vera.get("/v1/returns/cin-census/2026")).json()
    assert (review["withheld"], everybody["withheld"]) == (1, 0)  # who restricts a child is named
    assert review["children"] == everybody["children"] - 1
    written, made = await given_out(department)
    assert hidden.la_child_id.encode() in written
    assert made.withheld == 0


@pytest.mark.parametrize("database_urls", ["sqlite"], indirect=True)
async def test_a_year_of_another_shape_is_refused(bare_department) -> None:
    for year in ("2024", "2101", "26", "next"):
        answer = await bare_department.vera.get(f"/v1/returns/cin-census/{year}")
        assert answer.status_code == 422, year


async def test_two_records_of_one_child_are_one_child_of_the_return(department) -> None:
    await department.episode("C1", received_on="2026-03-02")
    await department.episode("C2", received_on="2025-06-02")
    pair = await department.duty.post("/v1/possible-matches", json={"children": ["C1", "C2"]})
    same = {"decision": "same", "keep": "C1"}
    merged = await department.duty.post(f"/v1/possible-matches/{pair.json()['id']}/decision", json=same)
    assert merged.status_code == 200, merged.text
    written, made = await given_out(department)
    assert (made.whole.children, made.whole.cases) == (1, 2)
    assert b"C2" not in written
    assert {"8815", "8820"} <= {finding.rule for finding in made.findings}
