"""Closing an episode of need: when, why, and whose case it no longer is."""

import pytest

from services.intake.allocation.models import Allocation


async def test_norma_closes_ashas_case_and_it_is_nobodys_from_that_day(department) -> None:
    episode = await department.allocated("asha", await department.episode(received_on="2026-05-01"))
    closure = {"closed_on": "2026-05-14", "reason": "RC8"}
    answer = await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)
    assert answer.status_code == 200, answer.text
    closed = answer.json()
    assert (closed["closed_on"], closed["closure_reason"]) == ("2026-05-14", "RC8")
    assert (closed["worker"], closed["team"]) == (None, None)
    (allocation,) = await department.rows(Allocation)
    assert str(allocation.held_until) == "2026-05-14"
    (state,) = [state for state in await department.said() if state.changes[0].what == "case.closed"]
    assert (str(state.changes[0].item_id), str(state.changes[0].on)) == (episode, "2026-05-14")
    (told,) = state.episodes
    assert (str(told.closed_on), told.closure_reason, str(told.allocations[0].held_until)) == (
        "2026-05-14",
        "RC8",
        "2026-05-14",
    )


async def test_a_case_taken_over_after_its_closing_day_was_held_for_no_time_at_all(department) -> None:
    episode = await department.allocated("asha", await department.episode(received_on="2026-05-01"))
    closure = {"closed_on": "2026-05-07", "reason": "RC8"}
    await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)
    (allocation,) = await department.rows(Allocation)
    assert (str(allocation.held_from), str(allocation.held_until)) == ("2026-05-14", "2026-05-14")


async def test_a_case_does_not_close_over_a_concern_that_nobody_has_decided_on(department) -> None:
    episode = await department.episode("C1", received_on="2026-05-11")
    (concern,) = await department.referred("C1", received_on="2026-05-13")
    path, closure = f"/v1/episodes/{episode}/closure", {"closed_on": "2026-05-14", "reason": "RC7"}
    refused = await department.norma.post(path, json=closure)
    assert refused.json()["type"] == "urn:dwc:problem:concern-undecided", refused.text
    await department.decided(concern, "open_episode")
    assert (await department.norma.post(path, json=closure)).status_code == 200


async def test_an_episode_is_closed_once(department) -> None:
    path = f"/v1/episodes/{await department.episode()}/closure"
    first = await department.norma.post(path, json={"closed_on": "2026-05-14", "reason": "RC8"})
    again = await department.norma.post(path, json={"closed_on": "2026-05-14", "reason": "RC9"})
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.json()["type"] == "urn:dwc:problem:episode-closed"


async def test_the_same_closure_under_one_key_is_answered_again(department) -> None:
    path, key = f"/v1/episodes/{await department.episode()}/closure", {"Idempotency-Key": "c1"}
    closure = {"closed_on": "2026-05-14", "reason": "RC8"}
    first = await department.norma.post(path, json=closure, headers=key)
    again = await department.norma.post(path, json=closure, headers=key)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())


@pytest.mark.parametrize(
    ("closed_on", "status"), [("2026-05-10", 422), ("2026-05-11", 200), ("2026-05-14", 200), ("2026-05-15", 422)]
)
async def test_it_closes_between_the_referral_and_today(department, closed_on, status) -> None:
    path = f"/v1/episodes/{await department.episode(received_on='2026-05-11')}/closure"
    answer = await department.norma.post(path, json={"closed_on": closed_on, "reason": "RC7"})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["type"] == "urn:dwc:problem:closed-out-of-order"


@pytest.mark.parametrize("reason", [f"RC{n}" for n in range(1, 10)])
async def test_it_closes_for_any_of_the_censuss_reasons(department, reason) -> None:
    path = f"/v1/episodes/{await department.episode()}/closure"
    answer = await department.norma.post(path, json={"closed_on": "2026-05-14", "reason": reason})
    assert (answer.status_code, answer.json()["closure_reason"]) == (200, reason)


@pytest.mark.parametrize(
    "closure",
    [
        {"closed_on": "2026-05-14"},
        {"reason": "RC7"},
        {"closed_on": "2026-05-14", "reason": "RC10"},
        {"closed_on": "May", "reason": "RC7"},
    ],
)
async def test_a_closure_without_its_day_or_its_reason_is_refused(department, closure) -> None:
    episode = await department.episode()
    assert (await department.norma.post(f"/v1/episodes/{episode}/closure", json=closure)).status_code == 422
    assert (await department.norma.get(f"/v1/episodes/{episode}")).json()["closed_on"] is None
