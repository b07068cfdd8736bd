"""How well those who score agree: intraclass correlation, weighted kappa, Krippendorff's alpha.

Sources: Shrout and Fleiss 1979, McGraw and Wong 1996 (ICC and its interval); Cohen 1968 (weighted kappa); Krippendorff 2011
(alpha, ordinal). Bands: Cicchetti 1994.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from scipy.special import fdtri

CONFIDENCE = 0.95
ROUNDING = 1e-9
"""Mean squares below which subjects are all alike."""
FEWEST = 10
"""Pairs below which agreement is not judged."""


@dataclass(frozen=True)
class Correlation:
    """ICC(2,1), absolute agreement of single scores, with its 95% interval."""

    value: float
    low: float
    high: float


def icc(subjects: Sequence[Sequence[float]]) -> Correlation | None:
    """ICC(2,1) of subjects, each scored once by each rater in the same order. None where nothing varies, or of too few."""
    n, k = len(subjects), len(subjects[0]) if subjects else 0
    if n < 2 or k < 2:
        return None
    every = [score for scores in subjects for score in scores]
    mean, raters = fmean(every), [fmean(column) for column in zip(*subjects, strict=True)]
    between = k * sum((fmean(scores) - mean) ** 2 for scores in subjects)
    of_raters = n * sum((each - mean) ** 2 for each in raters)
    left = sum((score - mean) ** 2 for score in every) - between - of_raters
    msr, msc, mse = between / (n - 1), of_raters / (k - 1), max(0.0, left) / ((n - 1) * (k - 1))
    spread = msr + (k - 1) * mse + k * (msc - mse) / n
    if spread <= 0 or msr + mse < ROUNDING:
        return None
    value = (msr - mse) / spread
    return Correlation(value, *_interval(value, n, k, msr, msc, mse))


def _interval(value: float, n: int, k: int, msr: float, msc: float, mse: float) -> tuple[float, float]:
    if value >= 1:
        return 1.0, 1.0
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    tail = (1 + CONFIDENCE) / 2
    above, below = float(fdtri(n - 1, freedom, tail)), float(fdtri(freedom, n - 1, tail))
    others = k * msc + (k * n - k - n) * mse
    return n * (msr - above * mse) / (above * others + n * msr), n * (below * msr - mse) / (others + n * below * msr)


def quadratic_kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Cohen's kappa with weights that grow with the square of the distance. None where chance alone would agree."""
    return kappa(first, second, lambda one, other: (one - other) ** 2)


def kappa(first: Sequence[int], second: Sequence[int], distance: Callable[[int, int], float]) -> float | None:
    """Cohen's kappa, one less the disagreement observed over that expected by chance."""
    observed = fmean(distance(one, other) for one, other in zip(first, second, strict=True)) if first else 0.0
    expected = fmean(distance(one, other) for one in first for other in second) if first else 0.0
    return 1 - observed / expected if expected else None


Distance = Callable[[int, int, Counter[int]], float]


def nominal(one: int, other: int, _counts: Counter[int]) -> float:
    return float(one != other)


def interval(one: int, other: int, _counts: Counter[int]) -> float:
    return float((one - other) ** 2)


def ordinal(one: int, other: int, counts: Counter[int]) -> float:
    """The square of how many scores lie between the two, each of them half."""
    low, high = sorted((one, other))
    between = sum(count for score, count in counts.items() if low <= score <= high)
    return (between - (counts[low] + counts[high]) / 2) ** 2


def alpha(units: Sequence[Sequence[int]], distance: Distance = ordinal) -> float | None:
    """Krippendorff's alpha of units, each with the scores it was given, however many. None where nothing varies."""
    paired = [unit for unit in units if len(unit) > 1]
    counts: Counter[int] = Counter(score for unit in paired for score in unit)
    total = sum(counts.values())
    observed = sum(
        sum(distance(one, other, counts) for one in unit for other in unit) / (len(unit) - 1) for unit in paired
    )
    expected = sum(counts[one] * counts[other] * distance(one, other, counts) for one in counts for other in counts) / (
        total - 1 or 1
    )
    return 1 - observed / expected if expected else None


BANDS = ((0.40, "poor"), (0.60, "fair"), (0.75, "good"))


def band(value: float | None, pairs: int) -> str:
    """How good an agreement is, in a word; `insufficient` of too few pairs, or where nothing varied."""
    if pairs < FEWEST or value is None:
        return "insufficient"
    return next((word for below, word in BANDS if value < below), "excellent")
