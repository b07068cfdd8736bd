"""Deciding on a referral: what may come of it, once."""

import pytest

from services.intake.episodes.models import Episode
from services.intake.referrals.models import Referral

NO_FURTHER_ACTION = {"no_further_action", "information_and_advice", "early_help"}


@pytest.mark.parametrize(
    "outcome", ["no_further_action", "information_and_advice", "early_help", "assessment", "strategy_discussion"]
)
async def test_each_outcome_says_whether_there_was_further_action_and_opens_an_episode_if_so(
    department, outcome
) -> None:
    (referral,) = await department.referred("C1", received_on="2026-05-11")
    decided = await department.decided(referral, outcome)
    is_nfa = outcome in NO_FURTHER_ACTION
    assert (decided["outcome"], decided["no_further_action"]) == (outcome, is_nfa)
    assert decided["decided_at"] == "2026-05-14T11:00:00Z"
    (row,) = await department.rows(Referral)
    assert row.decided_by == "duty"
    episodes = await department.rows(Episode)
    assert [str(episode.id) for episode in episodes] == ([] if is_nfa else [decided["episode_id"]])
    assert [str(episode.started_on) for episode in episodes] == ([] if is_nfa else ["2026-05-11"])
    assert (decided["episode_id"] is None) is is_nfa


async def test_a_referral_is_decided_once(department) -> None:
    (referral,) = await department.referred("C1")
    decided = await department.decided(referral, "early_help")
    for outcome in ("early_help", "assessment"):
        answer = await department.norma.post(f"/v1/referrals/{referral['id']}/decision", json={"outcome": outcome})
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:already-decided")
    assert (await department.duty.get(f"/v1/referrals/{referral['id']}")).json() == decided
    assert [state.n for state in await department.said_of(referral["child_id"])] == [1, 2]


async def test_the_same_decision_under_one_key_is_answered_again(department) -> None:
    (referral,) = await department.referred("C1")
    path, key = f"/v1/referrals/{referral['id']}/decision", {"Idempotency-Key": "d1"}
    first = await department.duty.post(path, json={"outcome": "assessment"}, headers=key)
    again = await department.duty.post(path, json={"outcome": "assessment"}, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert len(await department.rows(Episode)) == 1


async def test_a_decision_may_say_what_the_primary_need_is(department) -> None:
    (referral,) = await department.referred("C1", primary_need="N1")
    (other,) = await department.referred("C2", primary_need="N1")
    path = f"/v1/referrals/{referral['id']}/decision"
    answer = await department.duty.post(path, json={"outcome": "assessment", "primary_need": "N5"})
    assert answer.json()["primary_need"] == "N5"
    assert (await department.decided(other, "assessment"))["primary_need"] == "N1"


async def test_a_second_concern_joins_the_episode_that_is_open(department) -> None:
    await department.episode("C1")
    (second,) = await department.referred("C1", received_on="2026-05-14")
    path = f"/v1/referrals/{second['id']}/decision"
    refused = await department.duty.post(path, json={"outcome": "assessment"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:dwc:problem:episode-already-open")
    assert "decide open_episode" in refused.json()["detail"]
    joined = await department.decided(second, "open_episode")
    assert (joined["no_further_action"], joined["episode_id"]) == (False, None)
    assert len(await department.rows(Episode)) == 1
    state = (await department.said_of(second["child_id"]))[-1]
    assert [referral.joined_open_episode for referral in state.referrals] == [False, True]


async def test_a_concern_cannot_join_an_episode_when_none_is_open(department) -> None:
    (referral,) = await department.referred("C1")
    path = f"/v1/referrals/{referral['id']}/decision"
    answer = await department.duty.post(path, json={"outcome": "open_episode"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:dwc:problem:no-episode-open")
    assert (await department.decided(referral, "assessment"))["episode_id"] is not None


async def test_a_child_whose_episode_has_closed_may_have_another(department) -> None:
    first = await department.episode("C1")
    closure = {"closed_on": "2026-05-14", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{first}/closure", json=closure)).status_code == 200
    assert await department.episode("C1", received_on="2026-05-14") != first


async def test_two_episodes_of_a_child_never_overlap_though_a_referral_arrives_late(department) -> None:
    first = await department.episode("C1", received_on="2026-05-01")
    closure = {"closed_on": "2026-05-13", "reason": "RC7"}
    assert (await department.norma.post(f"/v1/episodes/{first}/closure", json=closure)).status_code == 200
    (late,) = await department.referred("C1", received_on="2026-05-12")
    refused = await department.duty.post(f"/v1/referrals/{late['id']}/decision", json={"outcome": "assessment"})
    assert refused.json()["type"] == "urn:dwc:problem:received-while-open"
    assert "undo the closure" in refused.json()["detail"]
    undone = await department.norma.post(f"/v1/episodes/{first}/reopening", json={"error": "other"})
    assert undone.status_code == 200
    assert (await department.decided(late, "open_episode"))["no_further_action"] is False
    assert len(await department.rows(Episode)) == 1


@pytest.mark.parametrize(
    "decision", [{}, {"outcome": "perhaps"}, {"outcome": "assessment", "by": "vera"}, {"outcome": None}]
)
async def test_a_decision_of_the_wrong_shape_is_refused(department, decision) -> None:
    (referral,) = await department.referred("C1")
    answer = await department.duty.post(f"/v1/referrals/{referral['id']}/decision", json=decision)
    assert answer.status_code == 422
    assert (await department.duty.get(f"/v1/referrals/{referral['id']}")).json() == referral
