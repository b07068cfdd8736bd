"""A mean, a share, a rate, each with its interval at 95%."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

CONFIDENCE = 0.95
UPPER = 0.5 + CONFIDENCE / 2
"""The quantile that leaves half of what is outside the interval above it."""


@dataclass(frozen=True)
class Interval:
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high

    def times(self, factor: float) -> "Interval":
        return Interval(*sorted((factor * self.low, factor * self.high)))


@dataclass(frozen=True)
class Mean:
    """A mean with its n, and with spread and interval where n allows."""

    n: int
    mean: float
    sd: float | None
    interval: Interval | None


def mean_of(values: Sequence[float]) -> Mean | None:
    """The mean of some values; None when there are none.

    The interval is Student's t on n - 1 degrees of freedom; none for a single value or where all are the same.
    """
    if not values:
        return None
    n, mean = len(values), float(np.mean(values))
    if n == 1:
        return Mean(n, mean, None, None)
    sd = float(np.std(values, ddof=1))
    return Mean(n, mean, sd, around(mean, sd / sqrt(n), n - 1) if sd else None)


def around(estimate: float, standard_error: float, freedom: float) -> Interval:
    """Student's interval around an estimate."""
    half = float(special.stdtrit(freedom, UPPER)) * standard_error
    return Interval(estimate - half, estimate + half)


def two_sided(t: float, freedom: float) -> float:
    """How often chance alone gives a t at least so far from nought."""
    return 2 * float(special.stdtr(freedom, -abs(t)))


def share_interval(numerator: int, denominator: int) -> Interval | None:
    """Wilson's interval for a share, as proportions (1927); None when there is nothing to share."""
    if denominator == 0:
        return None
    share, z2 = numerator / denominator, float(special.ndtri(UPPER)) ** 2 / denominator
    half = sqrt(share * (1 - share) * z2 + z2**2 / 4)
    low, high = ((share + z2 / 2 + sign * half) / (1 + z2) for sign in (-1, 1))
    return Interval(low if numerator else 0.0, high if numerator < denominator else 1.0)


def exact_share_interval(numerator: int, denominator: int) -> Interval | None:
    """Clopper and Pearson's interval for a share, never narrower than it says; None when there is nothing to share."""
    if denominator == 0:
        return None
    rest = denominator - numerator
    low = float(special.betaincinv(numerator, rest + 1, 1 - UPPER)) if numerator else 0.0
    return Interval(low, float(special.betaincinv(numerator + 1, rest, UPPER)) if rest else 1.0)


def count_interval(count: int) -> Interval:
    """The exact interval of what a count stands for, if things happen one by one (Garwood, 1936)."""
    low = float(special.chdtri(2 * count, UPPER)) / 2 if count else 0.0
    return Interval(low, float(special.chdtri(2 * count + 2, 1 - UPPER)) / 2)


def per_10_000(count: float, population: float) -> float:
    return 10_000 * count / population


def rate_interval(count: int, population: float) -> Interval:
    """The exact interval of a rate per 10,000."""
    return count_interval(count).times(10_000 / population)
