"""A batch of families for the workers of a team: greedily at once, then exactly where that can be had in time.

Worth of a plan, in the points of a recommendation: a place for every child before all else, the urgent first; then whoever
knows the family; against it how full each worker gets, more steeply the fuller, and children over the target. Worth is
convex in each worker's load, so that the exact plan is a mixed integer program with a piece of a line for each tenth.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from services.intake.allocation.capacity import Capacity
from services.intake.allocation.points import Load
from services.intake.allocation.recommendation import CONTINUITY, PER_CHILD_OVER_TARGET, ROOM

PLACE = 1000
"""Worth of a place for one child: more than any comfort of anybody."""
TENTHS = 10
STEEPNESS = tuple(ROOM * (2 * tenth + 1) / TENTHS for tenth in range(TENTHS))
"""What a whole caseload would cost at the rate of each tenth: together half a hundred, as in a recommendation."""
MOST_PAIRS = 2_500
"""Of families and workers, up to which the exact plan is tried for; beyond it a greedy one is good, and at once."""
NEVER_WORSE_BY = 1e-6

Matrix: TypeAlias = Any
"""A numpy array; families down, workers across."""


class Method(StrEnum):
    GREEDY = "greedy"
    EXACT = "exact"


@dataclass(frozen=True)
class Family:
    """Children to be placed with one worker."""

    key: UUID
    load: Load
    urgency: int = 1
    """How much sooner than others: 1 and up."""
    load_with: Mapping[UUID, Load] = field(default_factory=dict)
    """What the family adds to those who hold a sibling already."""
    continuity: Mapping[UUID, float] = field(default_factory=dict)
    """0 to 1, by worker; 0 for those not named."""
    barred: frozenset[UUID] = frozenset()
    """Workers who may not hold the case, whatever room there is."""


@dataclass(frozen=True)
class Desk:
    """One worker with what is held already."""

    worker: UUID
    held: Load
    capacity: Capacity


@dataclass(frozen=True)
class Plan:
    """Who would hold what. A family that nobody has room for is with None."""

    placed: Mapping[UUID, UUID | None]
    worth: float
    method: Method
    proven: bool
    """Whether no plan is worth more."""
    gap: float
    """How much more a plan could be worth at most, as a share of this one's worth."""


def plan(families: Sequence[Family], desks: Sequence[Desk], *, seconds: float) -> Plan:
    """The best plan that is found within so many seconds; never worse than the greedy one."""
    table = _Table(families, desks)
    greedy = table.greedily()
    worth = table.worth(greedy)
    found = _Found(greedy, worth, bound=table.bound())
    if families and desks and len(families) * len(desks) <= MOST_PAIRS:
        found = table.exactly(found, seconds)
    gap = max(found.bound - found.worth, 0.0) / max(abs(found.worth), 1.0)
    return Plan(
        placed={
            family.key: desks[place].worker if place >= 0 else None
            for family, place in zip(families, found.places, strict=True)
        },
        worth=round(found.worth, 4),
        method=found.method,
        proven=gap <= NEVER_WORSE_BY,
        gap=round(gap, 6),
    )


@dataclass(frozen=True)
class _Found:
    places: Sequence[int]
    """For each family the place of its worker; -1 for nobody."""
    worth: float
    bound: float
    method: Method = Method.GREEDY


class _Table:
    """The families and the workers as numbers."""

    def __init__(self, families: Sequence[Family], desks: Sequence[Desk]) -> None:
        self._order = sorted(
            range(len(families)), key=lambda n: (-families[n].urgency, -families[n].load.points, families[n].key)
        )
        shape = (len(families), len(desks))
        loads = [[family.load_with.get(desk.worker, family.load) for desk in desks] for family in families]
        self.children: Matrix = np.array([[load.children for load in row] for row in loads], float).reshape(shape)
        self.points: Matrix = np.array([[load.points for load in row] for row in loads], float).reshape(shape)
        self.held: Matrix = np.array([[desk.held.children, desk.held.points] for desk in desks], float).reshape(-1, 2)
        self.room: Matrix = np.array([[desk.capacity.children, desk.capacity.points] for desk in desks], float).reshape(
            -1, 2
        )
        self.full: Matrix = np.array([max(float(desk.capacity.limit), 1e-9) for desk in desks], float)
        self.target: Matrix = np.array([float(desk.capacity.target) for desk in desks], float)
        knows = [[float(family.continuity.get(desk.worker, 0.0)) for desk in desks] for family in families]
        place = np.array([PLACE * family.urgency * family.load.children for family in families], float)
        self.value: Matrix = CONTINUITY * np.array(knows, float).reshape(shape) + place.reshape(-1, 1)
        barred = [[desk.worker in family.barred for desk in desks] for family in families]
        alone_fits = (self.children <= (self.room - self.held)[:, 0]) & (self.points <= (self.room - self.held)[:, 1])
        self.may: Matrix = alone_fits & ~np.array(barred, bool).reshape(shape)

    def cost(self, children: Matrix, points: Matrix) -> Matrix:
        """What it costs that the workers hold so much."""
        use = np.maximum(children, points / 100) / self.full
        pieces = np.clip(use[..., None] - np.arange(TENTHS) / TENTHS, 0, 1 / TENTHS)
        beyond = np.maximum(use - 1, 0)
        strain = pieces @ np.array(STEEPNESS) + beyond * STEEPNESS[-1]
        return strain + PER_CHILD_OVER_TARGET * np.maximum(children - self.target, 0)

    def worth(self, places: Sequence[int]) -> float:
        children, points = self.held[:, 0].copy(), self.held[:, 1].copy()
        value = 0.0
        for family, place in enumerate(places):
            if place >= 0:
                children[place] += self.children[family, place]
                points[place] += self.points[family, place]
                value += self.value[family, place]
        before = self.cost(self.held[:, 0], self.held[:, 1])
        return float(value - (self.cost(children, points) - before).sum())

    def bound(self) -> float:
        """No plan is worth more: each family where it would do best if it came alone, for what comes later costs more."""
        if not self.may.size:
            return 0.0
        before = self.cost(self.held[:, 0], self.held[:, 1])
        after = self.cost(self.held[:, 0] + self.children, self.held[:, 1] + self.points)
        alone = np.where(self.may, self.value - (after - before), 0.0)
        return float(np.maximum(alone.max(axis=1), 0.0).sum())

    def greedily(self) -> list[int]:
        """The most urgent first, the heaviest among them, each to whoever it does best with."""
        places = [-1] * len(self.children)
        children, points = self.held[:, 0].copy(), self.held[:, 1].copy()
        for family in self._order if self.may.size else ():
            then_children, then_points = children + self.children[family], points + self.points[family]
            fits = self.may[family] & (then_children <= self.room[:, 0]) & (then_points <= self.room[:, 1])
            if not fits.any():
                continue
            gain = self.value[family] - self.cost(then_children, then_points) + self.cost(children, points)
            place = int(np.where(fits, gain, -np.inf).argmax())
            places[family] = place
            children[place], points[place] = then_children[place], then_points[place]
        return places

    def exactly(self, greedy: _Found, seconds: float) -> _Found:
        """The plan that is worth most, or the best one known when time is up."""
        pairs = np.argwhere(self.may)
        if not len(pairs):
            return _Found(greedy.places, greedy.worth, greedy.worth, Method.EXACT)
        solved = milp(
            self._costs(pairs),
            integrality=np.concatenate([np.ones(len(pairs)), np.zeros((TENTHS + 1) * len(self.full))]),
            bounds=Bounds(0, self._most(len(pairs))),
            constraints=self._constraints(pairs),
            options={"time_limit": seconds, "mip_rel_gap": 1e-9},
        )
        bound = greedy.bound
        constant = float(self.cost(self.held[:, 0], self.held[:, 1]).sum())
        if solved.mip_dual_bound is not None and np.isfinite(solved.mip_dual_bound):
            bound = min(bound, constant - float(solved.mip_dual_bound))
        if solved.x is None:
            return _Found(greedy.places, greedy.worth, bound)
        places = [-1] * len(self.children)
        for (family, place), chosen in zip(pairs, solved.x, strict=False):
            if chosen > 0.5:
                places[family] = int(place)
        worth = self.worth(places)
        if worth < greedy.worth:
            return _Found(greedy.places, greedy.worth, bound)
        return _Found(places, worth, bound, Method.EXACT)

    def _costs(self, pairs: Matrix) -> Matrix:
        """Of each pair, then of each tenth of each worker's load, then of each child over each worker's target."""
        workers = len(self.full)
        return np.concatenate(
            [-self.value[tuple(pairs.T)], np.tile(STEEPNESS, workers), np.full(workers, float(PER_CHILD_OVER_TARGET))]
        )

    def _most(self, pairs: int) -> Matrix:
        workers = len(self.full)
        tenths = np.full(TENTHS, 1 / TENTHS)
        tenths[-1] = np.inf  # somebody may hold too much already
        return np.concatenate([np.ones(pairs), np.tile(tenths, workers), np.full(workers, np.inf)])

    def _constraints(self, pairs: Matrix) -> LinearConstraint:
        """One worker a family, both limits, and what the tenths and the target have to cover."""
        families, workers, count = len(self.children), len(self.full), len(pairs)
        family, worker = pairs.T
        children, points = self.children[family, worker], self.points[family, worker]
        which, whose = np.arange(count), np.arange(workers)
        tenths = count + np.arange(TENTHS * workers)
        of_tenth, over = np.repeat(whose, TENTHS), count + TENTHS * workers + whose
        minus = -np.ones(TENTHS * workers)
        begins = [families + n * workers for n in range(5)]
        blocks = [
            (family, which, np.ones(count)),
            (begins[0] + worker, which, children),
            (begins[1] + worker, which, points),
            (begins[2] + worker, which, children / self.full[worker]),
            (begins[2] + of_tenth, tenths, minus),
            (begins[3] + worker, which, points / 100 / self.full[worker]),
            (begins[3] + of_tenth, tenths, minus),
            (begins[4] + worker, which, children),
            (begins[4] + whose, over, -np.ones(workers)),
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*blocks, strict=True))
        most = np.concatenate(
            [
                np.ones(families),
                np.maximum(self.room - self.held, 0).T.ravel(),
                -self.held[:, 0] / self.full,
                -self.held[:, 1] / 100 / self.full,
                self.target - self.held[:, 0],
            ]
        )
        shape = (families + 5 * workers, count + (TENTHS + 1) * workers)
        return LinearConstraint(coo_array((values, (rows, columns)), shape=shape).tocsc(), -np.inf, most)
