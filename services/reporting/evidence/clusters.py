"""Observations of one worker resemble one another: means, intervals and changes that know it, for many groups at once.

The unit that varies by chance is the worker. A mean's variance is taken from what each worker's observations together
add to it (a ratio of sums, linearised; the `CR1` of the textbooks), and judged on as many degrees of freedom as there are
workers, less one. Where every worker was observed equally often this is exactly the analysis of the workers' own means.

All groups are worked out in one pass over arrays: a hundred teams, seven skills, twelve quarters and every change between.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from services.reporting.evidence.intervals import UPPER

FEWEST_WORKERS_TO_TEST = 10
"""A change is tested from so many workers on: with fewer, a handful of persons is the whole of the evidence."""

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """For each group (row) and measure (column). Not a number where a figure cannot be had."""

    n: Floats
    workers: Floats
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    design_effect: Floats
    """How much wider, in variance, than if every observation stood for itself."""
    influence: "Influence"


@dataclass(frozen=True)
class Influence:
    """What each worker in each group adds to its mean, in excess of the worker's share; group by group."""

    group: Whole
    worker: Whole
    of: Floats


@dataclass(frozen=True)
class Changes:
    """From one group to another, for each pair (row) and measure (column)."""

    difference: Floats
    low: Floats
    high: Floats
    p: Floats
    workers: Floats
    """Different workers in the two together."""


def by_group(group: Whole, worker: Whole, values: Floats, *, groups: int) -> Groups:
    """Means of observations (rows of `values`, one measure a column, not a number where not observed) by group."""
    given = ~np.isnan(values)
    held = np.where(given, values, 0.0)
    n = _added(group, given.astype(float), groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _added(group, held, groups) / n
        squares = _added(group, np.where(given, (held - mean[group]) ** 2, 0.0), groups)
        sd = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
        its_group, its_worker, place = _together(group, worker)
        counted = _added(place, given.astype(float), len(its_group))
        excess = _added(place, held, len(its_group)) - counted * np.nan_to_num(mean)[its_group]
        influence = Influence(its_group, its_worker, excess / n[its_group])
        workers = _added(its_group, (counted > 0).astype(float), groups)
        error = _standard_error(its_group, influence.of, workers, groups)
        half = special.stdtrit(np.where(workers > 1, workers - 1, np.nan), UPPER) * error
        half = np.where(sd > 0, half, np.nan)  # where all are the same, nothing is known of how they vary
        effect = np.where(sd > 0, error**2 / (sd**2 / n), np.nan)
    return Groups(n, workers, mean, sd, mean - half, mean + half, effect, influence)


def between(found: Groups, earlier: Whole, later: Whole) -> Changes:
    """The change from each of the groups `earlier` to the one in the same place of `later`.

    A worker observed in both counts once, with what the later and the earlier add together. Nothing is tested with fewer
    than ten workers: p and interval are then not numbers.
    """
    pairs = len(earlier)
    of = found.influence
    signed = [_of_pairs(of, later, 1.0), _of_pairs(of, earlier, -1.0)]
    pair, worker, influence = (np.concatenate(part) for part in zip(*signed, strict=True))
    its_pair, _, place = _together(pair, worker)
    together = _added(place, np.nan_to_num(influence), len(its_pair))
    counted = _added(place, (~np.isnan(influence)).astype(float), len(its_pair))
    workers = _added(its_pair, (counted > 0).astype(float), pairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = found.mean[later] - found.mean[earlier]
        tested = (workers >= FEWEST_WORKERS_TO_TEST) & ~np.isnan(difference)
        error = np.where(tested, _standard_error(its_pair, together, workers, pairs), np.nan)
        error = np.where(error > 0, error, np.nan)
        freedom = np.where(tested, workers - 1, np.nan)
        half = special.stdtrit(freedom, UPPER) * error
        p = 2 * special.stdtr(freedom, -np.abs(difference / error))
    return Changes(difference, difference - half, difference + half, p, workers)


def _of_pairs(of: Influence, groups: Whole, sign: float) -> tuple[Whole, Whole, Floats]:
    """The influences in each pair's group. A group may stand in several pairs."""
    begins = np.searchsorted(of.group, groups, side="left")
    counts = np.searchsorted(of.group, groups, side="right") - begins
    pair = np.repeat(np.arange(len(groups)), counts)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(begins, counts) + within
    return pair, of.worker[rows], sign * of.of[rows]


def _together(group: Whole, worker: Whole) -> tuple[Whole, Whole, Whole]:
    """The different workers of each group, group by group, and the place of each row among them."""
    many = int(worker.max(initial=0)) + 1
    seen, place = np.unique(group * many + worker, return_inverse=True)
    return seen // many, seen % many, place


def _standard_error(group: Whole, influence: Floats, workers: Floats, groups: int) -> Floats:
    several = np.where(workers > 1, workers, np.nan)
    found: Floats = np.sqrt(several / (several - 1) * _added(group, np.nan_to_num(influence) ** 2, groups))
    return found


def _added(place: Whole, values: Floats, rows: int) -> Floats:
    """Values added up by place, column by column."""
    columns = [np.bincount(place, weights=column, minlength=rows) for column in values.T]
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))
