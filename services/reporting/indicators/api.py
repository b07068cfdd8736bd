"""The HTTP door of indicators."""

import csv
import io
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.reporting import permissions
from services.reporting.indicators.catalogue import BY_ID
from services.reporting.indicators.models import Figure, IndicatorOut, LpirOut
from services.reporting.indicators.queries import lpir, standing
from services.reporting.people.queries import check_sees_team
from shared.calendar import Month, months_between
from shared.problems import Unprocessable
from shared.web.conditional import Shown, unchanged
from shared.web.guard import Reading, may
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Reference

router = APIRouter(prefix="/v1", tags=["indicators"])

MOST_MONTHS = 120
MonthAsked = Annotated[str, Query(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", examples=["2026-03"])]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


class MonthsOutOfOrder(Unprocessable):
    title = "The months are the wrong way round, or too many"
    at = "#/query/from"


def check_months(first: Month, last: Month) -> None:
    """Raise `MonthsOutOfOrder` unless they are the right way round, and not too many."""
    if not 1 <= len(months_between(first, last)) <= MOST_MONTHS:
        raise MonthsOutOfOrder(f"`from` is on or before `to`, and at most {MOST_MONTHS} months are asked for at once")


@router.get("/indicators")
async def list_indicators(_by: Annotated[Principal, may(permissions.READ_DEFINITIONS)]) -> list[IndicatorOut]:
    """What every indicator means: numerator, denominator, exclusions, and which team it is counted under."""
    return [IndicatorOut.model_validate(indicator) for indicator in BY_ID.values()]


@router.get("/lpir", response_model=LpirOut, responses={200: {"content": {"text/csv": {}}}})
async def read_lpir(
    request: Request,
    session: Reading,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_LPIR)],
    first: Annotated[MonthAsked, Query(alias="from")],
    last: Annotated[MonthAsked, Query(alias="to")],
    team: Reference | None = None,
    year_to_date: FlagAsked = True,
    format: Format | None = None,
) -> LpirOut | Response:
    """The local performance indicators, month by month, with the financial year to date; for one team or all together.

    CSV, one figure a row, with `?format=csv` or `Accept: text/csv`.
    """
    check_months(first, last)
    await check_sees_team(session, team, by)
    wants_csv = format is Format.CSV or (format is None and "text/csv" in request.headers.get("accept", ""))
    if version.of_all(await standing(session), wants_csv):
        return unchanged()
    found = await lpir(
        session,
        authority=request.app.state.settings.authority,
        first=first,
        last=last,
        team=team,
        year_to_date=year_to_date,
    )
    return _as_csv(found) if wants_csv else found


def _as_csv(found: LpirOut) -> Response:
    """Tidy: one figure a row, months first, then the year to date."""
    rows: list[tuple[Month, str, list[object]]] = []
    for month in found.months:
        rows += [(month.month, "Month", [*_cells(figure)]) for figure in month.figures]
    rows += [(found.last, "Financial year to date", [*_cells(figure)]) for figure in found.year_to_date]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            "time_period",
            "time_identifier",
            "la_code",
            "team",
            "indicator",
            "band",
            "numerator",
            "denominator",
            "percent",
            "note",
        ]
    )
    for period, identifier, cells in rows:
        writer.writerow([period, identifier, found.authority, _safe(found.team or "Total"), *cells])
    name = f'attachment; filename="lpir-{found.first}-{found.last}.csv"'
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


def _cells(figure: Figure) -> list[object]:
    columns = (figure.indicator, figure.band, figure.numerator, figure.denominator, figure.percent, figure.note)
    return ["" if value is None else value for value in columns]


def _safe(text: str) -> str:
    """A spreadsheet runs what begins with one of these."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
