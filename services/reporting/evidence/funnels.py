"""Funnels: how far a team's share may lie from the service's by chance alone. They are no league table.

With few teams it cannot be told whether teams differ by more than chance as a rule. A point outside is a reason to look,
and never a judgement (Spiegelhalter, 2005).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

QUANTILES = (0.001, 0.025, 0.975, 0.999)
"""The 99.8% limits and within them the 95% limits."""


@dataclass(frozen=True)
class Limits:
    low_998: float
    low_95: float
    high_95: float
    high_998: float


@dataclass(frozen=True)
class Placed:
    """One share among the limits for its denominator."""

    numerator: int
    denominator: int
    limits: Limits | None
    """None where there is nothing to take a share of."""
    look: bool
    """Outside the 99.8% limits."""


def binomial_limits(target: float, denominator: int) -> Limits:
    """Exact limits of a share around a target, interpolated between whole counts (Spiegelhalter, 2005, appendix A.1)."""
    return Limits(*(_limit(target, denominator, quantile) for quantile in QUANTILES))


def _limit(target: float, denominator: int, quantile: float) -> float:
    count = _least_reaching(target, denominator, quantile)
    reached = float(special.bdtr(count, denominator, target))
    before = float(special.bdtr(count - 1, denominator, target)) if count else 0.0
    short_by = (reached - quantile) / (reached - before)
    return min(max((count - short_by) / denominator, 0.0), 1.0)


def _least_reaching(target: float, denominator: int, quantile: float) -> int:
    """The least count that chance stays at or below more often than the quantile."""
    low, high = 0, denominator
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if special.bdtr(middle, denominator, target) > quantile else (middle + 1, high)
    return low


def funnel(shares: Sequence[tuple[int, int]], target: float | None = None) -> list[Placed]:
    """Each share among the limits around the target: the share of all together, unless another is given."""
    over, under = sum(share[0] for share in shares), sum(share[1] for share in shares)
    if target is None:
        target = over / under if under else 0.0
    return [_placed(numerator, denominator, target) for numerator, denominator in shares]


def _placed(numerator: int, denominator: int, target: float) -> Placed:
    if denominator == 0:
        return Placed(numerator, denominator, None, look=False)
    if target in {0, 1}:
        return Placed(numerator, denominator, Limits(*[target] * 4), look=numerator != target * denominator)
    limits, share = binomial_limits(target, denominator), numerator / denominator
    return Placed(numerator, denominator, limits, look=not limits.low_998 <= share <= limits.high_998)
