"""What an indicator is, and how one thing is counted. The indicators themselves are defined on the pages beside this one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from services.reporting.indicators.attribution import HELD_BY, NOT_ALLOCATED, team_on
from shared.calendar import Month, month_of
from shared.contracts.intake import Episode
from shared.contracts.state import State


class Kind(StrEnum):
    FLOW = "flow"
    """Things that happened in a month. A year to date adds the months up."""
    STOCK = "stock"
    """Things as they stand at the end of a month's last day; kept as dated changes, added up when read."""
    DISTRIBUTION = "distribution"
    """How often each value occurred in a month, for medians, means and spreads."""
    SPREAD = "spread"
    """How many stand at each value at the end of a month's last day: a stock with a value to each."""
    LOAD = "load"
    """How many each holds at the end of a month's last day, one band for each who does."""
    DISTINCT = "distinct"
    """Who or what occurred, one band each, so that any window of months counts each of them once."""


class Unit(StrEnum):
    COUNT = "count"
    PERCENT = "percent"
    SCORE = "score"
    WORKING_DAYS = "working_days"
    WORKERS = "workers"
    CASES = "cases"


class Polarity(StrEnum):
    HIGH_IS_GOOD = "high_is_good"
    LOW_IS_GOOD = "low_is_good"
    NEUTRAL = "neutral"


CENSUS = "DfE children in need census"
CARE_RETURN = "DfE children looked after return (SSDA903)"
DATASET = "the sector's standard safeguarding dataset"
FIRST_YEAR = 2015
"""The financial year, by the year in which it ends, from which the definitions hold that were there from the beginning."""


@dataclass(frozen=True)
class Contribution:
    """What one history adds to one cell. Whole numbers only, so that cells never drift."""

    month: Month
    team: str = NOT_ALLOCATED
    band: str = ""
    numerator: int = 0
    denominator: int = 0
    case: UUID | None = None
    """The referral of the case, by which it is broken down; None for what is not."""


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
    always: tuple[str, ...] = ()
    """Bands that are shown also where nothing fell into them."""
    measured_in: Unit | None = None
    """What the values of a distribution or a spread are."""
    is_broken_down: bool = True
    """By everything that `breakdowns.py` names; False where the figure is not of cases."""
    needs: tuple[str, ...] = ()
    """The facts it is counted from (`facts.py`): while nobody has stated one of a kind, the figure is a blank."""
    benchmark: str | None = None
    """The DfE's published measure that says the same."""
    source: str = CENSUS
    version: int = 1
    since: int = FIRST_YEAR
    """The financial year from which this version holds, and every year after it until another does."""

    @property
    def unit(self) -> Unit:
        if self.measured_in is not None:
            return self.measured_in
        return Unit.PERCENT if self.denominator else Unit.COUNT


def percent(numerator: int, denominator: int) -> float | None:
    """To one decimal, half up, as DfE publishes; None of nothing."""
    return (2000 * numerator + denominator) // (2 * denominator) / 10 if denominator else None


def once(day: date, team: str, *, band: str = "", counts: bool = True, case: UUID | None = None) -> Contribution:
    """One thing that happened on a day: one in the denominator, and one in the numerator if it counts."""
    return Contribution(month_of(day), team, band, int(counts), 1, case)


def done(episode: Episode, day: date, *, band: str = "", counts: bool = True) -> Contribution:
    """One thing done in an episode on a day, under the team that held the case on it."""
    return once(day, team_on(episode.allocations, day), band=band, counts=counts, case=episode.referral_id)
