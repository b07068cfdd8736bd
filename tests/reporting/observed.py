"""Observations as reporting hears of them, told with as few words as may be."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid5

from shared.contracts.codes import PracticeSkill
from shared.contracts.observation import PracticeState, Score

HERE = UUID("00000000-0000-7000-8000-000000000206")


def worker_id(worker: str) -> UUID:
    return uuid5(HERE, f"worker {worker}")


def practice(
    n: int, worker: str, team: str, on: date, scores: Sequence[int | None], *, late: bool = False, version: int = 1
) -> PracticeState:
    return PracticeState(
        authority="206",
        epoch=1,
        n=version,
        observation_id=uuid5(HERE, f"observation {n}"),
        child_id=uuid5(HERE, f"child {n}"),
        episode_id=uuid5(HERE, f"episode {n}"),
        worker_id=worker_id(worker),
        team=team,
        observer_id=worker_id("eve"),
        observed_on=on,
        rubric="msw-7.1",
        scores=tuple(
            Score(skill=skill, score=score)
            for skill, score in zip(PracticeSkill, scores, strict=True)
            if score is not None
        ),
        feedback_due_on=on + timedelta(days=7),
        feedback_given_on=on + timedelta(days=9 if late else 3),
        coaching_held_on=on + timedelta(days=7),
    )
