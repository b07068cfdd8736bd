"""A phone that was offline for two weeks and then sends everything, three times over and in no order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

FORMS = 200
EDITED = 70
"""So many of the forms were edited afterwards, one to three times."""
TIMES = 3
SKILLS = (
    "evocation", "collaboration", "autonomy", "empathy", "purposefulness", "clarity_about_concerns", "child_focus",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """One body, and the version it replaces."""

    observation_id: UUID
    replaces: int
    body: dict[str, Any]

    @property
    def request(self) -> dict[str, Any]:
        headers = {"If-Match": f'"{self.replaces}"'} if self.replaces else {}
        return {"url": f"/v1/observations/{self.observation_id}", "json": self.body, "headers": headers}


def two_weeks_offline(seed: int, form: dict[str, Any], episodes: Sequence[UUID]) -> tuple[list[Sent], dict[UUID, Sent]]:
    """What the phone sends, in the order it sends it; and the last version of each form."""
    chance = random.Random(seed)
    saved, last = [], {}
    for number in range(FORMS):
        observation_id = UUID(int=chance.getrandbits(128), version=4)
        for version in range(1 + (chance.randint(1, 3) if number < EDITED else 0)):
            body = form | {
                "episode_id": str(episodes[number % len(episodes)]),
                "scores": {skill: chance.randint(1, 5) for skill in SKILLS},
                "saved_at": f"2026-05-{1 + number % 12:02d}T{9 + version:02d}:00:00Z",
            }
            last[observation_id] = Sent(observation_id, version, body)
            saved.append(last[observation_id])
    sent = saved * TIMES
    chance.shuffle(sent)
    return sent, last
