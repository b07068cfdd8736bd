"""Reads of figures: one statement over the cells, whatever the size of the histories behind them."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from sqlalchemy import and_, case, func, literal, or_, select
from sqlmodel import col

from services.reporting.indicators.catalogue import BY_ID, LPIR
from services.reporting.indicators.indicator import Indicator, Kind, percent
from services.reporting.indicators.models import Cell, CellsVersion, Figure, LpirOut, MonthOut
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


async def standing(session: Session) -> tuple[object, date]:
    """What every figure here depends on, beside what is asked for: the version of the cells, and the day."""
    version = await session.execute(select(col(CellsVersion.n), col(CellsVersion.changed_at)))
    return tuple(version.one_or_none() or ()), clock.today()


async def counts(
    session: Session,
    *,
    authority: str | None,
    indicators: Iterable[str],
    first: Month,
    last: Month,
    team: str | None = None,
) -> Counts:
    """The cells of some indicators over some months, all teams together or one. None is whichever authority is here."""
    month = case((col(Cell.month) < first, literal(BEFORE)), else_=col(Cell.month)).label("month")
    in_range = and_(col(Cell.month) >= first, col(Cell.month) <= last)
    so_far = and_(col(Cell.indicator).in_(STOCKS), col(Cell.month) <= last)
    wanted = (
        select(col(Cell.indicator), col(Cell.band), month, func.sum(Cell.numerator), func.sum(Cell.denominator))
        .where(col(Cell.indicator).in_(list(indicators)), or_(in_range, so_far))
        .group_by(col(Cell.indicator), col(Cell.band), month)
    )
    if authority is not None:
        wanted = wanted.where(col(Cell.authority) == authority)
    if team is not None:
        wanted = wanted.where(col(Cell.team) == team)
    rows = (await session.execute(wanted)).all()
    return {(indicator, band, month): (int(over), int(under)) for indicator, band, month, over, under in rows}


def figures(found: Counts, months: list[Month], *, is_over: bool) -> list[Figure]:
    """One figure for each local performance indicator and band over some months taken together."""
    return [
        _figure(indicator, band, found, months, is_over=is_over)
        for indicator in LPIR
        for band in (
            sorted({*_bands_found(indicator, found), *BANDS[indicator.id]}) if indicator.id in BANDS else ("",)
        )
    ]


def _bands_found(indicator: Indicator[ChildState], found: Counts) -> set[str]:
    return {band for name, band, _ in found if name == indicator.id}


def _figure(
    indicator: Indicator[ChildState], band: str, found: Counts, months: list[Month], *, is_over: bool
) -> Figure:
    """What happened is added up; what stands is all changes until the end of the last month."""
    counted = [
        parts
        for (name, its_band, month), parts in found.items()
        if (name, its_band) == (indicator.id, band)
        and (month <= months[-1] if indicator.kind is Kind.STOCK else month in months)
    ]
    numerator = sum(over for over, _ in counted)
    denominator = sum(under for _, under in counted) if indicator.denominator else None
    return Figure(
        indicator=indicator.id,
        band=band or None,
        numerator=numerator,
        denominator=denominator,
        percent=None if denominator is None else percent(numerator, denominator),
        note=_note(indicator, denominator, months, is_over=is_over),
    )


def _note(
    indicator: Indicator[ChildState], denominator: int | None, months: list[Month], *, is_over: bool
) -> str | None:
    notes = []
    if len(months) > 1:
        is_stock = indicator.kind is Kind.STOCK
        notes.append(f"as at the end of {months[-1]}" if is_stock else f"{months[0]} to {months[-1]} added up")
    if denominator == 0:
        notes.append("no percentage: there was nothing to take it of")
    if not is_over:
        notes.append(f"{months[-1]} is not over")
    return "; ".join(notes) or None


async def lpir(
    session: Session, *, authority: str, first: Month, last: Month, team: str | None = None, year_to_date: bool = True
) -> LpirOut:
    """The local performance indicators from one month to another, and the financial year to date of the last."""
    april = f"{financial_year(last) - 1}-04"
    found = await counts(
        session,
        authority=authority,
        indicators=[indicator.id for indicator in LPIR],
        first=min(first, april) if year_to_date else first,
        last=last,
        team=team,
    )
    this_month = month_of(clock.today())
    return LpirOut(
        authority=authority,
        team=team,
        first=first,
        last=last,
        months=[
            MonthOut(
                month=month, is_over=month < this_month, figures=figures(found, [month], is_over=month < this_month)
            )
            for month in months_between(first, last)
        ],
        year_to_date_from=april,
        year_to_date=figures(found, months_between(april, last), is_over=last < this_month) if year_to_date else [],
        notes=[
            "Figures are counted from what has been recorded so far: late recording still changes them.",
            "Re-referrals count previous referrals that are on record here; before the first year imported none are.",
        ],
    )
