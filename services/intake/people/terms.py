"""What a worker's terms are on a day. Plain Python, so that what was right on a day stays right for that day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from shared.calendar import add_months
from shared.contracts.codes import InductionStage

INDUCTION_MONTHS, FIRST_YEAR_MONTHS = 3, 12
"""Of the assessed and supported year in employment (Skills for Care's standards for the ASYE)."""


class Post(Protocol):
    @property
    def full_time_equivalent_percent(self) -> int: ...
    @property
    def newly_qualified_from(self) -> date | None: ...


class Dated(Protocol):
    in_force_from: date
    full_time_equivalent_percent: int
    stage: InductionStage | None


class Away(Protocol):
    away_from: date
    back_on: date | None


@dataclass(frozen=True)
class Terms:
    """How much of a full week a worker works, and how far the worker is on the way to a full caseload."""

    full_time_equivalent_percent: int
    stage: InductionStage


def terms_on(post: Post, dated: Iterable[Dated], day: date) -> Terms:
    """The terms on a day: the latest that have begun, else those of the post."""
    begun = [each for each in dated if each.in_force_from <= day]
    latest = max(begun, key=lambda each: each.in_force_from, default=None)
    stage = latest.stage if latest else None
    percent = latest.full_time_equivalent_percent if latest else post.full_time_equivalent_percent
    return Terms(percent, stage or _stage_by_the_calendar(post.newly_qualified_from, day))


def _stage_by_the_calendar(newly_qualified_from: date | None, day: date) -> InductionStage:
    if newly_qualified_from is None or day >= add_months(newly_qualified_from, FIRST_YEAR_MONTHS):
        return InductionStage.EXPERIENCED
    is_new = day < add_months(newly_qualified_from, INDUCTION_MONTHS)
    return InductionStage.INDUCTION if is_new else InductionStage.FIRST_YEAR


def is_away(absences: Iterable[Away], day: date) -> bool:
    return any(each.away_from <= day and (each.back_on is None or day < each.back_on) for each in absences)
