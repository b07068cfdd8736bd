"""A second score is blind, of another team, and agreed on where the two are far apart; who is certified counts in reports."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.observation.coding.models import SecondCoding, Seed
from services.observation.coding.selection import is_drawn
from services.observation.practice.models import Observation
from shared.contracts.intake import TeamMembership
from tests.permissions.bodies import CERTIFICATION

SEED = "a seed for tests"
SECOND = {"basis": "both_present", "scores": {
    "evocation": 2, "collaboration": 3, "autonomy": 3, "empathy": 2, "purposefulness": 3,
    "clarity_about_concerns": 4, "child_focus": 4,
}}  # fmt: skip
"""Two points from Eve in empathy; and Eve did not observe clarity about concerns."""


def some_id(*, drawn: bool) -> UUID:
    return next(id for id in iter(uuid4, None) if is_drawn(id.bytes, seed=SEED) is drawn)


@pytest.fixture
async def drawing(department):
    async with department.database.transaction() as session:
        session.add(Seed(id=1, seed=SEED))
    return department


async def observed(department, *, drawn: bool = True, by: str = "eve", **changes) -> UUID:
    observation_id = some_id(drawn=drawn)
    form = department.form(**changes)
    assert (await getattr(department, by).put(f"/v1/observations/{observation_id}", json=form)).status_code == 201
    return observation_id


async def awaited(visitor) -> list[str]:
    return [each["observation_id"] for each in (await visitor.get("/v1/second-codings")).json()["items"]]


async def certified(department, who: str = "eve", **changes):
    body = CERTIFICATION | changes
    return await department.pia.post(f"/v1/evaluators/{who}/certificates", json=body)


async def test_what_chance_drew_waits_for_evan_and_says_nothing_of_eves_scores(drawing) -> None:
    drawn, _ = await observed(drawing), await observed(drawing, drawn=False)
    (item,) = (await drawing.evan.get("/v1/second-codings")).json()["items"]
    assert item["observation_id"] == str(drawn)
    assert "scores" not in item
    assert (await drawing.evan.get(f"/v1/observations/{drawn}")).status_code == 404


async def test_neither_eve_who_observed_nor_ashas_team_scores_it_again(drawing) -> None:
    drawn = await observed(drawing)
    north = TeamMembership(team="north", team_name="North", member_from=date(2024, 1, 1))
    await drawing.hears(drawing.worker("evan", n=2, memberships=(north,)))
    for visitor in (drawing.eve, drawing.evan):
        assert await awaited(visitor) == []
        refused = await visitor.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)
        assert refused.status_code == 404


async def test_a_coach_who_has_seen_the_scores_is_not_blind(drawing) -> None:
    drawn = await observed(drawing)
    await drawing.cara.get("/v1/observations")
    seen = await drawing.cara.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)
    assert (seen.status_code, seen.json()["type"]) == (403, "urn:dwc:problem:not-blind")
    assert (await drawing.pia.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)).status_code == 201


async def test_evan_scores_blind_and_then_both_see_where_they_have_to_agree(drawing) -> None:
    drawn = await observed(drawing)
    path = f"/v1/observations/{drawn}/second-coding"
    assert (await drawing.eve.get(path)).status_code == 404
    coded = await drawing.evan.post(path, json=SECOND, headers={"Idempotency-Key": "1"})
    assert (coded.status_code, coded.json()["to_agree_on"]) == (201, ["empathy"])
    assert (coded.json()["first"]["empathy"], coded.json()["second"]["empathy"]) == (4, 2)
    again = await drawing.evan.post(path, json=SECOND, headers={"Idempotency-Key": "1"})
    assert (again.status_code, again.json()) == (201, coded.json())
    assert (await drawing.eve.get(path)).json() == coded.json()
    assert (await drawing.evan.post(path, json=SECOND)).status_code == 409
    assert await awaited(drawing.pia) == []


async def test_what_they_agree_on_counts_and_both_raw_scores_are_kept(drawing) -> None:
    drawn = await observed(drawing)
    await drawing.evan.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)
    path = f"/v1/observations/{drawn}/consensus"
    for wrong in ({"autonomy": 3}, {"empathy": 3, "autonomy": 3}, {}):
        refused = await drawing.eve.post(path, json={"scores": wrong})
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:dwc:problem:agreed-on-others")
    agreed = await drawing.eve.post(path, json={"scores": {"empathy": 3}})
    assert (agreed.status_code, agreed.json()["agreed"], agreed.json()["to_agree_on"]) == (201, {"empathy": 3}, [])
    assert (agreed.json()["first"]["empathy"], agreed.json()["second"]["empathy"]) == (4, 2)
    assert (await drawing.eve.post(path, json={"scores": {"empathy": 4}})).status_code == 409
    shown = (await drawing.asha.get(f"/v1/observations/{drawn}")).json()
    assert (shown["scores"]["empathy"], shown["agreed"]) == (3, {"empathy": 3})
    state = (await drawing.said())[-1]
    assert [change.what for change in state.changes] == ["scores.agreed"]
    assert {str(each.skill): each.score for each in state.scores}["empathy"] == 3


async def test_what_was_scored_twice_is_not_edited_by_a_phone_any_more(drawing) -> None:
    drawn = await observed(drawing)
    await drawing.evan.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)
    path, edit = f"/v1/observations/{drawn}", drawing.form(interpreter=True)
    answer = await drawing.eve.put(path, json=edit, headers={"If-Match": '"1"'})
    assert (answer.status_code, "second time" in answer.json()["detail"]) == (409, True)


async def test_reliability_counts_the_pairs_and_shows_eve_only_herself(drawing) -> None:
    for _ in range(2):
        drawn = await observed(drawing)
        await drawing.evan.post(f"/v1/observations/{drawn}/second-coding", json=SECOND)
    await observed(drawing)
    found = (await drawing.pia.get("/v1/reliability")).json()
    assert (found["drawn"], found["coded"]) == (3, 2)
    skills = {each["skill"]: each for each in found["skills"]}
    assert (skills["empathy"]["pairs"], skills["empathy"]["exact_percent"], skills["empathy"]["band"]) == (
        2,
        0.0,
        "insufficient",
    )
    assert skills["clarity_about_concerns"]["pairs"] == 0
    assert {each["worker"]: each["biases"]["empathy"] for each in found["evaluators"]} == {"eve": 2.0, "evan": -2.0}
    own = (await drawing.eve.get("/v1/reliability")).json()
    assert [each["worker"] for each in own["evaluators"]] == ["eve"]


async def test_scores_of_whoever_is_not_certified_on_the_day_say_so(department) -> None:
    await department.observed()
    earned = await certified(department)
    assert (earned.status_code, earned.json()[0]["is_earned"], earned.json()[0]["valid_until"]) == (
        201,
        True,
        "2026-11-01",
    )
    await department.observed()
    await department.observed(observed_at="2026-04-30T10:00:00Z")
    assert [state.observer_certified for state in await department.said()] == [False, True, False]
    assert [len(state.reported) for state in await department.said()] == [0, 6, 0]


async def test_a_trial_that_falls_short_certifies_nobody_and_says_why(department) -> None:
    tried = await certified(department, trials=CERTIFICATION["trials"][:3])
    assert (tried.status_code, tried.json()[0]["is_earned"]) == (201, False)
    assert tried.json()[0]["falls_short_by"][0] == "10 recordings are needed"
    await department.observed()
    (state,) = await department.said()
    assert not state.observer_certified
    shown = (await department.asha.get("/v1/observations")).json()["items"][0]
    assert (shown["observer_certified"], shown["scores"]["empathy"]) == (False, 4), "it is fed back all the same"


async def test_nobody_certifies_themself_or_before_the_day(department) -> None:
    assert (await certified(department, "pia")).json()["type"] == "urn:dwc:problem:own-practice"
    assert (await certified(department, on="2026-05-15")).json()["type"] == "urn:dwc:problem:certified-in-the-future"
    assert (await certified(department, "zoe")).status_code == 422


@pytest.mark.parametrize("may", [False, True])
async def test_a_manager_observes_the_own_team_only_by_policy_and_never_independently(department, may) -> None:
    policy = department.app.state.settings.model_copy(update={"own_managers_observe": may})
    department.app.state.settings = policy
    norma = department.token("evaluator", worker="norma")
    forms = [department.form(worker=worker) for worker in ("asha", "ben")]
    own, other = [await norma.put(f"/v1/observations/{uuid4()}", json=form) for form in forms]
    assert (own.status_code, other.status_code) == ((201 if may else 403), 201)
    if not may:
        assert own.json()["type"] == "urn:dwc:problem:own-manager"
    rows = {row.worker_id: row.by_own_manager for row in await department.rows(Observation)}
    asha, ben = department.ids["asha"], department.ids["ben"]
    assert rows == ({asha: True, ben: False} if may else {ben: False})
    assert {state.worker_id: state.independent for state in await department.said()} == {
        who: not flagged for who, flagged in rows.items()
    }


async def test_the_seed_is_drawn_once_and_kept(department) -> None:
    await department.observed()
    (first,) = await department.rows(Seed)
    await department.observed()
    (second,) = await department.rows(Seed)
    assert (first.seed, len(first.seed)) == (second.seed, 32)
    drawn = {row.observation_id for row in await department.rows(SecondCoding)}
    rows = await department.rows(Observation)
    assert drawn == {row.id for row in rows if is_drawn(row.id.bytes, seed=first.seed)}
