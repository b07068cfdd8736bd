"""The HTTP door of indicators."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.reporting import permissions
from services.reporting.formats.api import IN_FORMS, Format, FormatAsked, area_of, as_file
from services.reporting.formats.table import Column, Kind, Row, Symbol, Table, Value
from services.reporting.indicators.breakdowns import BREAKDOWNS
from services.reporting.indicators.catalogue import EVERY, breakdowns_of, in_force
from services.reporting.indicators.indicator import Indicator
from services.reporting.indicators.models import BreakdownOut, BrokenDownOut, Figure, IndicatorOut, LpirOut
from services.reporting.indicators.queries import broken_down, lpir, not_yet_stated, standing
from services.reporting.people.queries import check_sees_team
from shared.calendar import Month, months_between
from shared.problems import Unprocessable
from shared.web.conditional import Shown, unchanged
from shared.web.guard import Reading, for_spreadsheets, may
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Reference

router = APIRouter(prefix="/v1", tags=["indicators"])

MOST_MONTHS = 120
MonthAsked = Annotated[str, Query(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", examples=["2026-03"])]


class MonthsOutOfOrder(Unprocessable):
    title = "The months are the wrong way round, or too many"
    at = "#/query/from"


def check_months(first: Month, last: Month) -> None:
    """Raise `MonthsOutOfOrder` unless they are the right way round, and not too many."""
    if not 1 <= len(months_between(first, last)) <= MOST_MONTHS:
        raise MonthsOutOfOrder(f"`from` is on or before `to`, and at most {MOST_MONTHS} months are asked for at once")


@router.get("/indicators")
async def list_indicators(
    request: Request,
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_DEFINITIONS)],
    year: Annotated[int | None, Query(ge=1900, le=2200, examples=[2026])] = None,
) -> list[IndicatorOut]:
    """What every indicator means: numerator, denominator, exclusions, and which team it is counted under.

    Of a financial year, by the year in which it ends, the definitions that hold in it: each holds until another does.
    """
    missing = await not_yet_stated(session, authority=request.app.state.settings.authority)
    every = EVERY if year is None else in_force(year)
    return [_defined(indicator, missing[indicator.id]) for indicator in every]


def _defined(indicator: Indicator[Any], missing: list[str]) -> IndicatorOut:
    told = {name: getattr(indicator, name, None) for name in IndicatorOut.model_fields}
    return IndicatorOut(**told | {"breakdowns": breakdowns_of(indicator), "not_yet_stated": missing})


@router.get("/breakdowns")
async def list_breakdowns(_by: Annotated[Principal, may(permissions.READ_DEFINITIONS)]) -> list[BreakdownOut]:
    """By what figures are broken down, one thing at a time."""
    return [
        BreakdownOut(id=each.id, title=each.title, sentence=each.sentence, is_stated=each.category is not None)
        for each in BREAKDOWNS
    ]


@router.get("/indicators/{indicator}/by/{breakdown}")
async def read_broken_down(
    request: Request,
    indicator: Reference,
    breakdown: Reference,
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_LPIR)],
    first: Annotated[MonthAsked, Query(alias="from")],
    last: Annotated[MonthAsked, Query(alias="to")],
) -> BrokenDownOut:
    """One indicator by need, source, age, sex, ethnic group or disability: month by month, and the year to date."""
    check_months(first, last)
    authority = request.app.state.settings.authority
    return await broken_down(
        session, authority=authority, indicator=indicator, breakdown=breakdown, first=first, last=last
    )


@router.get("/lpir", response_model=LpirOut, responses=IN_FORMS)
@for_spreadsheets
async def read_lpir(
    request: Request,
    session: Reading,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_LPIR)],
    first: Annotated[MonthAsked, Query(alias="from")],
    last: Annotated[MonthAsked, Query(alias="to")],
    form: FormatAsked,
    team: Reference | None = None,
    year_to_date: FlagAsked = True,
) -> LpirOut | Response:
    """The local performance indicators, month by month, with the financial year to date; for one team or all together.

    One figure a row with `?format=csv` or `Accept: text/csv`; its columns with `meta`; a workbook with `xlsx`.
    """
    check_months(first, last)
    await check_sees_team(session, team, by)
    if version.of_all(await standing(session), form):
        return unchanged()
    settings = request.app.state.settings
    found = await lpir(
        session, authority=settings.authority, first=first, last=last, team=team, year_to_date=year_to_date
    )
    if form is Format.JSON:
        return found
    about = {"period": f"{first} to {last}", "team": found.team or "all together", "figures": "as recorded so far"}
    return await as_file(form, _table(found), about, area_of(settings))


COLUMNS = (
    Column("coverage", "The month, or the financial year to date"),
    Column("month", "The month, or the last of the year to date, as 2026-04"),
    Column("team", "Team code"),
    Column("indicator", "Indicator; what each means stands in /v1/indicators"),
    Column("band", "Band"),
    Column("note", "What to know before the figure is quoted"),
    Column("numerator", "Numerator, or count", Kind.INDICATOR, places=0),
    Column("denominator", "Denominator", Kind.INDICATOR, places=0),
    Column("percent", "Percentage", Kind.INDICATOR, "%", 1),
    Column("median", "Median, of values", Kind.INDICATOR, places=1),
)


def _table(found: LpirOut) -> Table:
    """One figure a row, months first, then the year to date."""
    team = found.team or "Total"
    rows = [_row("Month", month.month, team, figure) for month in found.months for figure in month.figures]
    rows += [_row("Year to date", found.last, team, figure) for figure in found.year_to_date]
    name = f"lpir-{found.first}-{found.last}"
    return Table(name, "Local performance indicators", COLUMNS, rows, found.notes)


def _row(coverage: str, month: Month, team: str, figure: Figure) -> Row:
    def shown(value: float | None) -> Value:
        return Symbol.NOT_APPLICABLE if value is None else value

    numerator = Symbol.NOT_AVAILABLE if figure.numerator is None else figure.numerator
    median = figure.values.median if figure.values else None
    figures = (numerator, shown(figure.denominator), shown(figure.percent), shown(median))
    return Row(month, (coverage, month, team, figure.indicator, figure.band or "Total", figure.note or "", *figures))
