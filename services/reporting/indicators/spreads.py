"""How values lie that are kept as counts: their quartiles, without spelling each of them out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    n: int
    lowest: float
    lower_quartile: float
    median: float
    upper_quartile: float
    highest: float


def spread(counts: Mapping[float, int]) -> Spread | None:
    """Of values and how often each occurred; None of none. Quartiles lie between neighbours as in Excel's QUARTILE.INC."""
    held = sorted((value, count) for value, count in counts.items() if count > 0)
    n = sum(count for _, count in held)
    if not n:
        return None
    at = [_quantile(held, n, quarter / 4) for quarter in range(5)]
    return Spread(n, at[0], at[1], at[2], at[3], at[4])


def _quantile(held: list[tuple[float, int]], n: int, share: float) -> float:
    place = (n - 1) * share
    low = _value_at(held, int(place))
    return low + (place - int(place)) * (_value_at(held, min(int(place) + 1, n - 1)) - low)


def _value_at(held: list[tuple[float, int]], place: int) -> float:
    for value, count in held:
        if place < count:
            return value
        place -= count
    return held[-1][0]
