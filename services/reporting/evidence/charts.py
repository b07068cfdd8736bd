"""Control charts: what a series varies by when nothing special happens, and the points that tell of something else.

The rules are stated with each chart. Two are asked for unless somebody says otherwise: a point beyond a limit, and a run
of eight on one side. Six rising or falling are left out, for in series without any change they find one all the same
and in series with one they find it later than runs do (Anhøj, 2015). Runs are told from the median, as there: a single
extreme point moves the mean, and would put every other on one side of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from statistics import fmean, median
from typing import NamedTuple, TypeAlias

ENOUGH_FOR_LIMITS = 12
"""Points before limits are drawn; with fewer there is a middle line and nothing to judge by."""
RUN, TREND = 8, 6
LIMIT, MOVING_RANGE_LIMIT = 2.66, 3.268
"""Three sigma of single values from the mean moving range of two (3 / 1.128), and the upper limit of that range itself."""


class Rule(StrEnum):
    BEYOND = "a point beyond a limit"
    RUN = "eight or more points in a row on one side of the median"
    TWO_OF_THREE = "two of three points in a row beyond two thirds of the way to a limit, on one side"
    TREND = "six or more points in a row, each above, or each below, the one before"


USUAL = frozenset({Rule.BEYOND, Rule.RUN})


class Point(NamedTuple):
    """One point with what was expected of it. Limits are None where there are too few points, or nothing was counted."""

    value: float | None
    centre: float | None
    low: float | None
    high: float | None
    signals: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Chart:
    kind: str
    """`XmR`, `p` or `u`."""
    points: tuple[Point, ...]
    rules: frozenset[Rule]
    why_no_limits: str | None = None
    mean_moving_range: float | None = None
    highest_moving_range: float | None = None

    @property
    def signals(self) -> frozenset[Rule]:
        return frozenset(rule for point in self.points for rule in point.signals)


TOO_FEW_POINTS = f"limits need {ENOUGH_FOR_LIMITS} points"


def xmr(
    values: Sequence[float | None],
    *,
    rules: frozenset[Rule] = USUAL,
    afresh_from: Sequence[int] = (),
    baseline: int | None = None,
) -> Chart:
    """Single values and their moving range, which is told of the last stretch.

    `afresh_from`: where the baseline begins again, as decided and logged. `baseline`: so many points of each stretch set
    centre and limits and the later ones are only judged by them; all of them, if none is given.
    """
    points: list[Point] = []
    moving = None
    for start, end in _stretches(len(values), afresh_from):
        given = [value for value in values[start:end][:baseline] if value is not None]
        moving = fmean(abs(later - earlier) for earlier, later in pairwise(given)) if len(given) > 1 else None
        centre = fmean(given) if given else None
        has_limits = len(given) >= ENOUGH_FOR_LIMITS and centre is not None and moving is not None
        reach = LIMIT * moving if has_limits and moving is not None else None
        points += _judged([(value, centre, reach, reach) for value in values[start:end]], _middle(given), rules)
    return Chart(
        "XmR",
        tuple(points),
        rules,
        None if any(point.low is not None for point in points) else TOO_FEW_POINTS,
        moving,
        None if moving is None else MOVING_RANGE_LIMIT * moving,
    )


def p_chart(
    shares: Sequence[tuple[int, float]],
    *,
    rules: frozenset[Rule] = USUAL,
    afresh_from: Sequence[int] = (),
    baseline: int | None = None,
) -> Chart:
    """Shares as numerator and denominator; each point has limits of its own, for its own denominator."""
    return _counted("p", shares, rules, afresh_from, baseline)


def u_chart(
    rates: Sequence[tuple[int, float]],
    *,
    rules: frozenset[Rule] = USUAL,
    afresh_from: Sequence[int] = (),
    baseline: int | None = None,
) -> Chart:
    """Events and their exposure (children, months); each point has limits of its own."""
    return _counted("u", rates, rules, afresh_from, baseline)


def _counted(
    kind: str,
    counts: Sequence[tuple[int, float]],
    rules: frozenset[Rule],
    afresh_from: Sequence[int],
    baseline: int | None,
) -> Chart:
    points: list[Point] = []
    for start, end in _stretches(len(counts), afresh_from):
        setting = counts[start:end][:baseline]
        exposed = sum(under for _, under in setting)
        centre = sum(over for over, _ in setting) / exposed if exposed else None
        enough = sum(under > 0 for _, under in setting) >= ENOUGH_FOR_LIMITS
        expected = [_expected(kind, over, under, centre, enough=enough) for over, under in counts[start:end]]
        points += _judged(expected, _middle([over / under for over, under in setting if under]), rules)
    return Chart(kind, tuple(points), rules, None if any(p.low is not None for p in points) else TOO_FEW_POINTS)


Expected: TypeAlias = tuple[float | None, float | None, float | None, float | None]
"""A value, its centre, and how far it may reach below and above."""


def _expected(kind: str, over: int, under: float, centre: float | None, *, enough: bool) -> Expected:
    if not under or centre is None:
        return None, centre, None, None
    if not enough:
        return over / under, centre, None, None
    three_sigma = 3 * sqrt((centre * (1 - centre) if kind == "p" else centre) / under)
    above = min(three_sigma, 1 - centre) if kind == "p" else three_sigma
    return over / under, centre, min(three_sigma, centre), above


def _stretches(count: int, afresh_from: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The baselines: each from where it begins to where the next one does."""
    begins = [0, *sorted({place for place in afresh_from if 0 < place < count})]
    return zip(begins, [*begins[1:], count], strict=True)


def _middle(values: Sequence[float]) -> float:
    return median(values) if values else 0.0


def _judged(expected: Sequence[Expected], middle: float, rules: frozenset[Rule]) -> list[Point]:
    """The points of one baseline. Nothing is judged without limits: a run among three points tells nothing."""
    given = [place for place, (value, _, reach, _) in enumerate(expected) if value is not None and reach is not None]
    found: dict[int, tuple[Rule, ...]] = {}
    for rule, places in _signals([expected[place] for place in given], middle):
        if rule in rules:
            found |= {given[place]: tuple(sorted({*found.get(given[place], ()), rule})) for place in places}
    return [
        Point(
            value,
            centre,
            None if below is None or centre is None else centre - below,
            None if above is None or centre is None else centre + above,
            found.get(place, ()),
        )
        for place, (value, centre, below, above) in enumerate(expected)
    ]


def _signals(points: Sequence[Expected], middle: float) -> Iterator[tuple[Rule, range]]:
    """The rules broken, and by which points."""
    beyond = [_thirds(point) for point in points]
    values = [point[0] or 0.0 for point in points]
    sides = [0 if abs(value - middle) <= TINY else 1 if value > middle else -1 for value in values]
    steps = [(later > earlier) - (later < earlier) for earlier, later in pairwise(values)]
    for place, third in enumerate(beyond):
        if abs(third) > THREE:
            yield Rule.BEYOND, range(place, place + 1)
        near = range(max(place - 2, 0), place + 1)
        if abs(third) > TWO and sum(beyond[each] * (1 if third > 0 else -1) > TWO for each in near) >= TWO:
            yield Rule.TWO_OF_THREE, range(place, place + 1)
    for run in _runs(sides, RUN):
        yield Rule.RUN, run
    for run in _runs(steps, TREND - 1):
        yield Rule.TREND, range(run.start, run.stop + 1)


TWO, THREE = 2, 3


def _thirds(point: Expected) -> float:
    """How far a point lies from its centre, in thirds of the way to the limit on its side."""
    value, centre, below, above = point
    away = (value or 0.0) - (centre or 0.0)
    reach = (above if away > 0 else below) or 0.0
    if abs(away) <= TINY:
        return 0.0
    return 3 * away / reach if reach > TINY else 4.0 * (1 if away > 0 else -1)


TINY = 1e-12
"""Below it a difference is the machine's arithmetic, and no difference."""


def _runs(signs: Sequence[int], enough: int) -> Iterator[range]:
    """Where so many in a row have the same sign. One that has none, on the median, is on neither side and ends a run."""
    start = 0
    for place in range(1, len(signs) + 1):
        if place == len(signs) or signs[place] != signs[start]:
            if signs[start] and place - start >= enough:
                yield range(start, place)
            start = place
