"""Whether two things go together: in order of rank, with what else is known held still, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from scipy import special, stats

from services.reporting.evidence.intervals import UPPER, Interval, around, two_sided
from services.reporting.evidence.paired import Floats

FEWEST_LINKED = 30
"""Below it the two are counted and shown, and nothing is said of whether they go together."""


@dataclass(frozen=True)
class GoTogether:
    """Spearman's rank correlation of two things known of the same cases."""

    n: int
    rho: float
    interval: Interval
    """By Fisher's z with the standard error of Bonett and Wright (2000)."""
    p: float


@dataclass(frozen=True)
class Slope:
    """How much of the second goes with one more of the first."""

    by: float
    interval: Interval
    p: float
    workers: int


def in_rank(first: Sequence[float], second: Sequence[float]) -> GoTogether | None:
    """Spearman's correlation; None with too few cases, or where one of the two does not vary."""
    return _correlated(stats.rankdata(first), stats.rankdata(second), held=0)


def in_rank_holding(
    first: Sequence[float], second: Sequence[float], held: Sequence[Sequence[float]]
) -> GoTogether | None:
    """The same, of what the things in `held` (one row a case) do not account for."""
    others = np.asarray(held, dtype=float).reshape(len(first), -1)
    ranked = np.column_stack([np.ones(len(first)), *(stats.rankdata(column) for column in others.T)])
    return _correlated(
        _left_over(ranked, stats.rankdata(first)), _left_over(ranked, stats.rankdata(second)), held=others.shape[1]
    )


def _left_over(model: Floats, values: Floats) -> Floats:
    fitted = model @ np.linalg.lstsq(model, values, rcond=None)[0]
    left = values - fitted
    return np.where(np.abs(left) < 1e-9, 0.0, left)


def _correlated(first: Floats, second: Floats, *, held: int) -> GoTogether | None:
    n = len(first)
    if n < FEWEST_LINKED or not first.std() or not second.std():
        return None
    rho = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    freedom = n - 2 - held
    if abs(rho) >= 1 - 1e-12:
        return GoTogether(n, rho, Interval(rho, rho), 0.0)
    half = float(special.ndtri(UPPER)) * sqrt((1 + rho**2 / 2) / (n - 3 - held))
    interval = Interval(tanh(atanh(rho) - half), tanh(atanh(rho) + half))
    return GoTogether(n, rho, interval, two_sided(rho * sqrt(freedom / (1 - rho**2)), freedom))


def slope(first: Sequence[float], second: Sequence[float], worker: Sequence[int]) -> Slope | None:
    """A straight line through the cases, its interval from how the workers differ; None with too few cases or workers."""
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    _, place = np.unique(np.asarray(worker), return_inverse=True)
    workers = int(place.max()) + 1 if len(place) else 0
    if len(x) < FEWEST_LINKED or workers < 3 or not x.std():
        return None
    away = x - x.mean()
    by = float((away * y).sum() / (away**2).sum())
    left = y - y.mean() - by * away
    scores = np.bincount(place, weights=away * left)
    n = len(x)
    correction = workers / (workers - 1) * (n - 1) / (n - 2)
    error = sqrt(correction * float((scores**2).sum())) / float((away**2).sum())
    if error == 0:
        return None
    return Slope(by, around(by, error, workers - 1), two_sided(by / error, workers - 1), workers)
