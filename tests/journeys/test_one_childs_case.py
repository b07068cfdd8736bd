"""One child's case from the referral to the reports, through the doors that a department uses.

A school refers Robin and a sibling. A manager decides, allocates within the limit, practice is observed in the home, the
worker hears of it within the week, and what happened stands in the figures once.
"""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.demo.story import SKILLS, quarter_of
from shared import clock
from shared.calendar import add_working_days, month_of
from shared.ids import new_id

pytestmark = pytest.mark.timeout(240)

NEVER_SENT_ON = "Robin Example's mother says the flat is cold"
POSTS = {
    "W1": ("social_worker", "T1", "North", 60),
    "W2": ("social_worker", "T1", "North", 100),
    "M1": ("team_manager", "T1", "North", 100),
    "C1": ("coach", "T1", "North", 100),
    "W9": ("social_worker", "T2", "South", 100),
    "M9": ("team_manager", "T2", "South", 100),
}


async def test_robins_case_in_one_process(one_process) -> None:
    await from_the_schools_referral_to_the_reports(one_process)


@pytest.mark.servers
@pytest.mark.xdist_group("kafka")
async def test_robins_case_in_three_processes_on_kafka_and_postgresql(three_processes) -> None:
    await from_the_schools_referral_to_the_reports(three_processes)


async def from_the_schools_referral_to_the_reports(department) -> None:
    today = clock.today()
    await staffed(department)
    robin, sibling = await referred(department, today)
    episode = await decided(department, robin, sibling)
    worker = await allocated(department, robin, episode)
    observation = await observed(department, episode, worker, today)
    await fed_back(department, observation, worker, today)
    await counted(department, today)
    await reported(department, today)
    await closed(department, episode, robin, today)


async def staffed(department) -> None:
    async with department.enter("intake", "operator") as operator:
        for reference, (role, team, name, percent) in POSTS.items():
            post = {
                "name": f"Worker {reference}",
                "role": role,
                "team": team,
                "team_name": name,
                "member_from": "2020-01-01",
                "full_time_equivalent_percent": percent,
            }
            answer = await operator.put(f"/v1/workers/{reference}", json=post)
            assert answer.status_code == 204, answer.text


async def referred(department, today: date) -> tuple[str, str]:
    """One form about two children, sent twice under one key, once more without, and once changed."""
    form = {
        "source_reference": "SCHOOL-1",
        "received_on": today.isoformat(),
        "source": "2A",
        "primary_need": "N1",
        "concern": NEVER_SENT_ON,
        "children": [{"la_child_id": "ROBIN1", "forename": "Robin"}, {"la_child_id": "SIBLING1"}],
    }
    async with department.enter("intake", "source_system") as school:
        first = await school.post("/v1/referrals", json=form, headers={"Idempotency-Key": "k1"})
        again = await school.post("/v1/referrals", json=form, headers={"Idempotency-Key": "k1"})
        without = await school.post("/v1/referrals", json=form)
        changed = await school.post("/v1/referrals", json=form | {"primary_need": "N2"})
    assert first.status_code == 201, first.text
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert (without.status_code, changed.status_code) == (200, 409)
    assert first.json() == again.json() == without.json()
    robin, sibling = first.json()["referrals"]
    assert robin["decision_due_on"] == add_working_days(today, 1).isoformat()
    async with department.enter("intake", "duty") as duty:
        waiting = (await duty.get("/v1/referrals", params={"undecided": True})).json()["items"]
    assert [each["id"] for each in waiting] == [robin["id"], sibling["id"]]
    return robin["id"], sibling["id"]


async def decided(department, robin: str, sibling: str) -> str:
    async with department.enter("intake", "team_manager", worker="M1") as manager:
        opened = await manager.post(f"/v1/referrals/{robin}/decision", json={"outcome": "assessment"})
        turned_away = await manager.post(f"/v1/referrals/{sibling}/decision", json={"outcome": "no_further_action"})
        twice = await manager.post(f"/v1/referrals/{robin}/decision", json={"outcome": "no_further_action"})
    assert opened.status_code == 200, opened.text
    assert (turned_away.json()["no_further_action"], turned_away.json()["episode_id"]) == (True, None)
    assert (twice.status_code, twice.json()["type"]) == (409, "urn:dwc:problem:already-decided")
    return str(opened.json()["episode_id"])


async def allocated(department, robin: str, episode: str) -> str:
    """To the first of the ranked workers; a manager of another team does not see the case, and nobody takes it twice."""
    async with department.enter("intake", "team_manager", worker="M1") as manager:
        ranked = (await manager.get(f"/v1/referrals/{robin}/recommended-workers")).json()
        assert {each["worker"]: each["caseload_limit"] for each in ranked} == {"W1": 9, "W2": 15}
        best = ranked[0]
        assert best["fits"]
        assert best["reasons"]
        given = await manager.post(f"/v1/episodes/{episode}/allocation", json={"worker": best["worker"]})
        assert given.status_code == 201, given.text
        assert (given.json()["team"], given.json()["children_held"]) == ("T1", 1)
        again = await manager.post(f"/v1/episodes/{episode}/allocation", json={"worker": "W1"})
        assert (again.status_code, again.json()["type"]) == (409, "urn:dwc:problem:already-allocated")
    async with department.enter("intake", "team_manager", worker="M9") as another:
        assert (await another.get(f"/v1/episodes/{episode}")).status_code == 404
        assert (await another.get(f"/v1/referrals/{robin}")).status_code == 404
    async with department.enter("intake", "social_worker", worker=best["worker"]) as holder:
        assert (await holder.get(f"/v1/episodes/{episode}")).json()["worker"] == best["worker"]
    return str(best["worker"])


async def observed(department, episode: str, worker: str, today: date) -> str:
    """A phone sends the form three times; one that comes before the case has been heard of is kept all the same."""
    observation = str(new_id())
    form = {
        "episode_id": episode,
        "worker": worker,
        "observed_at": f"{today.isoformat()}T00:01:00+00:00",
        "contact": "home_visit",
        "purpose": "sampled",
        "rubric": "msw-7.1",
        "scores": {skill.value: score for skill, score in SKILLS.items()},
        "evidence": {"empathy": NEVER_SENT_ON},
        "child_seen_alone": True,
    }
    async with department.enter("observation", "coach", worker="C1") as coach:

        async def known() -> httpx.Response:
            return await coach.put(f"/v1/observations/{observation}", json=form)

        first = await department.once(known, lambda answer: answer.is_success, what="observation to know the worker")
        assert first.status_code == 201, first.text
        again = [await coach.put(f"/v1/observations/{observation}", json=form) for _ in range(2)]
        assert {answer.status_code for answer in again} == {200}

        async def seen() -> dict[str, Any]:
            return dict((await coach.get(f"/v1/observations/{observation}")).json())

        shown = await department.once(seen, lambda each: each["worker_held_case"] is True, what="the case to be known")
        assert (shown["is_parked"], shown["team"]) == (False, "T1")
        assert shown["feedback_due_on"] == (today + timedelta(days=7)).isoformat()
    async with department.enter("observation", "social_worker", worker="W9") as another:
        assert (await another.get(f"/v1/observations/{observation}")).status_code == 404
    return observation


async def fed_back(department, observation: str, worker: str, today: date) -> None:
    feedback = {"strengths": ["Kept Robin's day in view."], "stretch": "Say it plainly.", "given_on": today.isoformat()}
    coaching = {
        "held_on": today.isoformat(),
        "goal": "Ask before advising.",
        "review_on": (today + timedelta(days=42)).isoformat(),
    }
    async with department.enter("observation", "coach", worker="C1") as coach:
        early = await coach.post(f"/v1/observations/{observation}/coaching", json=coaching)
        assert (early.status_code, early.json()["type"]) == (409, "urn:dwc:problem:out-of-turn")
        given = await coach.post(f"/v1/observations/{observation}/feedback", json=feedback)
        held = await coach.post(f"/v1/observations/{observation}/coaching", json=coaching)
        assert (given.status_code, held.status_code) == (201, 201), (given.text, held.text)
        assert (await coach.get("/v1/feedback/overdue")).json()["items"] == []
    async with department.enter("observation", "social_worker", worker=worker) as observed_worker:
        read = (await observed_worker.get(f"/v1/observations/{observation}/feedback")).json()
    assert (read["days_late"], read["coaching"]["goal"]) == (0, "Ask before advising.")


async def counted(department, today: date) -> None:
    """Each fact stands in this month once, under the team that held the case."""
    expected = {"referrals": 2, "episodes_started": 1, "episodes_open": 1, "observations": 1}

    async def figures(**asked: str) -> dict[str, int]:
        month = month_of(today)
        async with department.enter("reporting", "service_manager") as leader:
            lpir = (await leader.get("/v1/lpir", params={"from": month, "to": month, **asked})).json()
        return {each["indicator"]: int(each["numerator"] or 0) for each in lpir["months"][0]["figures"]}

    found = await department.once(
        figures, lambda found: found["referrals"] == 2 and found["episodes_open"] == 1, what="the figures"
    )
    assert {name: found[name] for name in expected if name in found} == {
        name: count for name, count in expected.items() if name in found
    }
    assert found["referrals_no_further_action"] == 1
    north = await figures(team="T1")
    assert (north["referrals"], north["episodes_started"], north["episodes_open"]) == (1, 1, 1)


async def reported(department, today: date) -> None:
    mean = sum(SKILLS.values()) / len(SKILLS)
    for period in (month_of(today), quarter_of(today)):

        async def report(period: str = period) -> dict[str, Any]:
            async with department.enter("reporting", "team_manager", worker="M1") as manager:
                return dict((await manager.get(f"/v1/practice-reports/{period}")).json())

        found = await department.once(
            report, lambda found: found["service"]["coaching_held"]["numerator"] == 1, what=f"the report of {period}"
        )
        service, (own,) = found["service"], found["teams"]
        assert (service["observations"], service["workers"], own["team"]) == (1, 1, "T1")
        assert service["feedback_within_seven_days"]["numerator"] == 1
        assert service["all_seven"]["mean"] is None, f"one observation is too few to report a mean such as {mean}"
        assert "too few" in service["headline"]


async def closed(department, episode: str, robin: str, today: date) -> None:
    """The episode ends, the worker's place is free again, and the month knows it."""
    async with department.enter("intake", "team_manager", worker="M1") as manager:
        ended = await manager.post(
            f"/v1/episodes/{episode}/closure", json={"closed_on": today.isoformat(), "reason": "RC8"}
        )
        assert ended.status_code == 200, ended.text
        assert ended.json()["worker"] is None
        workers = (await manager.get("/v1/workers", params={"team": "T1"})).json()
        assert {each["children_held"] for each in workers} == {0}
    month = month_of(today)

    async def figures() -> dict[tuple[str, str], int]:
        async with department.enter("reporting", "service_manager") as leader:
            lpir = (await leader.get("/v1/lpir", params={"from": month, "to": month})).json()
        return {
            (each["indicator"], each.get("band") or ""): int(each["numerator"] or 0)
            for each in lpir["months"][0]["figures"]
        }

    found = await department.once(figures, lambda found: found["episodes_open", ""] == 0, what="the closure")
    assert found["episodes_ended", ""] == 1
    async with department.enter("intake", "source_system") as school:
        own = (await school.get(f"/v1/referrals/{robin}")).json()
    assert own["episode_id"] == episode
