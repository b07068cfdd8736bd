"""The same people twice: how much changed, how surely, and for how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from services.reporting.evidence.intervals import UPPER, Interval, Mean, around, mean_of, two_sided

FEWEST_PAIRS = 10
"""Below it nothing is tested: the pairs are listed, with their median."""
RELIABLE = 1.96
"""A person's change counts as reliable beyond so many standard errors of the measure (Jacobson and Truax, 1991)."""
RESAMPLES, SEED = 9_999, 20_170_301
"""Up to thirteen pairs there are fewer ways of turning signs than that, and each is tried."""

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ranks:
    """What the signs and ranks of the changes say, whatever their distribution."""

    w: float
    """Wilcoxon's signed-rank statistic, those without change kept in the ranking (Pratt)."""
    p: float
    rank_biserial: float
    middle: float
    """Hodges and Lehmann's estimate of the middle gain."""
    middle_interval: Interval
    sign_p: float


@dataclass(frozen=True)
class Test:
    """Student's t on the gains, what it comes to in standard deviations, and whether other tests agree."""

    t: float
    df: int
    p: float
    dz: float
    """The mean gain in standard deviations of the gains."""
    dz_interval: Interval
    gz: float
    """dz less its bias in small samples (Hedges)."""
    d_av: float | None
    """The mean gain in the average standard deviation of the two waves: comparable across studies."""
    permutation_p: float


@dataclass(frozen=True)
class Reliable:
    """How many changed by more than the measure's own error."""

    better: int
    worse: int
    needed: float
    """Points a person must change by."""


@dataclass(frozen=True)
class PairedChange:
    """Gains are counted so that a positive one is good, whichever way the scale runs."""

    n: int
    before: Mean
    after: Mean
    r: float | None
    gain: Mean
    middle: float
    """The median gain."""
    better: int
    worse: int
    primary: str
    """Which test to quote: `t`, `ranks`, or `none`, which is descriptive only."""
    interval: Interval | None
    """Of the mean gain, or of the middle one where ranks are primary; None where nothing is tested."""
    test: Test | None = None
    ranks: Ranks | None = None
    reliable: Reliable | None = None


def paired_change(
    before: Sequence[float],
    after: Sequence[float],
    *,
    low_is_good: bool = False,
    one_ordinal_item: bool = False,
    reliability: float | None = None,
) -> PairedChange | None:
    """What changed between two waves of the same people, pair by pair; None without a pair. Raises `ValueError`.

    `one_ordinal_item` is a single rating on a bounded scale: its ranks are primary and t stands beside them.
    `reliability` of the measure (alpha, say) lets each person's change be judged.
    """
    if len(before) != len(after):
        raise ValueError("pairs are of the same people: both waves have as many values")
    first, second = mean_of(before), mean_of(after)
    gains = (1 if not low_is_good else -1) * (np.asarray(after, dtype=float) - np.asarray(before, dtype=float))
    gain = mean_of(gains.tolist())
    if first is None or second is None or gain is None:
        return None
    tested = gain.n >= FEWEST_PAIRS and bool(gain.sd)
    ranks = ranks_of(gains) if tested else None
    interval = None if ranks is None else ranks.middle_interval if one_ordinal_item else gain.interval
    return PairedChange(
        n=gain.n,
        before=first,
        after=second,
        r=float(np.corrcoef(before, after)[0, 1]) if first.sd and second.sd else None,
        gain=gain,
        middle=float(np.median(gains)),
        better=int((gains > 0).sum()),
        worse=int((gains < 0).sum()),
        primary="none" if not tested else "ranks" if one_ordinal_item else "t",
        interval=interval,
        test=_tested(gains, gain, (first.sd or 0) + (second.sd or 0)) if tested else None,
        ranks=ranks,
        reliable=_reliable(gains, first.sd, reliability),
    )


def _tested(gains: Floats, gain: Mean, both_sds: float) -> Test:
    n, df = gain.n, gain.n - 1
    dz = gain.mean / (gain.sd or 1)
    t = dz * sqrt(n)
    return Test(
        t=t,
        df=df,
        p=two_sided(t, df),
        dz=dz,
        dz_interval=dz_interval(t, n),
        gz=without_bias(dz, df),
        d_av=2 * gain.mean / both_sds if both_sds else None,
        permutation_p=_by_turning_signs(gains),
    )


def without_bias(d: float, df: float) -> float:
    """Hedges' correction: small samples make a standardised difference look larger than it is."""
    return d * (1 - 3 / (4 * df - 1))


def dz_interval(t: float, n: int) -> Interval:
    """The values of dz that would give so small, or so large, a t just once in forty times (noncentral t)."""
    reach = 40 * sqrt(1 + t**2 / (2 * (n - 1)))

    def shift(quantile: float) -> float:
        return float(optimize.brentq(lambda shifted: below(t, n - 1, shifted) - quantile, t - reach, t + reach))

    return Interval(shift(UPPER) / sqrt(n), shift(1 - UPPER) / sqrt(n))


def below(t: float, df: int, shifted: float) -> float:
    """How often a t that is shifted so far falls below a value; where the two are far apart scipy gives no number."""
    found = float(special.nctdtr(df, shifted, t))
    return found if isfinite(found) else float(shifted < t)


def ranks_of(gains: Floats) -> Ranks:
    """Wilcoxon, Hodges and Lehmann, and the sign test. The asymptotic p: the exact one is wrong where gains are tied."""
    found = stats.wilcoxon(gains, zero_method="pratt", method="asymptotic")  # type: ignore[call-overload]  # the stubs know `approx`
    moved, n = gains[gains != 0], len(gains)
    ranked = stats.rankdata(np.abs(gains))[gains != 0]
    walsh = np.sort(((gains[:, None] + gains[None, :]) / 2)[np.triu_indices(n)])
    spread = special.ndtri(UPPER) * sqrt(n * (n + 1) * (2 * n + 1) / 24)
    outside = max(round(n * (n + 1) / 4 - spread), 1)
    return Ranks(
        w=float(found.statistic),
        p=float(found.pvalue),
        rank_biserial=float((np.sign(moved) * ranked).sum() / ranked.sum()),
        middle=float(np.median(walsh)),
        middle_interval=Interval(float(walsh[outside - 1]), float(walsh[-outside])),
        sign_p=float(stats.binomtest(int((moved > 0).sum()), len(moved)).pvalue),
    )


def _by_turning_signs(gains: Floats) -> float:
    """How often gains turned at random are as far from nought on average."""
    found = stats.permutation_test(
        (gains,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def _reliable(gains: Floats, sd: float | None, reliability: float | None) -> Reliable | None:
    if not sd or reliability is None or not 0 <= reliability < 1:
        return None
    needed = RELIABLE * sd * sqrt(2 * (1 - reliability))
    return Reliable(int((gains >= needed).sum()), int((gains <= -needed).sum()), needed)


@dataclass(frozen=True)
class Summarised:
    """A paired change worked back from what was printed of it."""

    n: int
    gain: float
    sd_of_gains: float
    r: float
    """The correlation of the waves that the print implies; outside -1 to 1 the print cannot be true."""
    interval: Interval
    p: float
    dz: float
    dz_interval: Interval
    gz: float


def paired_from_summary(before: Mean, after: Mean, t: float, *, low_is_good: bool = False) -> Summarised:
    """What two means, two standard deviations, n and t imply. Raises `ValueError` where one of them is missing."""
    if not before.sd or not after.sd or before.n != after.n or not t:
        raise ValueError("both waves need a standard deviation and the same n, and t is not nought")
    n, gain = before.n, (before.mean - after.mean) * (1 if low_is_good else -1)
    t = abs(t) * (1 if gain > 0 else -1)
    error = gain / t
    sd = error * sqrt(n)
    dz = t / sqrt(n)
    return Summarised(
        n=n,
        gain=gain,
        sd_of_gains=sd,
        r=(before.sd**2 + after.sd**2 - sd**2) / (2 * before.sd * after.sd),
        interval=around(gain, error, n - 1),
        p=two_sided(t, n - 1),
        dz=dz,
        dz_interval=dz_interval(t, n),
        gz=without_bias(dz, n - 1),
    )
