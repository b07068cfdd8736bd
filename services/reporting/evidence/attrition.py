"""Who was lost on the way: whether those who stayed differ, what weighting them makes of it, and where the finding tips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from services.reporting.evidence.intervals import Interval, Mean, around, mean_of, share_interval
from services.reporting.evidence.paired import Floats

UNALIKE = 0.25
"""A standardised difference beyond it is flagged (Rubin, 2001)."""
TRIMMED = (1.0, 99.0)
"""Percentiles beyond which a weight is set to that at the percentile: nobody speaks for a whole borough."""
RIDGE = 0.01
"""Keeps the model of who stays within reason where a value tells it perfectly."""


@dataclass(frozen=True)
class Balance:
    """One thing known of everybody at the start, of those who stayed and of those who were lost."""

    what: str
    stayed: Mean
    lost: Mean
    standardised: float | None
    """Stayed less lost, in the standard deviation of the two together."""
    unalike: bool


@dataclass(frozen=True)
class Retention:
    began: int
    stayed: int
    percent: float | None
    interval_percent: Interval | None


def retention(began: int, stayed: int) -> Retention:
    found = share_interval(stayed, began)
    return Retention(began, stayed, 100 * stayed / began if began else None, found and found.times(100))


def balance(at_start: Mapping[str, Sequence[float]], stayed: Sequence[bool]) -> list[Balance]:
    """The attrition table: everything known at the start, by whether somebody stayed. Raises `ValueError`."""
    if any(len(values) != len(stayed) for values in at_start.values()):
        raise ValueError("each measure has one value for each person who began")
    found = []
    for what, values in at_start.items():
        kept = mean_of([value for value, stays in zip(values, stayed, strict=True) if stays])
        lost = mean_of([value for value, stays in zip(values, stayed, strict=True) if not stays])
        if kept is not None and lost is not None:
            apart = _standardised(kept, lost)
            found.append(Balance(what, kept, lost, apart, apart is not None and abs(apart) > UNALIKE))
    return found


def _standardised(kept: Mean, lost: Mean) -> float | None:
    if kept.sd is None or lost.sd is None or not (kept.sd or lost.sd):
        return None
    return (kept.mean - lost.mean) / sqrt((kept.sd**2 + lost.sd**2) / 2)


def weights(at_start: Sequence[Sequence[float]], stayed: Sequence[bool]) -> Floats:
    """How many each who stayed stands for: one over the chance of staying, by a logistic model of what was known.

    `at_start` has one row a person. Weights are trimmed and average one. Raises `ValueError` when nobody stayed.
    """
    stays = np.asarray(stayed, dtype=bool)
    if not stays.any():
        raise ValueError("nobody stayed: there is nobody to weight")
    known = np.asarray(at_start, dtype=float).reshape(len(stays), -1)
    spread = known.std(axis=0)
    scaled = (known - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    chances = _chances(np.column_stack([np.ones(len(stays)), scaled]), stays)
    found = 1 / chances[stays]
    low, high = np.percentile(found, TRIMMED)
    trimmed = np.clip(found, low, high)
    return np.asarray(trimmed / trimmed.mean())


def _chances(model: Floats, stays: "np.typing.NDArray[np.bool_]") -> Floats:
    """The fitted chance of staying, by Newton's method; the intercept alone goes unpenalised."""
    penalty = RIDGE * np.eye(model.shape[1])
    penalty[0, 0] = 1e-9
    told = np.zeros(model.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(model @ told, -30, 30)))
        slope = model.T @ (stays - chance) - penalty @ told
        step = np.linalg.solve(model.T @ (model * (chance * (1 - chance))[:, None]) + penalty, slope)
        told = told + step
        if np.abs(step).max() < 1e-10:
            break
    return np.asarray(1 / (1 + np.exp(-np.clip(model @ told, -30, 30))))


def weighted_gain(gains: Sequence[float], weight: Floats) -> Mean:
    """The mean gain of everybody who began, as those who stayed tell it. The interval counts the weights' own unevenness."""
    changed, total = np.asarray(gains, dtype=float), float(weight.sum())
    mean = float((weight * changed).sum() / total)
    excess = weight * (changed - mean)
    n = len(changed)
    error = sqrt(n / (n - 1) * float((excess**2).sum())) / total if n > 1 else 0.0
    return Mean(
        n, mean, float(np.std(changed, ddof=1)) if n > 1 else None, around(mean, error, n - 1) if error else None
    )


@dataclass(frozen=True)
class Tipping:
    """How much worse than those who stayed the lost must have done for the interval of all to reach nought."""

    by: float | None
    """In points of the gain. None when nobody was lost, or when there is nothing to tip."""
    lost_gained: float | None
    """What the lost would then have gained on average."""


def tipping_point(gain: Mean, lost: int) -> Tipping:
    """Where the finding tips, if the lost gained less by a fixed amount (pattern mixture, the spread as it is)."""
    if lost == 0 or gain.interval is None or not gain.interval.excludes(0):
        return Tipping(None, None)
    nearest = gain.interval.low if gain.mean > 0 else gain.interval.high
    by = nearest * (gain.n + lost) / lost
    return Tipping(by, gain.mean - by)
