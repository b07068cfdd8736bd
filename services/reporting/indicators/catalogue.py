"""Every indicator there is, and what one history contributes to all of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, TypeAlias

from services.reporting.indicators.allocation import ALLOCATION
from services.reporting.indicators.assessments import ASSESSMENTS
from services.reporting.indicators.breakdowns import STATED, Categories, categories
from services.reporting.indicators.care import CARE
from services.reporting.indicators.contacts import CONTACTS
from services.reporting.indicators.episodes import EPISODES
from services.reporting.indicators.facts import FACTS_STATED
from services.reporting.indicators.indicator import Indicator
from services.reporting.indicators.journeys import JOURNEYS
from services.reporting.indicators.offers import OFFERS
from services.reporting.indicators.practice import PRACTICE
from services.reporting.indicators.protection import PROTECTION
from services.reporting.indicators.referrals import REFERRALS
from services.reporting.indicators.reviews import REVIEWS
from services.reporting.indicators.unstated import UNSTATED
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State

LPIR: tuple[Indicator[ChildState], ...] = (
    *CONTACTS,
    *REFERRALS,
    *EPISODES,
    *ASSESSMENTS,
    *PROTECTION,
    *JOURNEYS,
    *ALLOCATION,
    *REVIEWS,
    *CARE,
    *OFFERS,
    *UNSTATED,
)
"""The local performance indicators, counted from children's histories."""

EVERY: tuple[Indicator[Any], ...] = (*LPIR, *PRACTICE)
BY_ID: Mapping[str, Indicator[Any]] = {indicator.id: indicator for indicator in EVERY}

OF_SUBJECT: Mapping[type[State], tuple[Indicator[Any], ...]] = {
    ChildState: (*LPIR, FACTS_STATED),
    PracticeState: PRACTICE,
}

COUNTED_AS = 2
"""Raised when contributions come to be kept another way, as when breakdowns came."""


def definitions() -> str:
    """All definitions and the way they are counted, in a few letters: the cells were counted by these or by others."""
    told = repr((COUNTED_AS, [(each.id, each.version) for each in EVERY], [name for name, _ in STATED]))
    return blake2b(told.encode(), digest_size=8).hexdigest()


def in_force(year: int) -> list[Indicator[Any]]:
    """The definitions that hold in a financial year: of each indicator its latest version up to then."""
    latest = {each.id: each for each in sorted(EVERY, key=lambda each: each.version) if each.since <= year}
    return [latest[each] for each in dict.fromkeys(each.id for each in EVERY) if each in latest]


def breakdowns_of(indicator: Indicator[Any]) -> list[str]:
    """By what an indicator's figures are broken down."""
    return [name for name, _ in STATED] if indicator in LPIR and indicator.is_broken_down else []


Counted: TypeAlias = tuple[str, str, str, str, str, Categories]
"""Authority, indicator, month, team, band, and the categories of the case."""
CellKey: TypeAlias = tuple[str, ...]
"""What the cell's table is keyed by, in its order: authority and indicator first."""
Tally: TypeAlias = Counter[tuple[CellKey, str]]
"""Whole numbers by cell and by `numerator` or `denominator`."""
Contributed: TypeAlias = Counter[tuple[Counted, str]]


@dataclass
class Tallies:
    """What is to be added to the cells of either table."""

    whole: Tally = field(default_factory=Counter)
    """By authority, indicator, month, team and band."""
    broken_down: Tally = field(default_factory=Counter)
    """By authority, indicator, breakdown, month, category and band: of all teams together."""


def contributions(state: State | None) -> Contributed:
    """All that one history contributes. A subject merged into another, or erased, contributes nothing."""
    counted: Contributed = Counter()
    if state is None or state.erased or state.merged_into is not None:
        return counted
    of_case = categories(state) if isinstance(state, ChildState) else {}
    for indicator in OF_SUBJECT[type(state)]:
        for each in indicator.contribute(state):
            stands_under = of_case.get(each.case, ()) if each.case and indicator.is_broken_down else ()
            key = (state.authority, indicator.id, each.month, each.team, each.band, stands_under)
            counted[key, "numerator"] += each.numerator
            counted[key, "denominator"] += each.denominator
    return counted


def cells_of(counted: Contributed) -> Tallies:
    """Contributions of any number of histories as what they come to in each cell."""
    tallies = Tallies()
    for ((authority, indicator, month, team, band, stands_under), side), count in counted.items():
        if count:
            tallies.whole[(authority, indicator, month, team, band), side] += count
            for breakdown, category in stands_under:
                tallies.broken_down[(authority, indicator, breakdown, month, category, band), side] += count
    return tallies
