"""Two groups of different people: their means, and how often one of the second is above one of the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special, stats

from services.reporting.evidence.intervals import UPPER, Interval, Mean, around, mean_of, two_sided
from services.reporting.evidence.paired import without_bias

FEWEST_EACH = 10
"""Below it in either group nothing is tested."""


@dataclass(frozen=True)
class Welch:
    """A t test that does not suppose the two spread alike."""

    t: float
    df: float
    p: float
    interval: Interval
    """Of the difference of the means."""
    g: float
    """The difference in pooled standard deviations, less its bias in small samples (Hedges)."""
    g_interval: Interval


@dataclass(frozen=True)
class TwoGroups:
    """The second group less the first."""

    first: Mean
    second: Mean
    difference: float
    welch: Welch | None
    """None where a group is too small to test, or neither varies."""
    above: float
    """How often one of the second is above one of the first, ties counting half."""
    rank_p: float | None
    """Mann and Whitney's; Brunner and Munzel's where the scale is ordinal, for it does not suppose like spreads."""


def compare_groups(first: Sequence[float], second: Sequence[float], *, ordinal: bool = False) -> TwoGroups | None:
    """Compare two groups of people; None when one is empty."""
    one, other = mean_of(first), mean_of(second)
    if one is None or other is None:
        return None
    wins = np.subtract.outer(np.asarray(second, dtype=float), np.asarray(first, dtype=float))
    varies = min(one.n, other.n) >= FEWEST_EACH and bool(one.sd or other.sd)
    return TwoGroups(
        first=one,
        second=other,
        difference=other.mean - one.mean,
        welch=welch(one, other) if varies else None,
        above=float((wins > 0).mean() + (wins == 0).mean() / 2),
        rank_p=_rank_p(first, second, ordinal=ordinal) if varies else None,
    )


def welch(one: Mean, other: Mean) -> Welch | None:
    """Welch's test from n, mean and standard deviation; None where one is missing or neither group varies."""
    if one.sd is None or other.sd is None or not (one.sd or other.sd):
        return None
    a, b = one.sd**2 / one.n, other.sd**2 / other.n
    error, difference = sqrt(a + b), other.mean - one.mean
    df = (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1))
    within = one.n + other.n - 2
    pooled = sqrt(((one.n - 1) * one.sd**2 + (other.n - 1) * other.sd**2) / within)
    g = without_bias(difference / pooled, within)
    half = float(special.ndtri(UPPER)) * sqrt(1 / one.n + 1 / other.n + g**2 / (2 * (one.n + other.n)))
    return Welch(
        difference / error,
        df,
        two_sided(difference / error, df),
        around(difference, error, df),
        g,
        Interval(g - half, g + half),
    )


def _rank_p(first: Sequence[float], second: Sequence[float], *, ordinal: bool) -> float:
    apart = max(first) < min(second) or max(second) < min(first)
    if ordinal and not apart:  # Brunner and Munzel's variance is nought where the groups do not overlap
        return float(stats.brunnermunzel(first, second).pvalue)
    return float(stats.mannwhitneyu(first, second, alternative="two-sided").pvalue)
