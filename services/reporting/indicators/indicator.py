"""What an indicator is, and how a case is counted under teams. The indicators themselves are defined beside this page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from shared.calendar import Month, month_of
from shared.contracts.intake import Allocation
from shared.contracts.state import State


class Kind(StrEnum):
    FLOW = "flow"
    """Things that happened in a month. A year to date adds the months up."""
    STOCK = "stock"
    """Things as they stand at the end of a month's last day; kept as dated changes, added up when read."""
    DISTRIBUTION = "distribution"
    """How often each value occurred in a month, for means and spreads."""
    DISTINCT = "distinct"
    """Who or what occurred, one band each, so that any window of months counts each of them once."""


class Unit(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    SCORE = "score"


class Polarity(StrEnum):
    HIGH_IS_GOOD = "high_is_good"
    LOW_IS_GOOD = "low_is_good"
    NEUTRAL = "neutral"


NOT_ALLOCATED = ""
"""The team of a case that nobody holds."""

HELD_BY = "the team holding the case on that day; on the day it was let go of, the team that held it last"
STANDS_WITH = "the team holding the case at the end of the month's last day: it moves from team to team with the case"
"""How the figures of a case are attributed to teams, in words: most things that happen, and everything that stands."""


@dataclass(frozen=True)
class Contribution:
    """What one history adds to one cell. Whole numbers only, so that cells never drift."""

    month: Month
    team: str = NOT_ALLOCATED
    band: str = ""
    numerator: int = 0
    denominator: int = 0


S = TypeVar("S", bound=State)


@dataclass(frozen=True)
class Indicator(Generic[S]):
    """One indicator: what it says in a sentence, how it is counted, and the function that counts it."""

    id: str
    title: str
    sentence: str
    kind: Kind
    numerator: str
    contribute: Callable[[S], Iterable[Contribution]]
    denominator: str | None = None
    """None where the figure is a count."""
    exclusions: str = ""
    attribution: str = HELD_BY
    polarity: Polarity = Polarity.NEUTRAL
    bands: str = ""
    """What the bands are, where a figure is broken down by one."""
    source: str = "DfE children in need census"
    version: int = 1

    @property
    def unit(self) -> Unit:
        if self.kind is Kind.DISTRIBUTION:
            return Unit.SCORE
        return Unit.PERCENT if self.denominator else Unit.COUNT


def percent(numerator: int, denominator: int) -> float | None:
    """To one decimal, half up, as DfE publishes; None of nothing."""
    return (2000 * numerator + denominator) // (2 * denominator) / 10 if denominator else None


def once(day: date, team: str, *, band: str = "", counts: bool = True) -> Contribution:
    """One thing that happened on a day: one in the denominator, and one in the numerator if it counts."""
    return Contribution(month_of(day), team, band, int(counts), 1)


def team_at_end_of(day: date, allocations: Iterable[Allocation]) -> str:
    """The team holding a case at the end of a day; of several, the one allocated last."""
    holding = (
        held for held in allocations if held.held_from <= day and (held.held_until is None or day < held.held_until)
    )
    last = max(holding, key=_in_order, default=None)
    return last.team if last else NOT_ALLOCATED


def team_on(allocations: Iterable[Allocation], day: date) -> str:
    """The team holding a case on a day, for what was done on it.

    A case is let go of on the day it closes, and much is done on that day: it was done by whoever held the case until then.
    """
    allocations = list(allocations)
    let_go = max((held for held in allocations if held.held_until == day), key=_in_order, default=None)
    return team_at_end_of(day, allocations) or (let_go.team if let_go else NOT_ALLOCATED)


def first_team(allocations: Iterable[Allocation]) -> str:
    """The team a case was first allocated to."""
    first = min(allocations, key=_in_order, default=None)
    return first.team if first else NOT_ALLOCATED


def _in_order(held: Allocation) -> tuple[date, UUID]:
    return held.held_from, held.id


def standing(begins: date, ends: date | None, allocations: Iterable[Allocation]) -> Iterable[Contribution]:
    """Something that stands from a day until, but not at the end of, another, as changes to a stock.

    A case that ends on a day is not open at the end of it. It stands with whichever team holds it, and moves with it.
    """
    if ends is not None and ends <= begins:
        return
    team, since = NOT_ALLOCATED, begins
    for day, holder in _changes_of_hand(begins, ends, list(allocations)):
        if holder != team and day > since:
            yield from _step(team, since, day)
            since = day
        team = holder
    yield from _step(team, since, ends)


def _step(team: str, since: date, until: date | None) -> Iterable[Contribution]:
    yield Contribution(month_of(since), team, numerator=1)
    if until is not None:
        yield Contribution(month_of(until), team, numerator=-1)


def _changes_of_hand(begins: date, ends: date | None, allocations: list[Allocation]) -> list[tuple[date, str]]:
    """The days on which a case may change hands while it stands, and who holds it from then."""
    days = {begins}
    for held in allocations:
        days |= {
            day for day in (held.held_from, held.held_until) if day and day > begins and (ends is None or day < ends)
        }
    return [(day, team_at_end_of(day, allocations)) for day in sorted(days)]
