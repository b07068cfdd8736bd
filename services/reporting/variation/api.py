"""The HTTP door of control charts, funnels and baselines."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query, Request

from services.reporting import permissions
from services.reporting.indicators.api import MonthAsked, check_months
from services.reporting.people.queries import check_sees_team
from services.reporting.variation import operations, queries
from services.reporting.variation.models import BaselineIn, BaselineOut, ControlChartOut, TeamFunnelOut
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Reference

router = APIRouter(prefix="/v1", tags=["variation"])

First: TypeAlias = Annotated[MonthAsked, Query(alias="from")]
Last: TypeAlias = Annotated[MonthAsked, Query(alias="to")]
Reader: TypeAlias = Annotated[Principal, may(permissions.READ_LPIR)]


@router.get("/control-charts/{indicator}")
async def read_control_chart(
    request: Request,
    indicator: Reference,
    session: Reading,
    by: Reader,
    first: First,
    last: Last,
    team: Reference | None = None,
) -> ControlChartOut:
    """An indicator month by month with its control limits, and the months that are out of the ordinary by stated rules."""
    check_months(first, last)
    await check_sees_team(session, team, by)
    charted = queries.indicator_charted(indicator)
    authority = request.app.state.settings.authority
    return await queries.control_chart(session, charted, authority=authority, first=first, last=last, team=team)


@router.get("/funnels/{indicator}")
async def read_funnel(
    request: Request, indicator: Reference, session: Reading, by: Reader, first: First, last: Last
) -> TeamFunnelOut:
    """A share in each of the teams you may see, among the exact limits around the whole service's."""
    check_months(first, last)
    charted = queries.indicator_charted(indicator)
    authority = request.app.state.settings.authority
    return await queries.team_funnel(session, charted, authority=authority, first=first, last=last, by=by)


@router.get("/baselines")
async def list_baselines(session: Reading, by: Reader, indicator: Reference | None = None) -> list[BaselineOut]:
    """Every decision about where a chart begins afresh: who took it, when and why, also those taken back."""
    return await queries.baselines_seen(session, indicator=indicator, by=by)


@router.post("/baselines", status_code=201)
async def post_baseline(
    decided: BaselineIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_BASELINES)],
) -> list[BaselineOut]:
    """Decide that an indicator's chart begins afresh from a month, and say why; or take such a decision back."""
    if await once.is_first(session):
        await operations.decide_baseline(session, decided, by=by)
    return await queries.baselines_seen(session, indicator=decided.indicator, by=by)
