"""Which observations are scored a second time, and by whom."""

import hashlib
from collections.abc import Mapping

from shared.contracts.codes import PracticeSkill
from shared.problems import NotAllowed

SHARE = 0.20
"""One in five: the study that the scheme comes from had 21% scored again."""
FAR_APART = 2
"""So many points apart, two observers talk it over and agree on a score."""

Scores = Mapping[PracticeSkill, int | None]


class NotBlind(NotAllowed):
    title = "Whoever scores a second time is of another team, and has not seen the first scores"


def is_drawn(subject: bytes, *, seed: str) -> bool:
    """Whether a subject is among the fifth. Without the seed nobody can tell; with it anybody can draw again."""
    digest = hashlib.sha256(seed.encode() + subject).digest()
    return int.from_bytes(digest[:8]) / 2**64 < SHARE


def far_apart(first: Scores, second: Scores) -> list[PracticeSkill]:
    """The skills that both scored, and so far apart that they have to agree."""
    return [
        skill
        for skill in PracticeSkill
        if (one := first.get(skill)) is not None
        and (other := second.get(skill)) is not None
        and abs(one - other) >= FAR_APART
    ]
