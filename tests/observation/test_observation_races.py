"""The same thing from many phones at once."""

import asyncio
from uuid import uuid4

from services.observation.practice.models import Observation


async def test_twenty_equal_forms_at_once_are_one_observation(department) -> None:
    observation_id, form = uuid4(), department.form()
    answers = await asyncio.gather(
        *(department.eve.put(f"/v1/observations/{observation_id}", json=form) for _ in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len(await department.rows(Observation)) == len(await department.said()) == 1


async def test_of_different_forms_under_one_id_the_first_stands(department) -> None:
    observation_id = uuid4()
    answers = await asyncio.gather(
        *(
            department.eve.put(f"/v1/observations/{observation_id}", json=department.form(evidence={"empathy": f"{n}"}))
            for n in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    assert len(await department.said()) == 1


async def test_feedback_given_by_two_at_once_is_given_once(department) -> None:
    path = f"/v1/observations/{await department.observed()}/feedback"
    feedback = {"strengths": ["warm"], "stretch": "name the risk", "given_on": "2026-05-14"}
    answers = await asyncio.gather(
        *(getattr(department, who).post(path, json=feedback) for who in ("eve", "cara", "pia") * 3)
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 8
    assert [state.n for state in await department.said()] == [1, 2]
