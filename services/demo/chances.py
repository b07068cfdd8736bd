"""Chance that keeps its promises: drawn at random, and still as many of each as was meant."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import TypeVar

from services.demo.calibration import LONG_OPEN_DAYS, LONGEST_DAYS, STILL_OPEN

T = TypeVar("T")


class Quota:
    """A share of whatever comes: what rounding leaves over is owed to the next."""

    def __init__(self, share: float) -> None:
        self._share, self._owed = share, 0.0

    def of(self, count: float) -> int:
        self._owed += self._share * count
        whole = int(self._owed)
        self._owed -= whole
        return whole


def strata(chance: Random, count: int) -> list[float]:
    """Numbers between 0 and 1, in no order but spread evenly."""
    drawn = [(place + chance.random()) / count for place in range(count)]
    chance.shuffle(drawn)
    return drawn


def one_of(chance: Random, shares: Mapping[T, float]) -> T:
    return chance.choices(list(shares), list(shares.values()))[0]


def within_bands(chance: Random, bands: Sequence[tuple[tuple[int, int], int]]) -> int:
    """A whole number from one of the bands, each as likely as its count says."""
    low, high = chance.choices([band for band, _ in bands], [count for _, count in bands])[0]
    return chance.randint(low, high)


def days_open(share: float) -> int:
    """How long an episode is open that outlasts this share of the others the least: 1 is the shortest, 0 the longest."""
    last_day, last_share = STILL_OPEN[-1]
    if share <= last_share:
        beyond = -LONG_OPEN_DAYS * log(max(share, 1e-9) / last_share)
        return min(last_day + round(beyond), LONGEST_DAYS)
    later = next(place for place, (_, open_share) in enumerate(STILL_OPEN) if open_share <= share)
    (day, before), (next_day, after) = STILL_OPEN[max(later - 1, 0)], STILL_OPEN[later]
    return round(day + (next_day - day) * (before - share) / (before - after)) if before > after else day


def share_open(day: int) -> float:
    """The share of episodes still open so many days after the referral: what `days_open` undoes."""
    last_day, last_share = STILL_OPEN[-1]
    if day >= last_day:
        return last_share * exp((last_day - day) / LONG_OPEN_DAYS)
    later = next(place for place, (open_day, _) in enumerate(STILL_OPEN) if open_day > day)
    (at, before), (until, after) = STILL_OPEN[later - 1], STILL_OPEN[later]
    return before + (after - before) * (day - at) / (until - at)


_BY_AGE = list(accumulate(share_open(day) for day in range(LONGEST_DAYS)))


def age_of_open_episode(share: float) -> int:
    """How many days an episode has been open, of those open on one day: the `share`th of them by age."""
    return bisect_right(_BY_AGE, share * _BY_AGE[-1])
