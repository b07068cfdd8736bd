"""A manager decides: against a limit, against an absence, apart from siblings; with a reason, a plan and a second signature."""

from datetime import UTC, datetime

import pytest

from services.intake.allocation.models import Allocation, AllocationOverride
from services.intake.main import SERVICE
from services.intake.people.models import Child
from shared.clock import held_at
from shared.due import fire

WHATEVER_STOOD = {"If-Match": "*"}
WHY = {"reason": "continuity", "explanation": "Asha knows the family, and the hearing is tomorrow."}
WITH_PLAN = WHY | {"plan": "One case closes on Friday."}


async def give(visitor, episode: str, worker: str, **override):
    to = {"worker": worker} | ({"override": override} if override else {})
    return await visitor.post(f"/v1/episodes/{episode}/allocation", json=to)


async def full(department) -> str:
    """Zoe has one place, which is taken; another case waits."""
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.filled("zoe", 1)
    return await department.episode()


async def overridden(department, who: str = "dee") -> dict:
    answer = await give(getattr(department, who), await full(department), "zoe", **WITH_PLAN)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def what_was_said(department, episode: str) -> list[str]:
    (child,) = [row.child_id for row in await department.rows(Allocation) if str(row.episode_id) == episode]
    return [change.what for state in await department.said_of(child) for change in state.changes]


async def test_a_case_beyond_the_limit_stands_at_once_and_awaits_another_managers_signature(department) -> None:
    given = await overridden(department)
    assert (given["children_held"], given["caseload_limit"]) == (2, 1)
    (waiting,) = (await department.norma.get("/v1/overrides")).json()
    assert waiting | {"made_at": ""} == {
        "id": given["override_id"],
        "episode_id": given["episode_id"],
        "worker": "zoe",
        "team": "north",
        "against": ["over_limit"],
        "reason": "continuity",
        "made_at": "",
        "countersign_by": "2026-05-15",
        "countersigned_at": None,
        "is_overdue": False,
        "lasts_until": "2026-06-11",
    }
    (breach,) = (await department.norma.get("/v1/caseload-breaches")).json()
    assert (breach["worker"], breach["cause"]) == ("zoe", "override")
    signed = await department.norma.post(f"/v1/overrides/{waiting['id']}/countersignature")
    assert (signed.status_code, signed.json()["countersigned_at"] is not None) == (200, True)
    assert await what_was_said(department, given["episode_id"]) == [
        "referral.received",
        "referral.decided",
        "case.allocated",
        "override.countersigned",
    ]


async def test_beyond_the_limit_a_plan_is_needed(department) -> None:
    answer = await give(department.dee, await full(department), "zoe", **WHY)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:override-needs-plan")
    assert len(await department.rows(Allocation)) == 1


async def test_nobody_countersigns_their_own_or_twice_and_a_deputy_never(department) -> None:
    given = await overridden(department, "norma")
    path = f"/v1/overrides/{given['override_id']}/countersignature"
    own = await department.norma.post(path)
    assert (own.status_code, own.json()["type"]) == (409, "urn:dwc:problem:own-override")
    assert (await department.dee.post(path)).status_code == 403
    assert (await department.sid.post(path)).status_code == 404, "another team's"
    assert (await department.vera.post(path)).status_code == 200
    twice = await department.vera.post(path)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:dwc:problem:already-countersigned")


async def test_what_nobody_countersigns_by_the_end_of_the_next_working_day_is_flagged_once(department) -> None:
    given = await overridden(department)
    with held_at(datetime(2026, 5, 15, 22, 30, tzinfo=UTC)):  # half past eleven in London
        assert await fire(department.database, SERVICE.timers) == 0
    with held_at(datetime(2026, 5, 15, 23, 30, tzinfo=UTC)):
        assert await fire(department.database, SERVICE.timers) == 1
        assert await fire(department.database, SERVICE.timers) == 0
        assert (await department.norma.get("/v1/overrides")).json()[0]["is_overdue"] is True
    assert (await what_was_said(department, given["episode_id"]))[-1] == "override.countersignature_overdue"


async def test_a_signature_in_time_calls_the_flag_off(department) -> None:
    given = await overridden(department)
    await department.norma.post(f"/v1/overrides/{given['override_id']}/countersignature")
    with held_at(datetime(2026, 5, 18, 11, tzinfo=UTC)):
        assert await fire(department.database, SERVICE.timers) == 0


async def test_after_four_weeks_an_override_expires_and_the_child_keeps_the_worker(department) -> None:
    given = await overridden(department)
    await department.norma.post(f"/v1/overrides/{given['override_id']}/countersignature")
    with held_at(datetime(2026, 6, 12, 11, tzinfo=UTC)):
        assert await fire(department.database, SERVICE.timers) == 1
    assert (await what_was_said(department, given["episode_id"]))[-1] == "override.expired"
    (row,) = await department.rows(AllocationOverride)
    assert row.expired_flagged_on is not None
    assert [each.held_until for each in await department.rows(Allocation)] == [None, None]


async def test_of_a_case_that_is_closed_nothing_is_flagged(department) -> None:
    given = await overridden(department)
    closure = {"closed_on": "2026-05-14", "reason": "RC8"}
    assert (await department.norma.post(f"/v1/episodes/{given['episode_id']}/closure", json=closure)).status_code == 200
    with held_at(datetime(2026, 7, 1, 11, tzinfo=UTC)):
        await fire(department.database, SERVICE.timers)
    assert (await what_was_said(department, given["episode_id"]))[-1] == "case.closed"
    assert (await department.norma.get("/v1/overrides")).json() == []


async def test_siblings_go_to_one_worker_unless_a_manager_says_why_not(department) -> None:
    robin, sky = await department.referred("C1", "C2")
    first, second = [(await department.decided(each, "assessment"))["episode_id"] for each in (robin, sky)]
    await department.allocated("asha", first)
    refused = await give(department.norma, second, "ben")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:siblings-apart")
    apart = await give(department.norma, second, "ben", reason="safety", explanation="Sky must not meet the uncle.")
    assert apart.status_code == 201, apart.text
    (row,) = await department.rows(AllocationOverride)
    assert (row.against, row.countersign_by, row.lasts_until) == (["siblings_apart"], None, None)
    assert (await department.norma.get("/v1/overrides")).json() == [], "no limit was passed"
    answer = await department.vera.post(f"/v1/overrides/{row.id}/countersignature")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:needs-no-countersignature")


async def test_whoever_is_away_is_given_a_case_when_a_manager_says_why(department) -> None:
    await department.vera.put(
        "/v1/workers/asha/absences/2026-05-11", json={"back_on": "2026-05-25"}, headers=WHATEVER_STOOD
    )
    answer = await give(department.norma, await department.episode(), "asha", **WHY)
    assert answer.status_code == 201, answer.text
    assert (await department.rows(AllocationOverride))[0].against == ["worker_away"]


async def test_a_reason_that_nothing_needed_leaves_no_override(department) -> None:
    answer = await give(department.norma, await department.episode(), "asha", **WITH_PLAN)
    assert (answer.status_code, answer.json()["override_id"]) == (201, None)
    assert await department.rows(AllocationOverride) == []


@pytest.mark.parametrize(("born_on", "status"), [("2026-05-10", 201), ("2026-04-16", 201), ("2026-04-15", 409)])
async def test_a_newborn_joins_the_worker_of_its_siblings_and_the_breach_is_flagged(
    department, born_on, status
) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.allocated("zoe", await department.episode("C1"))
    form = department.form("C1", "BABY")
    form["children"][1]["born_on"] = born_on
    sibling, baby = (await department.school.post("/v1/referrals", json=form)).json()["referrals"]
    await department.decided(sibling, "open_episode")
    assert [row.born_on for row in await department.rows(Child) if row.la_child_id == "BABY"] != [None]
    answer = await give(department.norma, (await department.decided(baby, "assessment"))["episode_id"], "zoe")
    assert answer.status_code == status, answer.text
    breaches = (await department.norma.get("/v1/caseload-breaches")).json()
    assert [each["cause"] for each in breaches] == (["birth"] if status == 201 else [])
