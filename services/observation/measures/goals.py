"""Goal attainment scaling: goals of different weight, each attained from -2 to +2, as one figure with 50 for what was expected.

Source: Kiresuk and Sherman 1968, with goals that are assumed to go together by 0.3.
"""

from collections.abc import Sequence
from math import sqrt

from shared.problems import Conflict

HIGHEST_GAIN = 2
HIGHEST_WEIGHT = 4
GO_TOGETHER = 0.3


class GoalIsRated(Conflict):
    title = "This goal has been rated; what was expected of it is not changed afterwards"


def t_score(weights: Sequence[int], gains: Sequence[int]) -> float:
    """The T score of goals with these weights, attained so far. 50 is as expected, ten points are one deviation."""
    total = sum(weights)
    spread = (1 - GO_TOGETHER) * sum(weight**2 for weight in weights) + GO_TOGETHER * total**2
    return 50 + 10 * sum(weight * gain for weight, gain in zip(weights, gains, strict=True)) / sqrt(spread)
