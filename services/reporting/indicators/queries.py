"""Reads of figures: one statement over the cells, whatever the size of the histories behind them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from sqlalchemy import and_, case, func, literal, or_, select
from sqlmodel import col

from services.reporting.indicators.definition import Indicator, Kind
from services.reporting.indicators.definitions import BY_ID, LPIR
from services.reporting.indicators.models import Cell, Figure, LpirOut, MonthOut
from shared import clock
from shared.calendar import Month, financial_year, month_of, months_between
from shared.contracts.codes import ClosureReason
from shared.contracts.intake import ChildState
from shared.database import Session

BEFORE = ""
"""Sorts before every month: what a stock had come to before the first month asked for."""
Counts: TypeAlias = dict[tuple[str, str, Month], tuple[int, int]]
"""Numerator and denominator by indicator, band and month."""

STOCKS = tuple(indicator.id for indicator in BY_ID.values() if indicator.kind is Kind.STOCK)
BANDS: dict[str, tuple[str, ...]] = {"closures_by_reason": tuple(ClosureReason)}
"""Bands that are shown even when nothing fell into them."""


async def counts(
    session: Session, *, authority: str, indicators: Iterable[str], first: Month, last: Month, team: str | None = None
) -> Counts:
    """The cells of some indicators over some months, all teams together or one."""
    month = case((col(Cell.month) < first, literal(BEFORE)), else_=col(Cell.month)).label("month")
    in_range = and_(col(Cell.month) >= first, col(Cell.month) <= last)
    so_far = and_(col(Cell.indicator).in_(STOCKS), col(Cell.month) <= last)
    wanted = (
        select(col(Cell.indicator), col(Cell.band), month, func.sum(Cell.numerator), func.sum(Cell.denominator))
        .where(col(Cell.authority) == authority, col(Cell.indicator).in_(list(indicators)), or_(in_range, so_far))
        .group_by(col(Cell.indicator), col(Cell.band), month)
    )
    if team is not None:
        wanted = wanted.where(col(Cell.team) == team)
    rows = (await session.execute(wanted)).all()
    return {(indicator, band, month): (int(over), int(under)) for indicator, band, month, over, under in rows}


def figures(found: Counts, indicators: Iterable[Indicator[ChildState]], months: list[Month]) -> list[Figure]:
    """One figure for each indicator and band over some months taken together."""
    bands: dict[str, set[str]] = defaultdict(set)
    for indicator, band, _ in found:
        bands[indicator].add(band)
    return [
        _figure(indicator, band, found, months)
        for indicator in indicators
        for band in (sorted({*bands[indicator.id], *BANDS[indicator.id]}) if indicator.id in BANDS else ("",))
    ]


def _figure(indicator: Indicator[ChildState], band: str, found: Counts, months: list[Month]) -> Figure:
    if indicator.kind is Kind.STOCK:
        months = [month for name, _, month in found if name == indicator.id and month <= months[-1]]
    numerator = sum(found.get((indicator.id, band, month), (0, 0))[0] for month in months)
    if indicator.denominator is None:
        return Figure(indicator=indicator.id, band=band or None, numerator=numerator)
    denominator = sum(found.get((indicator.id, band, month), (0, 0))[1] for month in months)
    percent = round(100 * numerator / denominator, 1) if denominator else None
    return Figure(
        indicator=indicator.id, band=band or None, numerator=numerator, denominator=denominator, percent=percent
    )


async def lpir(session: Session, *, authority: str, first: Month, last: Month, team: str | None = None) -> LpirOut:
    """The local performance indicators from one month to another, and the financial year to date of the last."""
    april = f"{financial_year(last) - 1}-04"
    found = await counts(
        session,
        authority=authority,
        indicators=[indicator.id for indicator in LPIR],
        first=min(first, april),
        last=last,
        team=team,
    )
    months = months_between(first, last)
    return LpirOut(
        authority=authority,
        team=team,
        first=first,
        last=last,
        months=[
            MonthOut(month=month, is_over=month < month_of(clock.today()), figures=figures(found, LPIR, [month]))
            for month in months
        ],
        year_to_date_from=april,
        year_to_date=figures(found, LPIR, months_between(april, last)),
        notes=[
            "Figures are counted from what has been recorded so far: late recording still changes them.",
            "Re-referrals count previous referrals that are on record here; before the first year imported none are.",
        ],
    )
