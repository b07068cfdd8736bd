"""Every indicator there is, and what one history contributes to all of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from services.reporting.indicators.assessments import ASSESSMENTS
from services.reporting.indicators.episodes import EPISODES
from services.reporting.indicators.indicator import Indicator
from services.reporting.indicators.practice import PRACTICE
from services.reporting.indicators.protection import PROTECTION
from services.reporting.indicators.referrals import REFERRALS
from shared.contracts.intake import ChildState
from shared.contracts.observation import PracticeState
from shared.contracts.state import State

LPIR: tuple[Indicator[ChildState], ...] = (*REFERRALS, *EPISODES, *ASSESSMENTS, *PROTECTION)
"""The local performance indicators, counted from children's histories."""

EVERY: tuple[Indicator[Any], ...] = (*LPIR, *PRACTICE)
BY_ID: Mapping[str, Indicator[Any]] = {indicator.id: indicator for indicator in EVERY}

OF_SUBJECT: Mapping[type[State], tuple[Indicator[Any], ...]] = {ChildState: LPIR, PracticeState: PRACTICE}

CellKey: TypeAlias = tuple[str, str, str, str, str]
"""Authority, indicator, month, team, band."""
Tally: TypeAlias = Counter[tuple[CellKey, str]]
"""Whole numbers by cell and by `numerator` or `denominator`."""


def contributions(state: State | None) -> Tally:
    """All that one history contributes. A subject merged into another, or erased, contributes nothing."""
    tally: Tally = Counter()
    if state is None or state.erased or state.merged_into is not None:
        return tally
    for indicator in OF_SUBJECT[type(state)]:
        for each in indicator.contribute(state):
            key = (state.authority, indicator.id, each.month, each.team, each.band)
            tally[key, "numerator"] += each.numerator
            tally[key, "denominator"] += each.denominator
    return tally
