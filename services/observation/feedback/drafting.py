"""A draft of feedback from what was scored: two strengths and one stretch, beside the worker's own past and nobody else's.

It is where a conversation begins. Whoever observed chooses, and says it in their own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from shared.contracts.codes import PracticeSkill

STRENGTHS = 2
PAST = 20
"""How many earlier observations of the same worker are looked back on."""

Scores = Mapping[PracticeSkill, int | None]


@dataclass(frozen=True)
class Standing:
    """One skill as scored now, beside the same worker's earlier scores."""

    skill: PracticeSkill
    score: int
    last: int | None
    mean: float | None
    """Of the earlier ones."""
    earlier: int
    """How many those are."""

    @property
    def rise(self) -> float:
        return 0.0 if self.mean is None else self.score - self.mean


@dataclass(frozen=True)
class Draft:
    standings: Sequence[Standing]
    strengths: Sequence[PracticeSkill]
    stretch: PracticeSkill | None
    """None where nothing is left that was scored."""


def draft(scores: Scores, past: Sequence[Scores]) -> Draft:
    """The highest two and the lowest of what was scored; among equals the one that rose most, or fell most, against the own
    past. `past` is in order, the latest first.
    """
    standings = [_standing(skill, score, past) for skill in PracticeSkill if (score := scores.get(skill)) is not None]
    best_first = sorted(standings, key=lambda each: (-each.score, -each.rise))
    return Draft(
        standings=standings,
        strengths=[each.skill for each in best_first[:STRENGTHS]],
        stretch=best_first[-1].skill if len(best_first) > STRENGTHS else None,
    )


def _standing(skill: PracticeSkill, score: int, past: Sequence[Scores]) -> Standing:
    earlier = [then for each in past if (then := each.get(skill)) is not None]
    return Standing(skill, score, earlier[0] if earlier else None, fmean(earlier) if earlier else None, len(earlier))


def looks_like(anchors: Mapping[int, str], score: int) -> str:
    """What a score looks like, in the rubric's words: the nearest that are not above it."""
    return anchors[max(level for level in anchors if level <= score)]


def stretches_to(anchors: Mapping[int, str], score: int) -> str:
    """What comes next, in the rubric's words."""
    return anchors[min((level for level in anchors if level > score), default=max(anchors))]
