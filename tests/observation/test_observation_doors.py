"""Recording and reading observations: one happy and the refused paths of each door."""

import random
from uuid import uuid4

import pytest

from services.observation.practice.models import Observation
from shared.audit import audit_table
from shared.contracts.codes import PracticeSkill


async def test_eve_records_a_visit_and_all_of_it_is_said_but_not_a_word_of_hers(department) -> None:
    observation_id = uuid4()
    answer = await department.eve.put(f"/v1/observations/{observation_id}", json=department.form())
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["worker"], shown["observer"], shown["team"]) == ("asha", "eve", "north")
    assert (shown["stage"], shown["is_parked"], shown["worker_held_case"]) == ("recorded", False, True)
    assert (shown["observed_on"], shown["feedback_due_on"]) == ("2026-05-12", "2026-05-19")
    assert shown["scores"]["clarity_about_concerns"] is None
    assert shown["composites"] == {
        "all7_mean": 3.17,
        "relationship3": 3.33,
        "authority3": None,
        "evocation1": 2.0,
        "mi4_mean": 3.0,
    }
    (state,) = await department.said()
    assert (state.observation_id, state.child_id, state.n) == (observation_id, department.child_id, 1)
    assert (state.worker_id, state.observer_id) == (department.ids["asha"], department.ids["eve"])
    assert [(change.what, str(change.on)) for change in state.changes] == [("observation.recorded", "2026-05-12")]
    assert {score.skill: score.score for score in state.scores} == {
        PracticeSkill(skill): score for skill, score in department.form()["scores"].items() if score is not None
    }
    assert "Mum" not in state.model_dump_json()


async def test_the_same_form_three_times_with_its_fields_shuffled_is_one_observation(department) -> None:
    observation_id, form, answers = uuid4(), department.form(), []
    for seed in range(3):
        shuffled = list(form.items())
        random.Random(seed).shuffle(shuffled)
        answers.append(await department.eve.put(f"/v1/observations/{observation_id}", json=dict(shuffled)))
    elsewhere = form | {"observed_at": "2026-05-12T09:30:00Z"}  # the same instant, told by a phone set to UTC
    answers.append(await department.eve.put(f"/v1/observations/{observation_id}", json=elsewhere))
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len(await department.said()) == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"observed_at": "2026-05-15T00:01:00+01:00"}, "observed-in-the-future"),
        ({"worker": "zoe"}, "worker-not-known"),
        ({"rubric": "msw-9"}, "rubric-not-known"),
        ({"observed_at": "2023-12-31T12:00:00Z"}, "worker-in-no-team"),
        ({"rubric": "msw-7.2"}, "evidence-missing"),
    ],
)
async def test_what_cannot_be_right_is_refused_and_nothing_is_kept(department, changes, problem) -> None:
    answer = await department.eve.put(f"/v1/observations/{uuid4()}", json=department.form(**changes))
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:dwc:problem:{problem}")
    assert await department.rows(Observation) == []


@pytest.mark.parametrize("mark", [0, 6, 2.5, 3.0, "3", True])
async def test_only_whole_marks_from_one_to_five_are_taken(department, mark) -> None:
    scores = department.form()["scores"] | {"empathy": mark}
    answer = await department.eve.put(f"/v1/observations/{uuid4()}", json=department.form(scores=scores))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/scores/empathy")


@pytest.mark.parametrize(
    "changes",
    [
        {"scores": {"empathy": 3}},
        {"observed_at": "2026-05-12T10:30:00"},
        {"observed_at": "9999-12-31T23:59:59-12:00"},
        {"evidence": {"empathy": "\x00"}},
        {"evidence": {"empathy": []}},
        {"evidence": {"empathy": [{"at": "12:60", "note": "x"}]}},
        {"evidence": {"empathy": [{"at": "12:40"}]}},
        {"observer": "evan"},
        {"worker": ""},
    ],
)
async def test_a_form_of_the_wrong_shape_is_refused(department, changes) -> None:
    answer = await department.eve.put(f"/v1/observations/{uuid4()}", json=department.form(**changes))
    assert answer.status_code == 422, answer.text


async def test_nobody_observes_themself(department) -> None:
    own = department.form(worker="cara")
    answer = await department.cara.put(f"/v1/observations/{uuid4()}", json=own)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:dwc:problem:own-practice")


async def test_an_observer_who_is_in_no_workforce_is_refused(department) -> None:
    for visitor in (department.token("evaluator"), department.token("evaluator", worker="zoe")):
        answer = await visitor.put(f"/v1/observations/{uuid4()}", json=department.form())
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:dwc:problem:not-in-the-workforce")


async def test_a_visit_to_somebody_elses_case_is_kept_and_flagged(department) -> None:
    observation_id = await department.observed(worker="ben")
    shown = (await department.eve.get(f"/v1/observations/{observation_id}")).json()
    assert (shown["worker_held_case"], shown["team"]) == (False, "south")
    (allocation,) = department.child().episodes[0].allocations
    corrected = allocation.model_copy(update={"worker_id": department.ids["ben"]})
    episode = department.child().episodes[0].model_copy(update={"allocations": (corrected,)})
    await department.hears(department.child(n=2, episodes=(episode,)))
    shown = (await department.eve.get(f"/v1/observations/{observation_id}")).json()
    assert shown["worker_held_case"] is True


async def test_a_foreign_observation_and_a_missing_one_are_the_same_404(department) -> None:
    observation_id = await department.observed()
    foreign = await department.ben.get(f"/v1/observations/{observation_id}")
    missing = await department.ben.get(f"/v1/observations/{uuid4()}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


async def test_asha_pages_through_her_own_observations_and_no_others(department) -> None:
    hers = sorted([await department.observed() for _ in range(3)], key=str)
    await department.observed(worker="ben")
    first = (await department.asha.get("/v1/observations?limit=2")).json()
    rest = (await department.asha.get(f"/v1/observations?limit=2&after={first['next']}")).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [str(id) for id in hers]
    assert rest["next"] is None


async def test_reading_an_observation_is_audited_with_whom_it_is_about(department) -> None:
    observation_id = await department.observed()
    await department.asha.get(f"/v1/observations/{observation_id}")
    async with department.database.reading() as session:
        last = (await session.execute(audit_table.select().order_by(audit_table.c.seq.desc()))).first()
    assert (last.actor, last.act) == ("asha", "read observations")
    about = (observation_id, department.ids["asha"], department.child_id)
    assert set(last.subjects) == {str(id) for id in about}


async def test_anybody_may_read_the_rubric(department) -> None:
    for role in ("social_worker", "outside_analyst"):
        rubric = (await department.token(role).get("/v1/rubric")).json()
        assert (rubric["version"], rubric["needs_evidence"]) == ("msw-7.2", True)
        assert [each["skill"] for each in rubric["skills"]] == list(PracticeSkill)
        assert rubric["skills"][3]["anchors"].keys() == {"1", "3", "5"}
    assert (await department.token("coach").get("/v1/rubric", headers={"Authorization": ""})).status_code == 401


async def test_a_form_is_valid_under_the_version_it_was_begun_with(department) -> None:
    older, newer = await department.observed(), uuid4()
    evidence = {skill: [{"at": "3:05", "note": "asked what she would do"}] for skill in PracticeSkill}
    sent = department.form(rubric="msw-7.2", evidence=evidence)
    assert (await department.eve.put(f"/v1/observations/{newer}", json=sent)).status_code == 201
    shown = [(await department.asha.get(f"/v1/observations/{id}")).json() for id in (older, newer)]
    assert [each["rubric"] for each in shown] == ["msw-7.1", "msw-7.2"]
    assert ["mi_spirit3" in each["composites"] for each in shown] == [False, True]
    assert shown[1]["evidence"]["autonomy"] == [{"at": "3:05", "note": "asked what she would do"}]
    live = (await department.asha.get("/v1/rubrics")).json()
    assert [(each["version"], each["needs_evidence"]) for each in live] == [("msw-7.1", False), ("msw-7.2", True)]


async def test_evidence_in_one_text_as_the_first_forms_had_it_is_a_note_without_its_time(department) -> None:
    observation_id = await department.observed(evidence={"empathy": "named what Mum had not said"})
    shown = (await department.asha.get(f"/v1/observations/{observation_id}")).json()
    assert shown["evidence"] == {"empathy": [{"at": None, "note": "named what Mum had not said"}]}
