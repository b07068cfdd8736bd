"""Reads of Practice Reports: two statements over the cells, whatever the number of teams, and the weighing off the loop."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlmodel import col

from services.reporting.indicators.models import Cell
from services.reporting.practice_reports.period import Period
from services.reporting.practice_reports.report import SHARES, Shares, report_of
from services.reporting.practice_reports.skills import Observed
from shared import clock
from shared.calendar import Month
from shared.database import Session

PERIODS_BEFORE = 12
"""A chart has limits from twelve points on, and the period reported on is judged by those before it."""
PROFILES = "practice_profiles"


async def practice_report(session: Session, period: Period, *, authority: str, teams: Mapping[str, str]) -> str:
    """The report on a period as JSON (`PracticeReportOut`): the service, and these teams, each code with its name."""
    periods = period.with_those_before(PERIODS_BEFORE)
    observed = await _observed(session, periods, authority=authority)
    shares = await _shares(session, periods, authority=authority)
    return await asyncio.to_thread(lambda: report_of(periods, observed, shares, teams=teams).model_dump_json())


async def _observed(session: Session, periods: Sequence[Period], *, authority: str) -> list[Observed]:
    place = _place_of_month(periods)
    wanted = select(col(Cell.team), col(Cell.month), col(Cell.band), col(Cell.numerator)).where(
        col(Cell.authority) == authority,
        col(Cell.indicator) == PROFILES,
        col(Cell.month).between(periods[0].first, periods[-1].last),
        col(Cell.numerator) > 0,
    )
    rows = (await session.execute(wanted)).all()
    return [Observed(team, place[month], band, times) for team, month, band, times in rows]


async def _shares(session: Session, periods: Sequence[Period], *, authority: str) -> Shares:
    """What can be judged by now: a band that is a day is something still owed, and not late until it is over."""
    place, today = _place_of_month(periods), clock.today().isoformat()
    wanted = (
        select(
            col(Cell.team), col(Cell.indicator), col(Cell.month), func.sum(Cell.numerator), func.sum(Cell.denominator)
        )
        .where(
            col(Cell.authority) == authority,
            col(Cell.indicator).in_(SHARES),
            col(Cell.month).between(periods[0].first, periods[-1].last),
            col(Cell.band) < today,
        )
        .group_by(col(Cell.team), col(Cell.indicator), col(Cell.month))
    )
    counts: dict[tuple[str | None, str], list[tuple[int, int]]] = defaultdict(lambda: [(0, 0)] * len(periods))
    for team, indicator, month, over, under in (await session.execute(wanted)).all():
        for whose in (team, None):
            before = counts[whose, indicator][place[month]]
            counts[whose, indicator][place[month]] = (before[0] + int(over), before[1] + int(under))
    return dict(counts)


def _place_of_month(periods: Sequence[Period]) -> dict[Month, int]:
    return {month: place for place, period in enumerate(periods) for month in period.months}
