"""What was avoided by a lower number of children looked after, as a range; and how late it comes.

A child who is not looked after for a month avoids a twelfth of a year's cost. Between two months that are stated the number
is taken to move in a straight line; before the first stated month nothing is counted, and after the last nothing is guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.reporting.benefits.plan import PlanIn
from shared.calendar import Month, months_between


@dataclass(frozen=True)
class Money:
    """Whole pounds: the least, the central and the most under the assumptions stated."""

    low: int
    central: int
    high: int


@dataclass(frozen=True)
class Avoided:
    month: Month
    """To the end of it."""
    children: float
    """Fewer than there would be otherwise, by the central judgement; below nought where there are more."""
    to_date: Money


def avoided(plan: PlanIn, numbers: Sequence[tuple[Month, float]]) -> list[Avoided]:
    """Month by month what has been avoided since the first, if the numbers of children were these."""
    low = central = high = 0.0
    told = []
    for month, children in numbers:
        cost, otherwise = plan.cost_in(month), plan.otherwise
        least, most = otherwise.low - children, otherwise.high - children
        low += least * (cost.low if least > 0 else cost.high) / 12
        central += (otherwise.central - children) * cost.central / 12
        high += most * (cost.high if most > 0 else cost.low) / 12
        told.append(Avoided(month, otherwise.central - children, Money(round(low), round(central), round(high))))
    return told


def planned(plan: PlanIn) -> list[tuple[Month, float]]:
    """The number of children planned, every month from the first that is stated to the last."""
    return _in_a_straight_line([(each.month, each.planned) for each in plan.months])


def actual(plan: PlanIn) -> list[tuple[Month, float]]:
    """The number of children there were, every month from the first that is stated to the last."""
    return _in_a_straight_line([(each.month, each.actual) for each in plan.months])


def _in_a_straight_line(stated: Sequence[tuple[Month, int | None]]) -> list[tuple[Month, float]]:
    known = [(month, number) for month, number in stated if number is not None]
    told: list[tuple[Month, float]] = []
    for (first, begins), (last, ends) in pairwise(known):
        steps = months_between(first, last)
        told += [(m, begins + (ends - begins) * place / (len(steps) - 1)) for place, m in enumerate(steps[:-1])]
    return [*told, *((month, float(number)) for month, number in known[-1:])]


def slipped(plan: PlanIn) -> int | None:
    """By how many months the number of children trails the plan, at the last month known. None where the plan never goes so low.

    Below nought where it is ahead.
    """
    there, wanted = actual(plan), planned(plan)
    if not there or not wanted:
        return None
    month, number = there[-1]
    reached = next((when for when, aimed in wanted if aimed <= number), None)
    return None if reached is None else months_from(reached, month)


def months_from(first: Month, last: Month) -> int:
    """How many months from one to another; below nought where the second comes first."""
    return len(months_between(first, last)) - 1 if first <= last else 1 - len(months_between(last, first))
