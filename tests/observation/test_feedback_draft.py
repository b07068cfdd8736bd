"""A draft of feedback begins from scores, beside the worker's own past; the worker answers, and sees who has looked."""

from uuid import uuid4

import pytest

from services.observation import permissions
from services.observation.coding.models import Seed
from services.observation.feedback.drafting import draft, looks_like, stretches_to
from services.observation.feedback.models import Contest
from services.observation.feedback.use import MAY_SEE
from services.observation.practice.rubric import CURRENT
from shared.contracts.codes import PracticeSkill
from tests.observation.test_coding_doors import SEED, observed
from tests.observation.test_feedback_doors import COACHING, FEEDBACK

EVOCATION, COLLABORATION, AUTONOMY, EMPATHY, PURPOSEFULNESS, CLARITY, CHILD_FOCUS = PracticeSkill


@pytest.mark.parametrize(
    ("scores", "past", "strengths", "stretch"),
    [
        ({EVOCATION: 2, EMPATHY: 4, CHILD_FOCUS: 5}, [], [CHILD_FOCUS, EMPATHY], EVOCATION),
        ({EVOCATION: 3, AUTONOMY: 3, EMPATHY: 3}, [], [EVOCATION, AUTONOMY], EMPATHY),
        ({EVOCATION: 3, AUTONOMY: 3, EMPATHY: 3}, [{EVOCATION: 5, EMPATHY: 1}], [EMPATHY, AUTONOMY], EVOCATION),
        ({EVOCATION: 2, EMPATHY: None}, [], [EVOCATION], None),
        ({}, [], [], None),
    ],
)
def test_two_strengths_and_a_stretch_and_among_equals_the_own_past_decides(scores, past, strengths, stretch) -> None:
    found = draft(scores, past)
    assert (found.strengths, found.stretch) == (strengths, stretch)


def test_a_score_stands_beside_the_last_and_the_mean_of_the_same_worker() -> None:
    (standing,) = draft({EMPATHY: 4}, [{EMPATHY: 3}, {EMPATHY: None}, {EMPATHY: 2}]).standings
    assert (standing.last, standing.mean, standing.earlier, standing.rise) == (3, 2.5, 2, 1.5)


@pytest.mark.parametrize(("score", "now", "then"), [(1, 1, 3), (2, 1, 3), (3, 3, 5), (5, 5, 5)])
def test_words_are_those_of_the_rubric(score, now, then) -> None:
    anchors = CURRENT.skills[0].anchors
    assert (looks_like(anchors, score), stretches_to(anchors, score)) == (anchors[now], anchors[then])


def test_whoever_may_read_observations_is_named_to_the_worker_and_nobody_else_is() -> None:
    assert set(MAY_SEE) == permissions.READ_OBSERVATIONS.roles


async def test_eve_begins_from_the_draft_and_asha_reflects_and_sees_who_looked(department) -> None:
    before = await department.observed(observed_at="2026-05-01T10:30:00+01:00")
    for door, body in {"feedback": FEEDBACK | {"given_on": "2026-05-02"}, "coaching": COACHING}.items():
        assert (await department.eve.post(f"/v1/observations/{before}/{door}", json=body)).status_code == 201
    said = {"episode_id": str(department.episode_id), "on": "2026-05-13", "age": 9, "way": "talked"}
    for words, may_see in (("she listened to me", True), ("do not tell her", False)):
        voice = said | {"words": words, "worker_may_see": may_see}
        assert (await department.evan.put(f"/v1/voices/{uuid4()}", json=voice)).status_code == 201
    path = f"/v1/observations/{await department.observed()}"
    drafted = (await department.eve.get(f"{path}/feedback/draft")).json()
    assert [each["skill"] for each in drafted["strengths"]] == ["empathy", "child_focus"]
    assert drafted["strengths"][0]["evidence"] == [{"at": "12:40", "note": "named what Mum had not said"}]
    assert (drafted["stretch"]["skill"], drafted["standings"][0]["last"]) == ("evocation", 2)
    assert drafted["last_goal"]["goal"] == COACHING["goal"]
    assert drafted["family_said"] == ["she listened to me"]
    assert (await department.asha.get(f"{path}/feedback/draft")).status_code == 403

    early = await department.asha.put(f"{path}/reflection", json={"words": "fair"})
    assert (early.status_code, early.json()["type"]) == (409, "urn:dwc:problem:not-yet-fed-back")
    await department.eve.post(f"{path}/feedback", json=FEEDBACK)
    own = [(await department.asha.put(f"{path}/reflection", json={"words": "fair"})).json() for _ in "12"]
    assert own[0] == own[1]
    assert own[0]["reflection"] == "fair"
    edited = await department.asha.put(f"{path}/reflection", json={"words": "hard"})
    assert edited.status_code == 428
    assert (await department.ben.put(f"{path}/reflection", json={"words": "mine"})).status_code == 404

    await department.norma.get(path)
    use = (await department.asha.get(f"{path}/use")).json()
    looked = [(each["role"], each["act"], each["is_you"]) for each in use["items"]]
    assert ("team_manager", "read observations", False) in looked
    assert ("social_worker", "answer feedback on the own practice", True) in looked
    assert "discipline" in use["purpose"]
    assert (await department.ben.get(f"{path}/use")).status_code == 404
    assert (await department.norma.get(f"{path}/use")).status_code == 403


async def test_what_asha_contests_is_scored_again_by_somebody_who_has_not_seen_it(department) -> None:
    async with department.database.transaction() as session:
        session.add(Seed(id=1, seed=SEED))
    path = f"/v1/observations/{await observed(department, drawn=False)}"
    words = {"skills": ["evocation"], "words": "I asked her twice what she wanted"}
    assert (await department.asha.post(f"{path}/contest", json=words)).status_code == 409
    await department.eve.post(f"{path}/feedback", json=FEEDBACK)
    not_scored = await department.asha.post(f"{path}/contest", json=words | {"skills": ["clarity_about_concerns"]})
    assert (not_scored.status_code, not_scored.json()["type"]) == (422, "urn:dwc:problem:not-scored")
    key = {"Idempotency-Key": "contest-1"}
    answers = [await department.asha.post(f"{path}/contest", json=words, headers=key) for _ in "12"]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json()["contest"] | {"contested_on": ""} == words | {"contested_on": "", "scored_again_at": None}
    assert (await department.asha.post(f"{path}/contest", json=words)).status_code == 409
    state = (await department.said())[-1]
    assert ([each.what for each in state.changes], str(state.contested_on)) == (["scores.contested"], "2026-05-14")
    assert "twice" not in state.model_dump_json()

    await department.cara.get(f"{path}/feedback/draft")
    again = {"basis": "both_present", "scores": department.form()["scores"] | {"evocation": 4}}
    seen = await department.cara.post(f"{path}/second-coding", json=again)
    assert (seen.status_code, seen.json()["type"]) == (403, "urn:dwc:problem:not-blind")
    assert [each["observation_id"] for each in (await department.evan.get("/v1/second-codings")).json()["items"]] == [
        path.rpartition("/")[2]
    ]
    assert (await department.evan.post(f"{path}/second-coding", json=again)).status_code == 201
    await department.evan.post(f"{path}/consensus", json={"scores": {"evocation": 4}})
    shown = (await department.asha.get(path)).json()
    assert (shown["scores"]["evocation"], shown["contested_on"]) == (4, "2026-05-14")
    assert (await department.asha.get(f"{path}/feedback")).json()["contest"]["scored_again_at"] is not None
    reliability = (await department.pia.get("/v1/reliability")).json()
    assert (reliability["drawn"], reliability["coded"]) == (0, 0), "what was not drawn by chance shows nothing"
    assert len(await department.rows(Contest)) == 1
