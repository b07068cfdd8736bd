"""Recommended workers: ranked, with reasons, siblings together, and never beyond what the manager may give."""

from datetime import UTC, datetime

import pytest

from shared.clock import held_at


async def recommended(visitor, referral, query: str = "") -> list[dict]:
    answer = await visitor.get(f"/v1/referrals/{referral['id']}/recommended-workers{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_norma_is_recommended_her_own_workers_the_one_with_most_room_first(department) -> None:
    await department.filled("asha", 2)
    (referral,) = await department.referred("C1")
    ranked = await recommended(department.norma, referral)
    assert [(each["rank"], each["worker"], each["team"]) for each in ranked] == [
        (1, "ben", "north"),
        (2, "asha", "north"),
    ]
    assert ranked[0] == {
        "rank": 1,
        "worker": "ben",
        "name": "Ben Sample",
        "team": "north",
        "fits": True,
        "score": 61.67,
        "children_held": 0,
        "caseload_limit": 15,
        "points_held": 0.0,
        "points_limit": 15.0,
        "reasons": ["holds 0 of at most 15; 1 with this child"],
    }
    assert ranked[1]["reasons"] == ["holds 2 of at most 15; 3 with this child", "2 new in the last seven days"]


async def test_the_service_manager_chooses_from_every_team_or_from_one(department) -> None:
    (referral,) = await department.referred("C1")
    everybody = await recommended(department.vera, referral)
    assert {each["worker"] for each in everybody} == {"asha", "ben", "cleo"}
    assert [each["worker"] for each in await recommended(department.vera, referral, "?team=south")] == ["cleo"]
    assert [each["worker"] for each in await recommended(department.norma, referral, "?team=south")] == ["asha", "ben"]
    assert await recommended(department.vera, referral, "?team=nowhere") == []


async def test_managers_and_those_not_in_post_are_not_recommended(department) -> None:
    await department.staffed(
        {
            "gone": {"member_until": "2026-05-14"},
            "coming": {"member_from": "2026-05-15"},
            "leaving": {"member_until": "2026-05-15"},
        }
    )
    (referral,) = await department.referred("C1")
    assert {each["worker"] for each in await recommended(department.norma, referral)} == {"asha", "ben", "leaving"}


async def test_a_worker_with_no_room_is_shown_last_with_the_reason(department) -> None:
    await department.staffed({"zoe": {"full_time_equivalent_percent": 7}})
    await department.filled("zoe", 1)
    (referral,) = await department.referred("C1")
    last = (await recommended(department.norma, referral))[-1]
    assert (last["worker"], last["fits"], last["score"]) == ("zoe", False, None)
    assert last["reasons"] == ["no room: holds 1 of at most 1, and this child would come"]


async def test_whoever_held_the_familys_case_within_the_year_comes_first(department) -> None:
    closed = await department.allocated(
        "asha", await department.episode("C1", received_on="2025-01-06"), held_from="2025-01-06"
    )
    closure = {"closed_on": "2025-05-14", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{closed}/closure", json=closure)).status_code == 200
    await department.filled("asha", 1)
    referral, _sibling = await department.referred("C1", "C2")
    first, second = await recommended(department.norma, referral)
    assert (first["worker"], second["worker"]) == ("asha", "ben")
    assert "held this family's case until 14 May 2025" in first["reasons"]
    assert "the team held this family's case within the last year" in second["reasons"]
    with held_at(datetime(2026, 5, 15, 11, tzinfo=UTC)):
        first, second = await recommended(department.norma, referral)
    assert first["worker"] == "ben"
    assert not any("held this family's case" in reason for reason in first["reasons"] + second["reasons"])


async def test_siblings_are_placed_together_and_those_already_placed_or_turned_away_need_no_place(department) -> None:
    robin, sky, kit, jo = await department.referred("C1", "C2", "C3", "C4")
    assert "4 with these 4 children" in (await recommended(department.norma, robin))[0]["reasons"][0]
    await department.decided(jo, "no_further_action")
    assert "3 with these 3 children" in (await recommended(department.norma, robin))[0]["reasons"][0]
    await department.allocated("ben", (await department.decided(kit, "assessment"))["episode_id"])
    together_with_kit = (await recommended(department.norma, robin))[0]
    assert together_with_kit["worker"] == "ben"
    assert together_with_kit["reasons"] == [
        "holds 1 of at most 15; 3 with these 2 children",
        "holds a case of this family now",
        "1 new in the last seven days",
    ]
    closed = (await department.decided(sky, "assessment"))["episode_id"]
    await department.norma.post(f"/v1/episodes/{closed}/closure", json={"closed_on": "2026-05-14", "reason": "RC8"})
    assert "2 with this child" in (await recommended(department.norma, robin))[0]["reasons"][0]


async def test_a_sibling_whose_concern_joined_an_open_episode_needs_no_place(department) -> None:
    await department.allocated("ben", await department.episode("C2"))
    robin, sky = await department.referred("C1", "C2")
    await department.decided(sky, "open_episode")
    first = (await recommended(department.norma, robin))[0]
    assert (first["worker"], first["reasons"][0]) == ("ben", "holds 1 of at most 15; 2 with this child")


async def test_a_worker_of_two_teams_is_recommended_once_under_the_team_joined_last(department) -> None:
    await department.staffed({"zoe": {"team": "south", "member_from": "2025-01-06"}})
    await department.staffed({"zoe": {"team": "north", "member_from": "2024-01-01"}})  # told late, and still over
    (referral,) = await department.referred("C1")
    zoe = [each for each in await recommended(department.vera, referral) if each["worker"] == "zoe"]
    assert [each["team"] for each in zoe] == ["south"]


@pytest.mark.parametrize("who", ["school", "duty", "asha"])
async def test_only_those_who_allocate_are_recommended_anybody(department, who) -> None:
    (referral,) = await department.referred("C1")
    answer = await getattr(department, who).get(f"/v1/referrals/{referral['id']}/recommended-workers")
    assert answer.status_code == 403
