"""The HTTP door of published reports, and the page for leaders."""

import asyncio
from typing import Annotated

from annotated_types import Interval
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from services.reporting import permissions
from services.reporting.indicators.queries import standing
from services.reporting.people.queries import teams_seen_by
from services.reporting.practice_reports.models import PracticeReportOut
from services.reporting.practice_reports.period import period_named
from services.reporting.practice_reports.queries import practice_report
from services.reporting.publications import operations, queries
from services.reporting.publications.models import PublicationIn, PublishedReportOut, VersionOut
from services.reporting.publications.pages import POLICY, board_page
from shared.web.conditional import Shown, unchanged
from shared.web.guard import Reading, Transaction, for_spreadsheets, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import IN_DIGITS

router = APIRouter(prefix="/v1/practice-reports", tags=["practice reports"])

PeriodAsked = Annotated[str, Path(max_length=20, examples=["2026-27-Q1", "2026-04"])]
VersionAsked = Annotated[int, Interval(ge=1, le=10_000), IN_DIGITS]


@router.get("/{period}/versions")
async def list_versions(
    period: PeriodAsked, session: Reading, _by: Annotated[Principal, may(permissions.READ_PRACTICE_REPORTS)]
) -> list[VersionOut]:
    """The versions in which a period's report was published, by whom, and why another followed."""
    return await queries.versions(session, period_named(period).name)


@router.post("/{period}/versions", status_code=201)
async def post_version(
    request: Request,
    period: PeriodAsked,
    stated: PublicationIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.PUBLISH_PRACTICE_REPORTS)],
) -> list[VersionOut]:
    """Publish a period's report as it stands now, under your name. Another version says why it follows the one before."""
    covered = period_named(period)
    if await once.is_first(session):
        authority = request.app.state.settings.authority
        await operations.publish(session, covered, stated, authority=authority, by=by)
    return await queries.versions(session, covered.name)


@router.get("/{period}/versions/{n}")
async def read_version(
    period: PeriodAsked,
    n: VersionAsked,
    session: Reading,
    by: Annotated[Principal, may(permissions.READ_PRACTICE_REPORTS)],
) -> PublishedReportOut:
    """A report as it was published, whatever has been recorded since: the service, and the teams you may see."""
    return await queries.published(session, period_named(period).name, n, by=by)


@router.get("/{period}/board", response_class=HTMLResponse)
@for_spreadsheets
async def read_board_page(
    request: Request,
    period: PeriodAsked,
    session: Reading,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_PRACTICE_REPORTS)],
) -> Response:
    """The report on a page with its charts: as it was last published, or provisional. A browser asks for the token as a password."""
    covered, teams = period_named(period), await teams_seen_by(session, by)
    row = await queries.newest(session, covered.name)
    if version.of_all(row.n if row else await standing(session), sorted(teams.items())):
        return unchanged()
    if row is not None:
        said = await queries.shown(session, row, by=by)
        page = await asyncio.to_thread(board_page, said.report, said)
    else:
        authority = request.app.state.settings.authority
        report = await practice_report(session, covered, authority=authority, teams=teams)
        page = await asyncio.to_thread(lambda: board_page(PracticeReportOut.model_validate_json(report), None))
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})
