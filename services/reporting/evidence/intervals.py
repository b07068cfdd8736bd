"""Intervals at 95%. scipy takes a second to import, so it is loaded with this module, at start-up and not in a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Mean:
    """A mean with its n, and with spread and interval where n allows."""

    n: int
    mean: float
    sd: float | None
    interval: Interval | None


def mean_of(values: Mapping[Fraction, int]) -> Mean | None:
    """The mean of values given as how often each occurred; None when there are none.

    The interval is Student's t on n - 1 degrees of freedom; none for a single value or where all are the same.
    """
    n = sum(values.values())
    if n == 0:
        return None
    total = sum((value * count for value, count in values.items()), Fraction(0))
    mean = total / n
    if n == 1:
        return Mean(n, float(mean), None, None)
    squares = sum(((value - mean) ** 2 * count for value, count in values.items()), Fraction(0))
    sd = sqrt(squares / (n - 1))
    if sd == 0:
        return Mean(n, float(mean), 0.0, None)
    half = float(stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1)) * sd / sqrt(n)
    return Mean(n, float(mean), sd, Interval(float(mean) - half, float(mean) + half))


def share_interval(numerator: int, denominator: int) -> Interval | None:
    """Wilson's interval for a share, as proportions; None when there is nothing to share."""
    if denominator == 0:
        return None
    found = stats.binomtest(numerator, denominator).proportion_ci(CONFIDENCE, method="wilson")
    return Interval(float(found.low), float(found.high))
