"""Practice skill in every team and every period at once: means, intervals by worker, changes, and the family they form.

Everything is worked out of one row an observation, in arrays. What is of too few to be shown is taken out here, so that
nothing further on has to think of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.reporting.evidence.clusters import Floats, Groups, Whole, between, by_group
from services.reporting.evidence.multiplicity import adjusted
from services.reporting.indicators.practice import (
    ALL_SEVEN_NEEDS,
    GOOD_AUTHORITY,
    MOTIVATIONAL_FOUR,
    RELATIONSHIP,
)
from shared.contracts.codes import PracticeSkill

ALL_SEVEN = "all_seven"
COMPOSITES: Mapping[str, tuple[PracticeSkill, ...]] = {
    "relationship": RELATIONSHIP,
    "good_authority": GOOD_AUTHORITY,
    "motivational_four": MOTIVATIONAL_FOUR,
}
"""Means of some of the skills, each named, for the same word has stood for different codes in different studies."""
MEASURES = (ALL_SEVEN, *PracticeSkill, *COMPOSITES)
SKILLS = tuple(PracticeSkill)

FEWEST_OBSERVATIONS, FEWEST_WORKERS = 5, 3
"""A mean is shown from five observations of three workers: below that it would describe a person."""
FEWEST_TO_SPREAD, FEWEST_WORKERS_TO_SPREAD = 10, 5
"""How often each score was given is shown from so many on."""


@dataclass(frozen=True)
class Observed:
    """Observations of one worker with the same scores in one team and period."""

    team: str
    period: int
    profile: str
    """Worker, a stroke, and the scores separated by commas in the order of the rubric, empty where not observed."""
    times: int


@dataclass(frozen=True)
class Weighed:
    """Figures by unit, period and measure: not a number where a figure cannot be had, or is of too few to be shown."""

    units: Mapping[str | None, int]
    """The whole service (None) and each team, with their place."""
    n: Floats
    workers: Floats
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    design_effect: Floats
    observations: Whole
    """By unit and period, whatever was scored."""
    workers_observed: Whole
    change: Floats
    """From each period to the next; of the first there is none, so its places hold no numbers."""
    change_low: Floats
    change_high: Floats
    p: Floats
    change_workers: Floats
    adjusted: Floats
    """By unit and measure, of the last period: p among every test of the report but the one named beforehand."""
    family: int
    """How many tests that are."""
    spread: Mapping[tuple[int, int], Mapping[float, int]]
    """By unit and measure, of the last period: how often each value occurred, where enough did."""


def weigh(observed: Sequence[Observed], teams: Iterable[str], periods: int) -> Weighed:
    """Weigh what was observed in the service and in each team over so many periods."""
    names = sorted({*teams, *(each.team for each in observed)})
    units: dict[str | None, int] = {None: 0, **{name: place for place, name in enumerate(names, start=1)}}
    values, worker, period, team = _as_arrays(observed, units)
    group = np.concatenate([period, team * periods + period])
    values, worker = np.concatenate([values, values]), np.concatenate([worker, worker])
    found = by_group(group, worker, values, groups=len(units) * periods)
    shape = (len(units), periods, len(MEASURES))
    enough = (found.n >= FEWEST_OBSERVATIONS) & (found.workers >= FEWEST_WORKERS)
    later = np.array([place for place in range(len(units) * periods) if place % periods], dtype=np.int64)
    changes = between(found, later - 1, later)
    both = enough[later] & enough[later - 1]

    def of_periods(figures: Floats) -> Floats:
        return np.where(enough, figures, np.nan).reshape(shape)

    def of_changes(figures: Floats) -> Floats:
        whole = np.full(shape, np.nan)
        whole[:, 1:, :] = np.where(both, figures, np.nan).reshape(len(units), periods - 1, len(MEASURES))
        return whole

    p = of_changes(changes.p)
    among_others, family = _adjusted(p[:, -1, :])
    return Weighed(
        units=units,
        n=found.n.reshape(shape),
        workers=found.workers.reshape(shape),
        mean=of_periods(found.mean),
        sd=of_periods(found.sd),
        low=of_periods(found.low),
        high=of_periods(found.high),
        design_effect=of_periods(found.design_effect),
        observations=np.bincount(group, minlength=len(units) * periods).reshape(len(units), periods),
        workers_observed=_different_workers(group, worker, len(units) * periods).reshape(len(units), periods),
        change=of_changes(changes.difference),
        change_low=of_changes(changes.low),
        change_high=of_changes(changes.high),
        p=p,
        change_workers=of_changes(changes.workers),
        adjusted=among_others,
        family=family,
        spread=_spread(group, values, found, periods),
    )


def _as_arrays(observed: Sequence[Observed], units: Mapping[str | None, int]) -> tuple[Floats, Whole, Whole, Whole]:
    """Scores and composites, worker, period and team, one row an observation."""
    numbered: dict[str, int] = {}
    rows, given = [], []
    for each in observed:
        worker, _, scores = each.profile.partition("/")
        row = (numbered.setdefault(worker, len(numbered)), each.period, units[each.team])
        rows += [row] * each.times
        given += [[float(score or "nan") for score in scores.split(",")]] * each.times
    by_worker, period, team = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return _with_composites(np.array(given, dtype=float).reshape(-1, len(SKILLS))), by_worker, period, team


def _with_composites(scores: Floats) -> Floats:
    """All seven need six; of the others every one. Then the skills themselves."""
    given = ~np.isnan(scores)
    with np.errstate(invalid="ignore"):
        seven = np.where(given, scores, 0.0).sum(axis=1) / np.where(given.any(axis=1), given.sum(axis=1), 1)
    seven = np.where(given.sum(axis=1) >= ALL_SEVEN_NEEDS, seven, np.nan)
    named = [scores[:, [SKILLS.index(skill) for skill in skills]].mean(axis=1) for skills in COMPOSITES.values()]
    return np.column_stack([seven, scores, *named])


def _different_workers(group: Whole, worker: Whole, groups: int) -> Whole:
    many = int(worker.max(initial=0)) + 1
    return np.bincount(np.unique(group * many + worker) // many, minlength=groups)


def _adjusted(p: Floats) -> tuple[Floats, int]:
    """The p of every change to the last period, among one another; that of the whole service's all seven stays out."""
    flat = p.reshape(-1).tolist()
    tested = [None if place == 0 or value != value else value for place, value in enumerate(flat)]  # noqa: PLR0124
    found = np.array([np.nan if value is None else value for value in adjusted(tested)]).reshape(p.shape)
    found[0, 0] = p[0, 0]
    return found, sum(value is not None for value in tested)


def _spread(group: Whole, values: Floats, found: Groups, periods: int) -> dict[tuple[int, int], dict[float, int]]:
    spread = {}
    enough = (found.n >= FEWEST_TO_SPREAD) & (found.workers >= FEWEST_WORKERS_TO_SPREAD)
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(found.n) + 1))
    for unit in range(len(found.n) // periods):
        place = unit * periods + periods - 1
        rows = values[order[bounds[place] : bounds[place + 1]]]
        for measure in np.flatnonzero(enough[place]):
            column = rows[:, measure]
            occurred, counts = np.unique(np.round(column[~np.isnan(column)], 4), return_counts=True)
            spread[unit, int(measure)] = dict(zip(occurred.tolist(), counts.tolist(), strict=True))
    return spread
