"""The HTTP door of Practice Reports."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from services.reporting import permissions
from services.reporting.people.queries import check_sees_team
from services.reporting.practice_reports.models import PracticeReportOut
from services.reporting.practice_reports.period import period_named
from services.reporting.practice_reports.queries import practice_report
from shared.web.guard import Reading, may
from shared.web.roles import Principal
from shared.web.shapes import Reference

router = APIRouter(prefix="/v1/practice-reports", tags=["practice reports"])


@router.get("/{period}")
async def read_practice_report(
    request: Request,
    period: Annotated[str, Path(max_length=20, examples=["2026-27-Q1", "2026-04"])],
    session: Reading,
    by: Annotated[Principal, may(permissions.READ_PRACTICE_REPORTS)],
    team: Reference | None = None,
) -> PracticeReportOut:
    """How practice was observed to be in a month or a quarter: the service, and the teams you may see."""
    covered = period_named(period)
    await check_sees_team(session, team, by)
    return await practice_report(session, covered, authority=request.app.state.settings.authority, team=team, by=by)
