"""A concern for somebody's safety waits for nothing: neither for feedback nor for the case to be heard of."""

from uuid import uuid4

import pytest

from services.observation.concerns.models import Concern

ACTION = {"action": "rang the duty manager at 11:05"}


async def open_concerns(visitor) -> list[str]:
    return [each["observation_id"] for each in (await visitor.get("/v1/concerns")).json()["items"]]


async def test_duty_and_ashas_manager_read_of_eves_concern_at_once_and_it_is_said(department) -> None:
    observation_id = await department.observed(safety_concern=True)
    (state,) = await department.said()
    assert [change.what for change in state.changes] == ["observation.recorded", "safety.raised"]
    assert state.safety_concern is True
    (concern,) = (await department.token("duty").get("/v1/concerns")).json()["items"]
    assert (concern["observation_id"], concern["worker"], concern["observer"]) == (str(observation_id), "asha", "eve")
    assert await open_concerns(department.norma) == [str(observation_id)]


async def test_a_concern_is_listed_although_nobody_knows_the_case_yet(department) -> None:
    observation_id = await department.observed(episode_id=str(uuid4()), safety_concern=True)
    assert await department.said() == []
    assert await open_concerns(department.token("duty")) == [str(observation_id)]


async def test_the_same_form_again_raises_no_second_concern(department) -> None:
    observation_id, form = uuid4(), department.form(safety_concern=True)
    for _ in range(3):
        await department.eve.put(f"/v1/observations/{observation_id}", json=form)
    assert len(await department.rows(Concern)) == 1


async def test_without_a_concern_nothing_is_listed(department) -> None:
    await department.observed()
    assert await open_concerns(department.token("duty")) == []


@pytest.mark.parametrize(("who", "sees"), [("eve", True), ("evan", False), ("norma", True), ("sid", False)])
async def test_a_manager_sees_the_teams_concerns_and_an_evaluator_those_raised(department, who, sees) -> None:
    await department.observed(safety_concern=True)
    assert bool(await open_concerns(getattr(department, who))) is sees


async def test_who_took_it_up_is_named_and_stays_named(department) -> None:
    path = f"/v1/concerns/{await department.observed(safety_concern=True)}/taking-up"
    foreign = await department.sid.post(path, json=ACTION)
    assert foreign.status_code == 404
    taken = await department.norma.post(path, json=ACTION)
    assert (taken.status_code, taken.json()["taken_up_by"]) == (200, "norma")
    assert (await department.norma.post(path, json=ACTION)).json() == taken.json()
    other = await department.token("duty").post(path, json=ACTION)
    assert (other.status_code, other.json()["type"]) == (409, "urn:dwc:problem:taken-up")
    assert await open_concerns(department.norma) == []
    (listed,) = (await department.norma.get("/v1/concerns?taken_up=true")).json()["items"]
    assert listed["action"] == ACTION["action"]


async def test_what_was_written_about_a_concern_goes_with_the_erased_child(department) -> None:
    path = f"/v1/concerns/{await department.observed(safety_concern=True)}/taking-up"
    await department.norma.post(path, json=ACTION)
    await department.hears(department.child(n=2, episodes=(), erased=True))
    (concern,) = await department.rows(Concern)
    assert (concern.action, concern.taken_up_by) == ("", "norma")
