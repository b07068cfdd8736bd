"""What is to be put right before a return leaves: by whom, where, and gone the moment it is right."""

import io
from typing import Any

from services.intake.people.models import Child
from services.intake.returns.operations import import_census
from tests.intake.test_census_import import Case, Told, census

OF_2026 = "/v1/returns/cin-census/2026"


async def found_by(client, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{OF_2026}/findings", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def told(findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["la_child_id"], each["rule"]) for each in findings]


async def stated(department, *children: Told) -> None:
    await import_census(department.database, io.BytesIO(census(*children)), by="a test")


async def test_asha_and_her_manager_see_what_is_to_be_put_right_in_her_cases_until_it_is_right(department) -> None:
    episode = await department.episode("C1", received_on="2026-01-05")
    await department.allocated("asha", episode)
    await department.asha.post(f"/v1/episodes/{episode}/assessment", json={"on": "2026-01-06"})
    (late,) = [each for each in await found_by(department.asha) if each["rule"] == "8670Q"]
    assert (late["worker"], late["team"], late["episode_id"]) == ("asha", "north", episode)
    assert (late["is_error"], late["put_right"], late["element"]) == (False, "here", "AssessmentAuthorisationDate")
    assert late["what_to_do"].startswith("authorise the assessment")
    assert late in await found_by(department.norma, worker="asha")
    for elsewhere in (department.sid, department.cleo, department.ben):
        assert await found_by(elsewhere) == []
    authorised = {"on": "2026-03-30", "factors": ["1A"]}
    done = await department.norma.post(f"/v1/episodes/{episode}/assessment/authorisation", json=authorised)
    assert done.status_code == 200
    assert "8670Q" not in {each["rule"] for each in await found_by(department.asha)}


async def test_what_a_source_states_is_put_right_there_and_gone_when_it_states_it_right(department) -> None:
    wrong, right = Case(on="2025-06-02", closed="2025-06-01"), Case(on="2025-06-02", closed="2025-06-30")
    await stated(department, Told("C1", (wrong,)))
    (finding,) = await found_by(department.vera)
    assert (finding["rule"], finding["is_error"], finding["put_right"]) == ("8630", True, "at_its_source")
    await stated(department, Told("C1", (right,)))
    assert await found_by(department.vera) == []


async def test_the_list_is_paged_and_asked_for_by_rule_team_and_worker(department) -> None:
    for number, worker in enumerate(("asha", "ben", "cleo")):
        await department.allocated(worker, await department.episode(f"C{number}", received_on="2026-03-02"))
    await stated(department, Told("Z1", (Case(closed="2025-06-01"),)))
    every = await found_by(department.vera, limit=200)
    pages: list[dict[str, Any]] = []
    url: str | None = f"{OF_2026}/findings?limit=2"
    while url:
        answer = await department.vera.get(url)
        pages += answer.json()["items"]
        url = answer.links.get("next", {}).get("url")
    assert pages == every
    assert len(every) > 4
    by_team = await found_by(department.vera, team="north")
    assert {each["worker"] for each in by_team} == {"asha", "ben"}
    assert told(await found_by(department.vera, worker="cleo")) == told([e for e in every if e["worker"] == "cleo"])
    assert told(await found_by(department.vera, rule="8630")) == [("Z1", "8630")]


async def test_the_counts_say_whose_it_is_and_the_audit_whose_records_were_looked_at(department) -> None:
    await department.allocated("asha", await department.episode("C1", received_on="2026-03-02"))
    review = (await department.vera.get(OF_2026)).json()
    listed = await found_by(department.vera)
    (holder,) = review["by_holder"]
    assert (holder["team"], holder["worker"]) == ("north", "asha")
    assert holder["errors"] + holder["others"] == len(listed)
    assert review["errors"] == sum(each["is_error"] for each in listed)
    (child,) = await department.rows(Child)
    assert str(child.id) in (await department.audited())[-1].subjects


async def test_two_children_of_the_year_with_one_pupil_number_are_both_told_of(department) -> None:
    upn = "A206000000001"
    await stated(department, Told("C1", upn=upn), Told("C2", upn=upn), Told("C3", upn="X206000000002"))
    assert [each["la_child_id"] for each in await found_by(department.vera, rule="1520")] == ["C1", "C2"]


async def test_a_referral_that_awaits_its_decision_is_left_out_and_stands_on_the_list(department) -> None:
    await department.referred("C1", received_on="2026-03-30")
    (finding,) = await found_by(department.norma)
    assert (finding["rule"], finding["is_left_out"], finding["what_to_do"]) == ("8568", True, "decide on the referral")
    review = (await department.vera.get(OF_2026)).json()
    assert (review["children"], review["errors"], review["left_out"]) == (0, 0, 1)
