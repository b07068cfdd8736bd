"""A child who is restricted to named people: for everyone else nothing was ever observed of the child."""

from uuid import UUID, uuid4

import pytest

from services.observation.people.models import KnownNamed
from services.observation.practice.models import Observation

NOBODY = "00000000-0000-7000-8000-000000000001"


async def restricted(department, *named: str, n: int = 2) -> None:
    await department.hears(department.child(n=n, restricted=True, named=named))


async def listed(who) -> dict[str, int]:
    """How many each list holds, of those whose door is not shut."""
    held = {}
    for path in ("observations", "forms", "concerns", "feedback/overdue", "second-codings", "declines"):
        answer = await who.get(f"/v1/{path}")
        if answer.status_code != 403:
            held[path] = len(answer.json()["items"])
    return held


def told(answer) -> tuple[int, dict]:
    return answer.status_code, answer.json() | {"request_id": ""}


@pytest.mark.parametrize("who", ["eve", "cara", "pia", "norma", "asha"])
async def test_whoever_is_not_named_finds_nothing_of_the_child_by_any_way(department, who) -> None:
    """Not whose practice it was, nor who observed it, nor those who see all practice."""
    observation = await department.observed(safety_concern=True)
    visitor = getattr(department, who)
    assert (await listed(visitor))["observations"] == 1
    await restricted(department, "ben", "vera")
    assert set((await listed(visitor)).values()) == {0}
    for path in ("observations/{}", "observations/{}/feedback", "observations/{}/second-coding"):
        answers = [await visitor.get("/v1/" + path.format(each)) for each in (observation, NOBODY)]
        assert told(answers[0]) == told(answers[1]), path
        assert answers[0].status_code in {403, 404}
    said = {"strengths": ["warm"], "stretch": "name the risk", "given_on": "2026-05-14"}
    guiding = [await visitor.post(f"/v1/observations/{each}/feedback", json=said) for each in (observation, NOBODY)]
    assert told(guiding[0]) == told(guiding[1])
    coding = {"basis": "audio", "scores": {"empathy": 3}}
    again = [
        await visitor.post(f"/v1/observations/{each}/second-coding", json=coding) for each in (observation, NOBODY)
    ]
    assert told(again[0]) == told(again[1])


async def test_whoever_is_named_sees_by_their_role_and_everybody_does_once_it_is_lifted(department) -> None:
    observation = await department.observed()
    await restricted(department, "asha", "a service_manager")
    vera = department.token("service_manager")
    for visitor in (department.asha, vera):
        assert (await visitor.get(f"/v1/observations/{observation}")).status_code == 200
    assert (await department.ben.get(f"/v1/observations/{observation}")).status_code == 404, "named is not yet seen"
    await restricted(department, "ben", n=3)
    assert (await department.asha.get(f"/v1/observations/{observation}")).status_code == 404
    assert [row.who for row in await department.rows(KnownNamed)] == ["ben"]
    await restricted(department, "asha", n=2)
    assert (await department.asha.get(f"/v1/observations/{observation}")).status_code == 404, (
        "older news changes nothing"
    )
    await department.hears(department.child(n=4))
    assert (await department.asha.get(f"/v1/observations/{observation}")).status_code == 200
    assert await department.rows(KnownNamed) == []


async def test_what_eve_sends_of_a_hidden_case_is_taken_like_that_of_a_case_nobody_has_heard_of(department) -> None:
    """And nothing is lost: once the child is heard of again it counts, and Eve sees it no more."""
    await restricted(department, "asha")
    answers, seen = [], []
    for episode in (str(department.episode_id), str(uuid4())):
        id = uuid4()
        sent = department.form(episode_id=episode)
        answer = await department.eve.put(f"/v1/observations/{id}", json=sent)
        assert (await department.eve.put(f"/v1/observations/{id}", json=sent)).status_code == answer.status_code
        answers.append(answer.json() | {"id": "", "episode_id": ""})
        seen.append((answer.status_code, (await department.eve.get(f"/v1/observations/{id}")).status_code))
    assert (answers[0], seen[0]) == (answers[1], seen[1])
    assert (answers[0]["is_parked"], seen[0]) == (True, (202, 200))
    await restricted(department, "asha", n=3)
    (counted,) = (row for row in await department.rows(Observation) if row.child_id is not None)
    assert (counted.child_id, counted.episode_id) == (department.child_id, department.episode_id)
    assert [UUID(str(state.child_id)) for state in await department.said()] == [department.child_id]
    edit = await department.eve.put(
        f"/v1/observations/{counted.id}", json=department.form(purpose="coaching"), headers={"If-Match": '"1"'}
    )
    assert edit.status_code == 404
    (kept,) = (row for row in await department.rows(Observation) if row.id == counted.id)
    assert (kept.purpose, kept.child_id) == ("sampled", department.child_id)
