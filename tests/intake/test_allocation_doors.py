"""Giving a case to a named worker: within the limit, once, by a manager of the team."""

import pytest

from services.intake.allocation.models import Allocation


async def test_norma_gives_robins_case_to_asha_and_it_says_how_many_asha_holds(department) -> None:
    await department.allocated("asha")
    episode = await department.episode(received_on="2026-05-13")
    answer = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "asha"})
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "id": answer.json()["id"],
        "episode_id": episode,
        "worker": "asha",
        "team": "north",
        "held_from": "2026-05-14",
        "children_held": 2,
        "caseload_limit": 15,
        "points_held": 2.0,
        "points_limit": 15.0,
        "override_id": None,
    }
    shown = (await department.asha.get(f"/v1/episodes/{episode}")).json()
    assert (shown["worker"], shown["team"], shown["closed_on"]) == ("asha", "north", None)


async def test_the_fifteenth_child_has_a_place_and_the_sixteenth_has_none(department) -> None:
    await department.filled("asha", 14)
    last, one_more = await department.episode(), await department.episode()
    fits = await department.norma.post(f"/v1/episodes/{last}/allocation", json={"worker": "asha"})
    assert (fits.status_code, fits.json()["children_held"]) == (201, 15)
    full = await department.norma.post(f"/v1/episodes/{one_more}/allocation", json={"worker": "asha"})
    assert (full.status_code, full.json()["type"]) == (409, "urn:dwc:problem:caseload-full")
    assert "holds 15 of at most 15 children" in full.json()["detail"]
    assert len(await department.rows(Allocation)) == 15


@pytest.mark.parametrize(
    ("post", "limit"),
    [
        ({"full_time_equivalent_percent": 20}, 3),
        ({"full_time_equivalent_percent": 19}, 2),
        ({"full_time_equivalent_percent": 25, "role": "senior_social_worker"}, 3),
        ({"full_time_equivalent_percent": 20, "newly_qualified_from": "2026-02-15"}, 1),
        ({"full_time_equivalent_percent": 20, "newly_qualified_from": "2026-02-14"}, 2),
        ({"full_time_equivalent_percent": 20, "newly_qualified_from": "2025-05-15"}, 2),
        ({"full_time_equivalent_percent": 20, "newly_qualified_from": "2025-05-14"}, 3),
        ({"full_time_equivalent_percent": 6}, 0),
        ({"role": "team_manager"}, 0),
        ({"role": "practice_evaluator"}, 0),
    ],
)
async def test_part_time_senior_and_newly_qualified_workers_hold_fewer(department, post, limit) -> None:
    await department.staffed({"zoe": post})
    await department.filled("zoe", limit)
    episode = await department.episode()
    refused = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "zoe"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:caseload-full")
    assert len(await department.rows(Allocation)) == limit


@pytest.mark.parametrize("held_from", ["2025-06-15", "2026-05-14"])
async def test_the_limit_is_todays_whatever_day_the_case_is_held_from(department, held_from) -> None:
    """What is held is counted today; a case recorded late is not judged by how new the worker was then."""
    await department.staffed({"zoe": {"full_time_equivalent_percent": 20, "newly_qualified_from": "2025-06-01"}})
    for status in (201, 201, 409):
        episode = await department.episode(received_on="2025-06-02")
        to = {"worker": "zoe", "held_from": held_from}
        assert (await department.norma.post(f"/v1/episodes/{episode}/allocation", json=to)).status_code == status


async def test_a_closed_case_frees_its_place(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    held, waiting = await department.allocated("zoe"), await department.episode()
    to = {"worker": "zoe"}
    assert (await department.norma.post(f"/v1/episodes/{waiting}/allocation", json=to)).status_code == 409
    closure = {"closed_on": "2026-05-14", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{held}/closure", json=closure)).status_code == 200
    assert (await department.norma.post(f"/v1/episodes/{waiting}/allocation", json=to)).status_code == 201


async def test_a_case_that_somebody_holds_is_not_given_again(department) -> None:
    episode = await department.allocated("asha")
    for worker in ("asha", "ben"):
        answer = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": worker})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:already-allocated")
    assert len(await department.rows(Allocation)) == 1


async def test_the_same_allocation_under_one_key_is_answered_again(department) -> None:
    path, key = f"/v1/episodes/{await department.episode()}/allocation", {"Idempotency-Key": "a1"}
    first = await department.norma.post(path, json={"worker": "asha"}, headers=key)
    again = await department.norma.post(path, json={"worker": "asha"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert len(await department.rows(Allocation)) == 1


@pytest.mark.parametrize("who", ["norma", "dee"])
async def test_a_manager_gives_cases_to_the_teams_own_workers_only(department, who) -> None:
    path = f"/v1/episodes/{await department.episode()}/allocation"
    refused = await getattr(department, who).post(path, json={"worker": "cleo"})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:dwc:problem:worker-of-another-team")
    assert "service manager" in refused.json()["detail"]
    assert (await getattr(department, who).post(path, json={"worker": "ben"})).status_code == 201


async def test_the_service_manager_gives_cases_to_any_team(department) -> None:
    for worker, team in (("asha", "north"), ("cleo", "south")):
        path = f"/v1/episodes/{await department.episode()}/allocation"
        answer = await department.vera.post(path, json={"worker": worker})
        assert (answer.status_code, answer.json()["team"]) == (201, team)


async def test_a_manager_covering_a_team_gives_cases_to_its_workers(department) -> None:
    covering = department.token("team_manager", team="south")
    path = f"/v1/episodes/{await department.episode()}/allocation"
    assert (await covering.post(path, json={"worker": "asha"})).status_code == 403
    assert (await covering.post(path, json={"worker": "cleo"})).status_code == 201


async def test_a_case_is_held_by_the_team_its_worker_belonged_to_on_that_day(department) -> None:
    await department.staffed({"asha": {"name": "Asha Sample", "team": "south", "member_from": "2026-05-12"}})
    for held_from, team in (("2026-05-11", "north"), ("2026-05-12", "south"), (None, "south")):
        path = f"/v1/episodes/{await department.episode(received_on='2026-05-01')}/allocation"
        answer = await department.vera.post(path, json={"worker": "asha", "held_from": held_from})
        assert (answer.status_code, answer.json()["team"]) == (201, team)


@pytest.mark.parametrize(
    ("post", "held_from"),
    [
        ({"member_from": "2026-05-15"}, None),  # begins tomorrow
        ({"member_until": "2026-05-14"}, None),  # left yesterday
        ({"member_until": "2026-05-14"}, "2026-05-13"),  # was in post then, and is no more
        ({"member_from": "2026-05-12"}, "2026-05-11"),  # was not yet in post then
    ],
)
async def test_a_worker_who_is_not_in_post_is_given_no_case(department, post, held_from) -> None:
    await department.staffed({"zoe": post})
    path = f"/v1/episodes/{await department.episode(received_on='2026-05-01')}/allocation"
    answer = await department.vera.post(path, json={"worker": "zoe", "held_from": held_from})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dwc:problem:worker-not-in-post")


@pytest.mark.parametrize(
    ("held_from", "status"), [("2026-05-10", 422), ("2026-05-11", 201), ("2026-05-14", 201), ("2026-05-15", 422)]
)
async def test_a_case_is_held_from_a_day_between_its_referral_and_today(department, held_from, status) -> None:
    path = f"/v1/episodes/{await department.episode(received_on='2026-05-11')}/allocation"
    answer = await department.norma.post(path, json={"worker": "asha", "held_from": held_from})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["type"] == "urn:dwc:problem:held-out-of-order"


async def test_a_closed_case_is_not_given_to_anybody(department) -> None:
    episode = await department.episode()
    closure = {"closed_on": "2026-05-14", "reason": "RC8"}
    await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)
    answer = await department.norma.post(f"/v1/episodes/{episode}/allocation", json={"worker": "asha"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:episode-closed")


@pytest.mark.parametrize("to", [{"worker": "zoe"}, {}, {"worker": ""}, {"worker": "a\x00"}])
async def test_a_worker_nobody_knows_is_given_no_case(department, to) -> None:
    answer = await department.norma.post(f"/v1/episodes/{await department.episode()}/allocation", json=to)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/worker"), answer.text
    assert await department.rows(Allocation) == []
