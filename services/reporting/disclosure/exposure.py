"""How far a hidden figure can be narrowed down by whoever adds and subtracts all that was ever printed.

They know the definitions, the rounding and the threshold, and nothing else. What they can find out is the answer to two
linear programmes: the least and the most that a figure can be while everything printed is true.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

ALMOST = 1e-6
ENOUGH = 1e5
"""No count is as large; without an end to them a figure that nothing bounds would have no corner to look from."""
LOOKS = 12
"""Corners that are looked at before any figure is asked about by itself: most are seen to be wide from there."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sum:
    """Unknowns added up, some perhaps taken off, and between what the sum is known to be."""

    adds: tuple[int, ...]
    low: float
    high: float
    takes: tuple[int, ...] = field(default=())


class CannotBeTrue(ValueError):
    """What is printed contradicts itself: it cannot have been made of the counts."""


class Reader:
    """Somebody with all the tables and a computer. `sums` are what they know, in order; hiding one tells them less."""

    def __init__(self, unknowns: int, sums: Sequence[Sum]) -> None:
        self._all = _matrix(unknowns, sums)
        self._low = np.array([each.low for each in sums], dtype=float)
        self._high = np.array([each.high for each in sums], dtype=float)
        self._least = np.full(len(sums), np.inf)
        self._most = np.full(len(sums), -np.inf)

    def hide(self, place: int) -> None:
        """From now on they know of this sum that it is at least one, and no more."""
        self._low[place], self._high[place] = 1, math.inf

    def look_around(self, places: Sequence[int]) -> None:
        """See some of what may be, to save asking about each figure."""
        chance = np.random.default_rng(20170701)
        for _ in range(LOOKS if places else 0):
            weights = np.zeros(len(self._low))
            weights[list(places)] = chance.choice((-1.0, 1.0), len(places))
            self._asked(weights @ self._all)

    def has_seen_wide(self, place: int, width: int) -> bool:
        return bool(self._most[place] - self._least[place] >= width)

    def span(self, place: int) -> tuple[float, float, list[int]]:
        """The least and the most that a sum can be, and the places of those that keep it there."""
        row = self._all[[place], :].toarray()[0]
        least, below = self._asked(row)
        most, above = self._asked(-row)
        return math.ceil(least - ALMOST), math.floor(-most + ALMOST), sorted({*below, *above})

    def _asked(self, minimised: Numbers) -> tuple[float, list[int]]:
        is_fixed = self._low == self._high
        below, above = np.flatnonzero(np.isfinite(self._high) & ~is_fixed), np.flatnonzero((self._low > 0) & ~is_fixed)
        fixed = np.flatnonzero(is_fixed)
        found = linprog(
            minimised,
            A_ub=vstack([self._all[below], -self._all[above]], format="csr"),
            b_ub=np.concatenate([self._high[below], -self._low[above]]),
            A_eq=self._all[fixed],
            b_eq=self._low[fixed],
            bounds=(0, ENOUGH),
            method="highs",
        )
        if found.status != 0:
            raise CannotBeTrue(found.message)
        corner: Numbers = np.asarray(found.x)
        values = self._all @ corner
        self._least, self._most = np.minimum(self._least, values), np.maximum(self._most, values)
        places = np.concatenate([below, above, fixed])
        binding = np.concatenate([found.ineqlin.marginals, found.eqlin.marginals])
        return float(minimised @ corner), places[np.abs(binding) > ALMOST].tolist()


def _matrix(unknowns: int, sums: Sequence[Sum]) -> Any:
    signed = [[*((each, 1.0) for each in one.adds), *((each, -1.0) for each in one.takes)] for one in sums]
    columns = [column for row in signed for column, _ in row]
    values = [value for row in signed for _, value in row]
    ends = np.cumsum([0, *(len(row) for row in signed)])
    return csr_array((values, columns, ends), shape=(len(sums), unknowns))
