"""Who waits for a worker: by risk and then by time, whose it is to see to it, and never unnamed in protection."""

from datetime import UTC, date, datetime

import pytest

from services.intake.allocation.urgency import Escalation, escalation_of
from services.intake.episodes.models import Episode, ProtectionPlan
from services.intake.people.changes import child_changed, lock_children
from shared.clock import held_at


async def queue(visitor) -> dict:
    answer = await visitor.get("/v1/awaiting-allocation")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def protected(department, episode: str, *, by: str, what: str = "protection_plan.started") -> None:
    async with department.database.transaction() as session:
        (case,) = [row for row in await department.rows(Episode) if str(row.id) == episode]
        (child,) = await lock_children(session, [case.child_id])
        session.add(ProtectionPlan(episode_id=case.id, started_on=date(2026, 5, 14)))
        child_changed(session, child, what, item=case.id, on=date(2026, 5, 14), by=by)


async def test_the_most_at_risk_come_first_and_then_those_who_wait_longest(department) -> None:
    other = await department.episode("C1")
    form = department.form("C2")
    form["children"][0]["born_on"] = "2025-11-02"
    (infant,) = (await department.school.post("/v1/referrals", json=form)).json()["referrals"]
    infant = (await department.decided(infant, "assessment"))["episode_id"]
    enquired = await department.episode("C3")
    await protected(department, enquired, by="norma")
    held = await department.allocated("asha")
    found = await queue(department.norma)
    assert [(each["episode_id"], each["risk"]) for each in found["cases"]] == [
        (enquired, "protection"),
        (infant, "infant"),
        (other, "other"),
    ]
    assert (found["waiting"], found["unnamed"], held in str(found)) == (3, 0, False)


async def test_whoever_makes_it_protection_answers_for_it_until_another_is_named_or_it_is_given(department) -> None:
    episode = await department.episode("C1")
    await protected(department, episode, by="dee")
    assert (await queue(department.norma))["cases"][0]["duty_worker"] == "dee"
    named = await department.norma.post(f"/v1/episodes/{episode}/duty-worker", json={"worker": "ben"})
    assert (named.status_code, named.json()["duty_worker"]) == (200, "ben")
    await department.allocated("asha", episode)
    assert (await queue(department.norma))["waiting"] == 0
    late = await department.norma.post(f"/v1/episodes/{episode}/duty-worker", json={"worker": "ben"})
    assert (late.status_code, late.json()["type"]) == (409, "urn:dwc:problem:already-allocated")


async def test_where_nobody_in_post_did_it_a_manager_answers(department) -> None:
    episode = await department.episode("C1")
    await protected(department, episode, by="vera")
    assert (await queue(department.norma))["cases"][0]["duty_worker"] == "dee"


async def test_what_a_source_states_stands_first_and_is_marked_as_unnamed(department) -> None:
    episode = await department.episode("C1")
    await protected(department, episode, by="the case system", what="record.stated")
    found = await queue(department.norma)
    assert (found["unnamed"], found["cases"][0]["needs_a_name"], found["cases"][0]["duty_worker"]) == (1, True, None)


@pytest.mark.parametrize(
    ("day", "whose"),
    [
        (date(2026, 5, 14), Escalation.DUTY),
        (date(2026, 5, 15), Escalation.DUTY),
        (date(2026, 5, 18), Escalation.TEAM_MANAGER),
        (date(2026, 5, 19), Escalation.TEAM_MANAGER),
        (date(2026, 5, 20), Escalation.HEAD_OF_SERVICE),
    ],
)
def test_after_one_working_day_it_is_the_team_managers_and_after_three_the_head_of_services(day, whose) -> None:
    assert escalation_of(date(2026, 5, 14), on=day) is whose


async def test_the_clock_runs_from_the_decision(department) -> None:
    await department.episode("C1")
    with held_at(datetime(2026, 5, 20, 11, tzinfo=UTC)):
        (case,) = (await queue(department.norma))["cases"]
    assert (case["waiting_since"], case["working_days"], case["escalated_to"]) == ("2026-05-14", 4, "head_of_service")
