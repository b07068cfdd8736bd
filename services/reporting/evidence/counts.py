"""Two shares, or two counts, beside each other: the difference, the ratio, and whether chance alone would do."""

from dataclasses import dataclass
from math import hypot, inf

import numpy as np
from scipy import stats

from services.reporting.evidence.intervals import Interval, exact_share_interval, share_interval

FEWEST_EXPECTED = 5
"""Below it in any of the four fields chi-squared is no more than a guess, and Fisher's exact test takes its place."""


def change_in_percent(before: float, after: float) -> float:
    return 100 * (after - before) / before


@dataclass(frozen=True)
class TwoShares:
    """The second share less the first."""

    points: float
    """In percentage points."""
    points_interval: Interval
    """Newcombe's, from the two Wilson intervals (1998, method 10)."""
    percent: float | None
    """As a percentage of the first; None where the first is nought."""
    test: str
    p: float


@dataclass(frozen=True)
class TwoCounts:
    """The second count, for its exposure, over the first."""

    percent: float | None
    ratio: float | None
    ratio_interval: Interval
    p: float
    """Exact: given how many there were in all, how they fell to the two (binomial)."""


def compare_shares(before: tuple[int, int], after: tuple[int, int]) -> TwoShares | None:
    """Compare two shares, each as numerator and denominator; None when one of them is of nothing."""
    (a, all_a), (b, all_b) = before, after
    of_a, of_b = share_interval(a, all_a), share_interval(b, all_b)
    if of_a is None or of_b is None:
        return None
    first, second = a / all_a, b / all_b
    low = second - first - hypot(second - of_b.low, of_a.high - first)
    high = second - first + hypot(of_b.high - second, first - of_a.low)
    test, p = _independence(a, all_a - a, b, all_b - b)
    return TwoShares(
        points=100 * (second - first),
        points_interval=Interval(100 * low, 100 * high),
        percent=change_in_percent(first, second) if a else None,
        test=test,
        p=p,
    )


def _independence(a: int, not_a: int, b: int, not_b: int) -> tuple[str, float]:
    table = np.array([[a, not_a], [b, not_b]])
    if 0 in {a + b, not_a + not_b}:
        return "none: all or none of both", 1.0
    if min(stats.contingency.expected_freq(table).flat) < FEWEST_EXPECTED:
        return "Fisher's exact test", float(stats.fisher_exact(table).pvalue)
    return "chi-squared", float(stats.chi2_contingency(table, correction=False).pvalue)


def compare_counts(before: int, after: int, exposures: tuple[float, float] = (1, 1)) -> TwoCounts | None:
    """Compare two counts of what happens one by one, each for its exposure; None when nothing happened at all."""
    both, share_of_time = before + after, exposures[1] / sum(exposures)
    split = exact_share_interval(after, both)
    if split is None:
        return None
    per_first = exposures[0] / exposures[1]
    ratio = per_first * after / before if before else None
    return TwoCounts(
        percent=None if ratio is None else 100 * (ratio - 1),
        ratio=ratio,
        ratio_interval=Interval(per_first * _odds(split.low), per_first * _odds(split.high)),
        p=float(stats.binomtest(after, both, share_of_time).pvalue),
    )


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else inf
