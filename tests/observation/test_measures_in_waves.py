"""What a family answers in a wave takes it, is told as scores, and follows what the family wills afterwards."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from services.observation.measures.models import Answers
from services.observation.waves.models import Wave
from shared.clock import held_at
from shared.contracts.observation import ParticipationState
from shared.messaging import outbox
from tests.observation.test_measures_doors import answered, problem

WORDING = {
    "reference": "w-1",
    "purposes": ["t1", "t2", "sharing"],
    "text": "May we ask you how it was, and tell the worker?",
}
LATE = datetime(2026, 5, 20, 11, tzinfo=UTC)
"""Asha has held the case since 1 April: the first window closed on 13 May."""


async def made(answering):
    answer = await answering
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
async def followed(department):
    """Asha's case is in a cohort, and its mother has agreed to everything; `department.waves` are its waves by name."""
    cohort = {"name": "2026", "allocated_from": "2026-04-01", "allocated_until": "2027-03-31", "share": 1.0}
    await made(department.pia.post("/v1/cohorts", json=cohort))
    await made(department.pia.post("/v1/wordings", json=WORDING))
    await department.hears(department.child(n=2))
    (case,) = (await made(department.pia.get("/v1/participations")))["items"]
    department.agreements = f"/v1/participations/{case['id']}/agreements"
    agreed = {"person": "mother", "purposes": WORDING["purposes"], "answer": "given", "wording": "w-1"}
    agreed |= {"on": "2026-05-01"}
    department.agreed = agreed
    await made(department.eve.post(department.agreements, json=agreed))
    async with department.database.reading() as session:
        waves = await session.exec(select(Wave).where(Wave.participation_id == UUID(case["id"])))
        department.waves = {wave.name: str(wave.id) for wave in waves}
    return department


async def last_said(department) -> ParticipationState:
    async with department.database.reading() as session:
        waiting = await outbox.oldest(session, limit=1000)
    said = [envelope for _, envelope in waiting if envelope.type == ParticipationState.type_of_events()]
    return ParticipationState.model_validate_json(said[-1].data)


async def test_answers_take_their_wave_and_are_told_as_scores_and_never_as_answers(followed) -> None:
    body = answered(followed, wave_id=followed.waves["T1"], instrument="stress", answers=[2] * 12, words="tired out")
    path = f"/v1/answers/{uuid4()}"
    first, again = [await followed.eve.put(path, json=body) for _ in "12"]
    assert (first.status_code, again.status_code, first.json()["in_window"]) == (201, 200, True)
    state = await last_said(followed)
    assert [each.what for each in state.changes] == ["answers.recorded"]
    assert next(each for each in state.waves if each.wave == "T1").stage == "taken"
    told = [(each.scale, each.value, each.is_case, each.in_window, each.missing) for each in state.measured]
    assert told == [("likert", 24, None, True, 0), ("caseness", 12, True, True, 0)]
    assert "tired" not in state.model_dump_json()
    n = state.n
    edited = await followed.eve.put(path, json=body | {"answers": [1] * 12}, headers={"If-Match": "*"})
    assert edited.status_code == 200
    state = await last_said(followed)
    assert (state.n, state.measured[0].value) == (n + 1, 12)
    beside = await followed.eve.put(f"/v1/answers/{uuid4()}", json=answered(followed))
    assert (beside.json()["in_window"], (await last_said(followed)).n) == (None, n + 1)


async def test_what_comes_after_the_window_is_kept_and_said_to_be_late(followed) -> None:
    with held_at(LATE):
        body = answered(followed, wave_id=followed.waves["T1"], asked_on="2026-05-20")
        late = await followed.eve.put(f"/v1/answers/{uuid4()}", json=body)
    assert (late.status_code, late.json()["in_window"]) == (201, False), late.text
    assert [each.in_window for each in (await last_said(followed)).measured] == [False]


async def test_a_wave_is_of_one_case_and_taken_only_where_the_family_agreed(followed) -> None:
    other = answered(followed, wave_id=followed.waves["T1"], episode_id=str(uuid4()))
    assert problem(await followed.eve.put(f"/v1/answers/{uuid4()}", json=other)) == (422, "wave-of-another-case")
    missing = answered(followed, wave_id=str(uuid4()))
    assert (await followed.eve.put(f"/v1/answers/{uuid4()}", json=missing)).status_code == 404
    on_record = answered(followed, wave_id=followed.waves["T3"])
    assert (await followed.eve.put(f"/v1/answers/{uuid4()}", json=on_record)).status_code == 409
    assert await followed.rows(Answers) == []


async def test_whoever_withdraws_is_heeded_at_once_and_forgotten_where_they_ask_for_it(followed) -> None:
    body = answered(followed, wave_id=followed.waves["T1"], worker_may_see=True)
    await made(followed.eve.put(f"/v1/answers/{uuid4()}", json=body))
    assert len((await made(followed.asha.get("/v1/answers")))["items"]) == 1
    unshared = followed.agreed | {"purposes": ["sharing"], "answer": "withdrawn", "on": "2026-05-14"}
    await made(followed.eve.post(followed.agreements, json=unshared))
    assert (await made(followed.asha.get("/v1/answers")))["items"] == []
    assert len(await followed.rows(Answers)) == 1
    gone = unshared | {"purposes": ["t1"], "past_forgotten": True}
    await made(followed.eve.post(followed.agreements, json=gone))
    assert await followed.rows(Answers) == []
    assert (await last_said(followed)).measured == ()
