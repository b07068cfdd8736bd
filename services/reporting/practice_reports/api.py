"""The HTTP door of Practice Reports."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.reporting import permissions
from services.reporting.formats.api import IN_FORMS, Format, FormatAsked, area_of, as_file
from services.reporting.indicators.queries import standing
from services.reporting.people.queries import teams_asked_for
from services.reporting.practice_reports.models import PracticeReportOut
from services.reporting.practice_reports.period import period_named
from services.reporting.practice_reports.queries import practice_report
from services.reporting.practice_reports.tabled import tabled
from shared.web.conditional import Shown, unchanged
from shared.web.guard import Reading, for_spreadsheets, may
from shared.web.roles import Principal
from shared.web.shapes import Reference

router = APIRouter(prefix="/v1/practice-reports", tags=["practice reports"])


@router.get("/{period}", response_model=PracticeReportOut, responses=IN_FORMS)
@for_spreadsheets
async def read_practice_report(
    request: Request,
    period: Annotated[str, Path(max_length=20, examples=["2026-27-Q1", "2026-04"])],
    session: Reading,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_PRACTICE_REPORTS)],
    form: FormatAsked,
    team: Reference | None = None,
) -> Response:
    """How practice was observed to be in a month or a quarter: the service, and the teams you may see.

    With the twelve periods before it, so that every chart can be drawn; what is tested, and how, says itself.
    The series as one table with `?format=csv`, its columns with `meta`, a workbook with `xlsx`.
    """
    covered = period_named(period)
    teams = await teams_asked_for(session, team, by)
    if version.of_all(await standing(session), sorted(teams.items()), form):
        return unchanged()
    settings = request.app.state.settings
    report = await practice_report(session, covered, authority=settings.authority, teams=teams)
    if form is not Format.JSON:
        table = await asyncio.to_thread(lambda: tabled(PracticeReportOut.model_validate_json(report)))
        return await as_file(form, table, {"period": covered.in_words}, area_of(settings))
    return Response(report, media_type="application/json")  # made into JSON off the event loop: it may be a megabyte
