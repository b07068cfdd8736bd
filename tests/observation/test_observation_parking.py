"""An observation of a case not heard of yet is parked: nothing is lost, nothing is said too early."""

import asyncio
from uuid import uuid4

from services.observation.practice.models import Observation


async def test_eves_observation_waits_for_its_case_and_is_then_said_once(department) -> None:
    unknown, child_id, observation_id = uuid4(), uuid4(), uuid4()
    form = department.form(episode_id=str(unknown))
    parked = await department.eve.put(f"/v1/observations/{observation_id}", json=form)
    again = await department.eve.put(f"/v1/observations/{observation_id}", json=form)
    assert (parked.status_code, again.status_code) == (202, 202)
    assert (parked.json()["is_parked"], parked.json()["worker_held_case"]) == (True, None)
    assert await department.said() == []

    case = department.child(child_id, episode_id=unknown)
    await department.hears(case)
    await department.hears(case)  # once more, under another event id
    (state,) = await department.said()
    assert (state.child_id, state.episode_id) == (child_id, unknown)
    assert [change.what for change in state.changes] == ["observation.recorded"]
    after = await department.eve.put(f"/v1/observations/{observation_id}", json=form)
    assert after.status_code == 200
    assert (after.json()["is_parked"], after.json()["worker_held_case"]) == (False, True)


async def test_feedback_on_a_parked_observation_is_taken_and_said_with_the_rest(department) -> None:
    unknown = uuid4()
    observation_id = await department.observed(episode_id=str(unknown))
    feedback = {"strengths": ["warm"], "stretch": "name the risk", "given_on": "2026-05-13"}
    given = await department.eve.post(f"/v1/observations/{observation_id}/feedback", json=feedback)
    assert given.status_code == 201
    assert await department.said() == []
    await department.hears(department.child(uuid4(), episode_id=unknown))
    (state,) = await department.said()
    assert [change.what for change in state.changes] == ["observation.recorded", "feedback.given"]
    assert str(state.feedback_given_on) == "2026-05-13"


async def test_an_observation_follows_its_case_to_the_child_it_was_merged_into(department) -> None:
    await department.observed()
    kept = uuid4()
    await department.hears(department.child(n=2, merged_into=kept, episodes=()), department.child(kept))
    first, second = await department.said()
    assert (first.child_id, second.child_id, second.n) == (department.child_id, kept, first.n + 1)
    assert [change.what for change in second.changes] == ["record.republished"]


async def test_no_observation_stays_parked_when_its_case_is_heard_of_at_the_same_moment(department) -> None:
    cases = [uuid4() for _ in range(12)]
    await asyncio.gather(
        *(department.observed(episode_id=str(case)) for case in cases),
        *(department.hears(department.child(uuid4(), episode_id=case)) for case in cases),
    )
    assert not any(row.is_parked for row in await department.rows(Observation))
    assert sorted(state.episode_id for state in await department.said()) == sorted(cases)
