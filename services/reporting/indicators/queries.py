"""Reads of figures: one statement over the cells, whatever the size of the histories behind them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Table, and_, case, func, literal, or_, select
from sqlmodel import col

from services.reporting.indicators.catalogue import BY_ID, LPIR, Tallies, Tally, breakdowns_of, definitions
from services.reporting.indicators.facts import FACTS
from services.reporting.indicators.figures import Counts, Found, standing_indicators
from services.reporting.indicators.models import (
    BrokenDownCell,
    BrokenDownOut,
    CategoryOut,
    Cell,
    CellsVersion,
    Figure,
    LpirOut,
    MonthOut,
    ProvenanceOut,
)
from shared import clock
from shared.calendar import Month, financial_year, month_of, months_between
from shared.database import Session
from shared.problems import NotFound

BEFORE = ""
"""Sorts before every month: what a stock had come to before the first month asked for."""
STANDING = standing_indicators()
CELLS: tuple[Table, Table] = (Cell.__table__, BrokenDownCell.__table__)  # type: ignore[attr-defined]
"""The tables of cells: whole, and broken down."""


async def standing(session: Session) -> tuple[object, date]:
    """What every figure here depends on, beside what is asked for: the version of the cells, and the day."""
    version = await session.execute(select(col(CellsVersion.n), col(CellsVersion.changed_at)))
    return tuple(version.one_or_none() or ()), clock.today()


async def provenance(session: Session) -> ProvenanceOut:
    version = (await session.execute(select(col(CellsVersion.n), col(CellsVersion.changed_at)))).one_or_none()
    n, changed_at = version or (0, None)
    return ProvenanceOut(counted_at=changed_at, version=n, definitions=definitions())


async def counts(
    session: Session,
    *,
    authority: str | None,
    indicators: Iterable[str],
    first: Month,
    last: Month,
    team: str | None = None,
) -> Counts:
    """The cells of some indicators over some months, all teams together or one; facts, asked for as one, are of no team.

    None is whichever authority is here.
    """
    month = case((col(Cell.month) < first, literal(BEFORE)), else_=col(Cell.month)).label("month")
    in_range = and_(col(Cell.month) >= first, col(Cell.month) <= last)
    so_far = and_(col(Cell.indicator).in_(STANDING), col(Cell.month) <= last)
    wanted = (
        select(col(Cell.indicator), col(Cell.band), month, func.sum(Cell.numerator), func.sum(Cell.denominator))
        .where(col(Cell.indicator).in_(list(indicators)), or_(in_range, so_far))
        .group_by(col(Cell.indicator), col(Cell.band), month)
    )
    if authority is not None:
        wanted = wanted.where(col(Cell.authority) == authority)
    if team is not None:
        wanted = wanted.where(or_(col(Cell.team) == team, col(Cell.indicator) == FACTS))
    rows = (await session.execute(wanted)).all()
    return {(indicator, band, month): (int(over), int(under)) for indicator, band, month, over, under in rows}


async def kept_cells(session: Session) -> Tallies:
    """Every cell of both tables, as they are kept."""
    return Tallies(await kept(session, CELLS[0]), await kept(session, CELLS[1]))


async def kept(session: Session, table: Table) -> Tally:
    """Every cell of one table."""
    tally: Tally = Counter()
    for *key, numerator, denominator in (await session.execute(select(table))).all():
        tally[tuple(key), "numerator"], tally[tuple(key), "denominator"] = numerator, denominator
    return tally


def figures(found: Counts, months: list[Month], *, is_over: bool) -> list[Figure]:
    """One figure for each local performance indicator and band over some months taken together."""
    return Found(found).figures(months, is_over=is_over)


async def not_yet_stated(session: Session, *, authority: str) -> dict[str, list[str]]:
    """By indicator, the facts it needs of which no source has stated any by today."""
    today = month_of(clock.today())
    found = Found(await counts(session, authority=authority, indicators=[FACTS], first=today, last=today))
    return {indicator.id: found.not_stated(indicator, today) for indicator in BY_ID.values()}


async def lpir(
    session: Session, *, authority: str, first: Month, last: Month, team: str | None = None, year_to_date: bool = True
) -> LpirOut:
    """The local performance indicators from one month to another, and the financial year to date of the last."""
    april = f"{financial_year(last) - 1}-04"
    found = Found(
        await counts(
            session,
            authority=authority,
            indicators=[FACTS, *(indicator.id for indicator in LPIR)],
            first=min(first, april) if year_to_date else first,
            last=last,
            team=team,
        )
    )
    now = month_of(clock.today())
    to_date = found.figures([april, last], is_over=last < now, has_begun=last <= now) if year_to_date else []
    return LpirOut(
        authority=authority,
        team=team,
        first=first,
        last=last,
        months=[
            MonthOut(
                month=month,
                is_over=month < now,
                figures=found.figures([month], is_over=month < now, has_begun=month <= now),
            )
            for month in months_between(first, last)
        ],
        year_to_date_from=april,
        year_to_date=to_date,
        provenance=await provenance(session),
        notes=[
            "Figures are counted from what has been recorded so far: late recording still changes them.",
            "Re-referrals count previous referrals that are on record here; before the first year imported none are.",
        ],
    )


async def broken_down(
    session: Session, *, authority: str, indicator: str, breakdown: str, first: Month, last: Month
) -> BrokenDownOut:
    """One indicator by one breakdown, month by month and for the year to date. Raises `NotFound` where it has none."""
    wanted = BY_ID.get(indicator)
    if wanted is None or breakdown not in breakdowns_of(wanted):
        raise NotFound("there is no such indicator, or its figures are not broken down by this")
    april, now = f"{financial_year(last) - 1}-04", month_of(clock.today())
    of_all = await counts(session, authority=authority, indicators=[FACTS], first=min(first, april), last=last)
    by_category: dict[str, Counts] = {}
    for category, band, month, over, under in await _broken_down(session, authority, indicator, breakdown, last):
        by_category.setdefault(category, dict(of_all))[indicator, band, month] = (over, under)
    months = [month for month in months_between(first, last) if month <= now]
    periods: list[tuple[str, list[Month]]] = [(month, [month]) for month in months]
    if months:
        periods.append((f"{april} to {months[-1]}", [april, months[-1]]))
    return BrokenDownOut(
        authority=authority,
        indicator=indicator,
        breakdown=breakdown,
        periods=[name for name, _ in periods],
        categories=[
            CategoryOut(
                category=category,
                figures=[
                    figure
                    for _, covered in periods
                    for figure in Found(found).figures(covered, is_over=covered[-1] < now, of=[wanted])
                ],
            )
            for category, found in sorted(by_category.items())
        ],
        provenance=await provenance(session),
        notes=[
            "Of all teams together. Small counts single out children: these figures are for staff, and leave no office."
        ],
    )


async def _broken_down(
    session: Session, authority: str, indicator: str, breakdown: str, last: Month
) -> list[tuple[str, str, Month, int, int]]:
    cell = BrokenDownCell
    wanted = select(col(cell.category), col(cell.band), col(cell.month), col(cell.numerator), col(cell.denominator))
    rows = await session.execute(
        wanted.where(
            col(cell.authority) == authority,
            col(cell.indicator) == indicator,
            col(cell.breakdown) == breakdown,
            col(cell.month) <= last,
        )
    )
    return [tuple(row) for row in rows.all()]  # type: ignore[misc]
