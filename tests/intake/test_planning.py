"""A leaver's caseload, or what nobody holds, is spread over a team: proposed, and given when a manager accepts."""

from services.intake.allocation.models import Allocation


async def planned(visitor, **asked) -> dict:
    answer = await visitor.post("/v1/allocations/plan", json={"team": "north"} | asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_ashas_caseload_goes_to_the_others_of_her_team_when_norma_accepts(department) -> None:
    held = await department.filled("asha", 4)
    plan = await planned(department.norma, leaver="asha")
    assert (plan["method"], plan["proven"], plan["children"], plan["children_without_place"]) == ("exact", True, 4, 0)
    assert {(case["episode_id"], case["worker"]) for case in plan["cases"]} == {(episode, "ben") for episode in held}
    assert {row.held_until for row in await department.rows(Allocation)} == {None}, "nobody is given a case by a plan"
    path = f"/v1/allocation-plans/{plan['id']}/acceptance"
    assert (await department.norma.post(path)).status_code == 200
    shown = {episode: (await department.vera.get(f"/v1/episodes/{episode}")).json()["worker"] for episode in held}
    assert set(shown.values()) == {"ben"}
    again = await department.norma.post(path)
    assert (again.status_code, again.json()["type"]) == (409, "urn:dwc:problem:already-accepted")


async def test_what_nobody_holds_is_planned_within_the_limits_and_the_rest_has_no_place(department) -> None:
    await department.staffed(
        {"asha": {"name": "Asha Sample", "full_time_equivalent_percent": 14}, "ben": {"role": "team_manager"}}
    )
    for _ in range(4):
        await department.episode()
    plan = await planned(department.norma)
    assert (plan["children"], plan["children_without_place"]) == (4, 2)
    assert (await department.norma.post(f"/v1/allocation-plans/{plan['id']}/acceptance")).status_code == 200
    assert len(await department.rows(Allocation)) == 2


async def test_a_plan_that_has_no_place_any_more_is_given_to_nobody(department) -> None:
    await department.staffed(
        {"asha": {"name": "Asha Sample", "full_time_equivalent_percent": 14}, "ben": {"role": "team_manager"}}
    )
    for _ in range(2):
        await department.episode()
    plan = await planned(department.norma)
    await department.allocated("asha")
    refused = await department.norma.post(f"/v1/allocation-plans/{plan['id']}/acceptance")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:caseload-full")
    assert len(await department.rows(Allocation)) == 1


async def test_siblings_stay_together_unless_nobody_has_room_for_all_of_them(department) -> None:
    await department.staffed(
        {
            "asha": {"name": "Asha Sample", "full_time_equivalent_percent": 14},
            "ben": {"name": "Ben Sample", "full_time_equivalent_percent": 14},
        }
    )
    for each in await department.referred("C1", "C2"):
        await department.decided(each, "assessment")
    plan = await planned(department.norma)
    assert len({case["worker"] for case in plan["cases"]}) == 1
    assert not any(case["is_apart"] for case in plan["cases"])
    for each in await department.referred("D1", "D2", "D3"):
        await department.decided(each, "assessment")
    split = await planned(department.norma)
    assert sum(case["is_apart"] for case in split["cases"]) == 3
    assert (await department.norma.post(f"/v1/allocation-plans/{split['id']}/acceptance")).status_code == 200


async def test_a_manager_plans_for_the_own_team_and_sees_its_plans_only(department) -> None:
    await department.episode()
    refused = await department.sid.post("/v1/allocations/plan", json={"team": "north"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:dwc:problem:worker-of-another-team")
    plan = await planned(department.vera)
    assert (await department.norma.get(f"/v1/allocation-plans/{plan['id']}")).json() == plan
    assert (await department.sid.get(f"/v1/allocation-plans/{plan['id']}")).status_code == 404


async def test_with_nothing_to_give_there_is_no_plan(department) -> None:
    answer = await department.norma.post("/v1/allocations/plan", json={"team": "north"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:nothing-to-plan")
