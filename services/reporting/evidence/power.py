"""How many it takes: the change that so many pairs can show, and the pairs, and the families, that a change needs."""

from math import ceil, sqrt

from scipy import optimize, special

from services.reporting.evidence.intervals import UPPER
from services.reporting.evidence.paired import below

POWER = 0.8
MOST_PAIRS = 100_000


def power_of(dz: float, pairs: int) -> float:
    """How often so many pairs show a true change of dz standard deviations (two-sided t, 5%)."""
    limit, shift = float(special.stdtrit(pairs - 1, UPPER)), dz * sqrt(pairs)
    return 1 - below(limit, pairs - 1, shift) + below(-limit, pairs - 1, shift)


def smallest_change(pairs: int) -> float:
    """The smallest dz that so many pairs show four times out of five. At least three pairs."""
    return float(optimize.brentq(lambda dz: power_of(dz, pairs) - POWER, 1e-6, 12 / sqrt(pairs) + 2))


def pairs_needed(dz: float) -> int:
    """The fewest pairs that show a change of dz four times out of five. Raises `ValueError` where no number would do."""
    few, many = 2, MOST_PAIRS
    if not power_of(abs(dz), many) >= POWER:
        raise ValueError("so small a change would need more pairs than there are families")
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if power_of(abs(dz), middle) >= POWER else (middle, many)
    return many


def begun_needed(pairs: int, *, begun: int, completed: int) -> int:
    """How many must begin to end with so many pairs, at the retention seen so far. Raises `ValueError` at none."""
    if completed < 1:
        raise ValueError("nobody has completed yet: there is no retention to go by")
    return ceil(pairs * begun / completed)
