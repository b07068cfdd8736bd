"""Limits bind where cases are given here; where the case system gives them, and where a case gets heavier, they are flagged."""

from datetime import UTC, date, datetime

import pytest

from services.intake.allocation.breaches import look_again
from services.intake.allocation.models import CaseloadBreach
from services.intake.episodes.models import Episode, ProtectionPlan
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Worker
from shared.clock import held_at

WHATEVER_STOOD = {"If-Match": "*"}
CLOSURE = {"closed_on": "2026-05-14", "reason": "RC7"}


async def mirrored(department, team: str = "north", begin: str = "2026-05-01", mode: str = "mirrored") -> None:
    stated = {"in_force_from": begin, "mode": mode}
    answer = await department.vera.post(f"/v1/teams/{team}/allocation-modes", json=stated)
    assert answer.status_code == 201, answer.text
    assert stated in answer.json()


async def stepped_up(department, episode: str, *, on: date = date(2026, 5, 14)) -> None:
    """A child protection plan begins, whoever says so."""
    async with department.database.transaction() as session:
        (case,) = [row for row in await department.rows(Episode) if str(row.id) == episode]
        (child,) = await lock_children(session, [case.child_id])
        session.add(ProtectionPlan(episode_id=case.id, started_on=on))
        child_changed(session, child, "record.stated", item=case.id, on=on, by="the case system")


async def breaches_of(visitor, query: str = "") -> list[dict]:
    answer = await visitor.get(f"/v1/caseload-breaches{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def states_of(department, reference: str):
    (worker,) = [row for row in await department.rows(Worker) if row.reference == reference]
    return await department.said_of(worker.id)


async def test_a_mirrored_teams_allocation_is_never_refused_and_its_breach_is_flagged_and_said(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 14}})
    await mirrored(department)
    await department.filled("zoe", 2)
    assert await department.rows(CaseloadBreach) == []
    await department.filled("zoe", 1)
    (breach,) = await breaches_of(department.norma)
    assert breach | {"id": ""} == {
        "id": "",
        "worker": "zoe",
        "team": "north",
        "cause": "mirrored",
        "began_on": "2026-05-14",
        "ended_on": None,
        "children": 3,
        "children_limit": 2,
        "points": 3.0,
        "points_limit": 2.1,
    }
    said = (await states_of(department, "zoe"))[-1]
    assert [change.what for change in said.changes] == ["caseload.breached"]
    assert [(each.began_on, each.children, each.points) for each in said.caseload_breaches] == [
        (date(2026, 5, 14), 3, 300)
    ]


async def test_the_breach_ends_when_the_caseload_is_back_within_its_limits(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 14}})
    await mirrored(department)
    first, second, *_ = await department.filled("zoe", 4)
    await department.norma.post(f"/v1/episodes/{first}/closure", json=CLOSURE)
    assert [each["children"] for each in await breaches_of(department.norma)] == [4], "at its worst"
    await department.norma.post(f"/v1/episodes/{second}/closure", json=CLOSURE)
    assert await breaches_of(department.norma) == []
    assert [each["ended_on"] for each in await breaches_of(department.norma, "?ended=true")] == ["2026-05-14"]
    assert [[change.what for change in state.changes] for state in await states_of(department, "zoe")][-2:] == [
        ["caseload.breached"],
        ["caseload.within_limits"],
    ]


async def test_a_step_up_that_passes_the_limit_is_flagged_and_not_refused(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 14}})
    first, _second = await department.filled("zoe", 2)
    await stepped_up(department, first)
    (breach,) = await breaches_of(department.norma)
    assert (breach["cause"], breach["children"], breach["points"]) == ("step_up", 2, 2.5)
    refused = await department.norma.post(
        f"/v1/episodes/{await department.episode()}/allocation", json={"worker": "zoe"}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:caseload-full")


async def test_fewer_hours_that_leave_less_room_are_flagged(department) -> None:
    await department.filled("asha", 3)
    await department.staffed({"asha": {"name": "Asha Sample", "full_time_equivalent_percent": 14}})
    assert [(each["worker"], each["cause"]) for each in await breaches_of(department.norma)] == [("asha", "terms")]


async def test_days_that_pass_end_a_breach_as_well(department) -> None:
    terms = {"full_time_equivalent_percent": 14, "stage": "phased_return"}
    await department.filled("asha", 2)
    await department.vera.put("/v1/workers/asha/terms/2026-05-14", json=terms, headers=WHATEVER_STOOD)
    await department.vera.put(
        "/v1/workers/asha/terms/2026-06-01", json=terms | {"stage": "experienced"}, headers=WHATEVER_STOOD
    )
    assert [each["worker"] for each in await breaches_of(department.norma)] == ["asha"]
    await look_again(department.database)
    assert len(await breaches_of(department.norma)) == 1
    with held_at(datetime(2026, 6, 1, 11, tzinfo=UTC)):
        await look_again(department.database)
        assert await breaches_of(department.norma) == []


async def test_points_bind_where_children_alone_would_have_had_a_place(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 20}})
    for _ in range(2):
        await stepped_up(department, await department.allocated("zoe"))
    answer = await department.norma.post(
        f"/v1/episodes/{await department.episode()}/allocation", json={"worker": "zoe"}
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:caseload-full")
    assert "holds 3 of at most 3 points, and 1 would come" in answer.json()["detail"]


async def test_siblings_weigh_less_than_strangers(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 20}})
    referrals = await department.referred("C1", "C2", "C3")
    points = []
    for referral in referrals:
        episode = (await department.decided(referral, "assessment"))["episode_id"]
        answer = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "zoe"})
        points.append(answer.json()["points_held"])
    assert points == [1.0, 1.6, 2.2]


@pytest.mark.parametrize(("begin", "status"), [("2026-05-14", 201), ("2026-05-15", 409)])
async def test_the_mode_holds_from_its_day_on(department, begin, status) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.filled("zoe", 1)
    await mirrored(department, begin=begin)
    answer = await department.norma.post(
        f"/v1/episodes/{await department.episode()}/allocation", json={"worker": "zoe"}
    )
    assert answer.status_code == status


async def test_a_team_is_mastered_again_from_the_day_that_is_said(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.filled("zoe", 1)
    await mirrored(department, begin="2026-05-01")
    await mirrored(department, begin="2026-05-10", mode="mastered")
    answer = await department.norma.post(
        f"/v1/episodes/{await department.episode()}/allocation", json={"worker": "zoe"}
    )
    assert answer.status_code == 409


async def test_no_mode_is_stated_of_a_team_nobody_knows(department) -> None:
    stated = {"in_force_from": "2026-05-01", "mode": "mirrored"}
    answer = await department.vera.post("/v1/teams/nowhere/allocation-modes", json=stated)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:dwc:problem:no-such-team")


async def test_a_manager_sees_the_breaches_of_the_own_team_only(department) -> None:
    await mirrored(department)
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.filled("zoe", 2)
    assert len(await breaches_of(department.norma)) == len(await breaches_of(department.vera)) == 1
    assert await breaches_of(department.sid) == []
    assert await breaches_of(department.token("team_manager", worker="nobody")) == []


async def test_whoever_is_away_or_newly_qualified_is_given_no_case_that_is_not_theirs(department) -> None:
    await department.vera.put(
        "/v1/workers/asha/absences/2026-05-11", json={"back_on": "2026-05-25"}, headers=WHATEVER_STOOD
    )
    await department.staffed({"ben": {"name": "Ben Sample", "newly_qualified_from": "2026-01-05"}})
    episode = await department.episode("C1")
    away = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "asha"})
    assert (away.status_code, away.json()["type"]) == (409, "urn:dwc:problem:worker-away")
    assert "is away until 25 May 2026" in away.json()["detail"]
    await stepped_up(department, episode)
    new = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "ben"})
    assert (new.status_code, new.json()["type"]) == (409, "urn:dwc:problem:not-theirs-to-lead")
    (referral,) = [row["id"] for row in (await department.vera.get("/v1/referrals")).json()["items"]]
    ranked = (await department.norma.get(f"/v1/referrals/{referral}/recommended-workers")).json()
    assert {each["worker"]: each["reasons"][0] for each in ranked} == {
        "asha": "is away until 25 May 2026",
        "ben": "is newly qualified, and co-works protection, court and the enhanced offer without leading",
    }
