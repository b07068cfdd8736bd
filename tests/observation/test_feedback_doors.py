"""Feedback, coaching and what is overdue."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.observation.feedback.models import Feedback
from shared.clock import held_at

FEEDBACK = {
    "strengths": ["Found out what the mother wanted", "Kept coming back to the boy"],
    "stretch": "Say plainly what you are worried about",
    "given_on": "2026-05-14",
}
COACHING = {"held_on": "2026-05-14", "goal": "Name one concern in each visit", "review_on": "2026-06-11"}


async def test_cara_gives_feedback_then_coaches_and_asha_reads_both(department) -> None:
    path = f"/v1/observations/{await department.observed()}"
    given = await department.cara.post(f"{path}/feedback", json=FEEDBACK)
    assert given.status_code == 201, given.text
    assert (given.json()["due_on"], given.json()["days_late"], given.json()["coaching"]) == ("2026-05-19", 0, None)
    coached = await department.cara.post(f"{path}/coaching", json=COACHING)
    assert coached.status_code == 201, coached.text
    assert (await department.asha.get(f"{path}/feedback")).json() == coached.json()
    assert coached.json()["coaching"] == COACHING
    states = await department.said()
    assert [state.n for state in states] == [1, 2, 3]
    assert [state.changes[0].what for state in states] == ["observation.recorded", "feedback.given", "coaching.held"]
    assert (str(states[2].feedback_given_on), str(states[2].coaching_held_on)) == ("2026-05-14", "2026-05-14")
    assert "worried" not in "".join(state.model_dump_json() for state in states)
    assert (await department.asha.get(path)).json()["stage"] == "coaching_held"


@pytest.mark.parametrize(
    ("given_on", "days_late"), [("2026-05-12", 0), ("2026-05-19", 0), ("2026-05-20", 1), ("2026-06-20", 32)]
)
async def test_feedback_from_the_eighth_day_is_late_and_taken(department, given_on, days_late) -> None:
    path = f"/v1/observations/{await department.observed()}"
    with held_at(datetime(2026, 7, 1, 12, tzinfo=UTC)):
        given = await department.eve.post(f"{path}/feedback", json=FEEDBACK | {"given_on": given_on})
    assert (given.status_code, given.json()["days_late"]) == (201, days_late)


@pytest.mark.parametrize(
    ("door", "body", "problem"),
    [
        ("feedback", FEEDBACK | {"given_on": "2026-05-11"}, "given-out-of-order"),
        ("feedback", FEEDBACK | {"given_on": "2026-05-15"}, "given-out-of-order"),
        ("feedback", FEEDBACK | {"strengths": []}, "invalid"),
    ],
)
async def test_feedback_that_cannot_be_right_is_refused(department, door, body, problem) -> None:
    path = f"/v1/observations/{await department.observed()}/{door}"
    answer = await department.eve.post(path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:dwc:problem:{problem}")
    assert len(await department.said()) == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (COACHING | {"held_on": "2026-05-13"}, "coached-out-of-order"),
        (COACHING | {"held_on": "2026-05-15"}, "coached-out-of-order"),
        (COACHING | {"review_on": "2026-05-14"}, "reviewed-out-of-order"),
    ],
)
async def test_coaching_that_cannot_be_right_is_refused(department, body, problem) -> None:
    path = f"/v1/observations/{await department.observed()}"
    await department.eve.post(f"{path}/feedback", json=FEEDBACK)
    answer = await department.eve.post(f"{path}/coaching", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:dwc:problem:{problem}")


async def test_coaching_before_feedback_and_feedback_twice_are_out_of_turn(department) -> None:
    path = f"/v1/observations/{await department.observed()}"
    early = await department.eve.post(f"{path}/coaching", json=COACHING)
    await department.eve.post(f"{path}/feedback", json=FEEDBACK)
    twice = await department.eve.post(f"{path}/feedback", json=FEEDBACK)
    assert [early.status_code, twice.status_code] == [409, 409]
    assert early.json()["type"] == twice.json()["type"] == "urn:dwc:problem:out-of-turn"
    assert "awaits feedback" in early.json()["detail"]
    assert "awaits coaching" in twice.json()["detail"]


async def test_a_retry_under_its_key_is_answered_and_not_done_again(department) -> None:
    path = f"/v1/observations/{await department.observed()}"
    key = {"Idempotency-Key": "from-eves-phone"}
    answers = await asyncio.gather(
        *(department.eve.post(f"{path}/feedback", json=FEEDBACK, headers=key) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    coached = [await department.eve.post(f"{path}/coaching", json=COACHING, headers=key) for _ in range(2)]
    assert [answer.json()["coaching"] for answer in coached] == [COACHING] * 2
    assert len(await department.said()) == 3


async def test_who_may_not_give_feedback(department) -> None:
    observation_id = await department.observed()
    path = f"/v1/observations/{observation_id}/feedback"
    assert (await department.asha.post(path, json=FEEDBACK)).status_code == 403
    assert (await department.norma.post(path, json=FEEDBACK)).status_code == 403
    assert (await department.evan.post(path, json=FEEDBACK)).status_code == 404
    assert (await department.eve.post(f"/v1/observations/{uuid4()}/feedback", json=FEEDBACK)).status_code == 404
    unknown = await department.token("coach").post(path, json=FEEDBACK)
    assert (unknown.status_code, unknown.json()["type"]) == (403, "urn:dwc:problem:not-in-the-workforce")
    own = await department.token("coach", worker="asha").post(path, json=FEEDBACK)
    assert (own.status_code, own.json()["type"]) == (403, "urn:dwc:problem:own-practice")
    assert await department.rows(Feedback) == []


async def test_there_is_no_feedback_to_read_before_it_is_given(department) -> None:
    answer = await department.asha.get(f"/v1/observations/{await department.observed()}/feedback")
    assert answer.status_code == 404


async def overdue(visitor) -> list[tuple[str, int]]:
    answer = await visitor.get("/v1/feedback/overdue")
    assert answer.status_code == 200, answer.text
    return [(item["observation_id"], item["days_overdue"]) for item in answer.json()["items"]]


async def test_feedback_is_overdue_from_the_eighth_day_at_midnight_in_london(department) -> None:
    with held_at(datetime(2026, 3, 24, 23, 45, tzinfo=UTC)):  # still winter time: 24 March
        observation_id = str(await department.observed(observed_at="2026-03-24T23:30:00Z"))
    with held_at(datetime(2026, 3, 31, 22, 59, tzinfo=UTC)):  # summer time since the 29th: 31 March, 23:59
        assert await overdue(department.cara) == []
    with held_at(datetime(2026, 3, 31, 23, 0, tzinfo=UTC)):  # 1 April, 00:00
        assert await overdue(department.cara) == [(observation_id, 1)]
    feedback = FEEDBACK | {"given_on": "2026-04-02"}
    with held_at(datetime(2026, 4, 2, 12, tzinfo=UTC)):
        late = await department.eve.post(f"/v1/observations/{observation_id}/feedback", json=feedback)
        assert late.json()["days_late"] == 2
        assert await overdue(department.cara) == []


async def test_the_longest_overdue_comes_first_and_a_manager_sees_the_own_team(department) -> None:
    newer = str(await department.observed(observed_at="2026-05-06T09:00:00Z"))
    older = str(await department.observed(observed_at="2026-04-20T09:00:00Z"))
    bens = str(await department.observed(by="evan", worker="ben", observed_at="2026-05-01T09:00:00Z"))
    parked = str(await department.observed(episode_id=str(uuid4()), observed_at="2026-05-02T09:00:00Z"))
    await department.observed()
    everyone = [(older, 17), (bens, 6), (parked, 5), (newer, 1)]
    assert await overdue(department.cara) == everyone
    assert await overdue(department.pia) == everyone
    assert await overdue(department.token("service_manager")) == everyone
    assert await overdue(department.norma) == [(older, 17), (parked, 5), (newer, 1)]
    assert await overdue(department.sid) == await overdue(department.evan) == [(bens, 6)]
    for role in ("social_worker", "performance_analyst"):
        assert (await department.token(role, worker="asha").get("/v1/feedback/overdue")).status_code == 403
    paged, after = [], ""
    while after is not None:
        page = (await department.cara.get(f"/v1/feedback/overdue?limit=1{after and '&after='}{after}")).json()
        paged += [item["observation_id"] for item in page["items"]]
        after = page["next"]
    assert paged == [observation_id for observation_id, _ in everyone]
