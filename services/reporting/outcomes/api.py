"""The HTTP door of practice and outcomes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.reporting import permissions
from services.reporting.indicators.api import MonthAsked, check_months
from services.reporting.outcomes.models import FollowUpOut, SkillAndOutcomeOut
from services.reporting.outcomes.queries import followed_up, skill_and_outcome
from shared.web.guard import Reading, may
from shared.web.roles import Principal

router = APIRouter(prefix="/v1", tags=["outcomes"])


@router.get("/skill-and-outcome")
async def read_skill_and_outcome(
    request: Request,
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_SKILL_AND_OUTCOME)],
    first: Annotated[MonthAsked, Query(alias="from")],
    last: Annotated[MonthAsked, Query(alias="to")],
) -> SkillAndOutcomeOut:
    """Whether practice observed in these months goes with what became of the cases, joined on the episode."""
    check_months(first, last)
    return await skill_and_outcome(session, authority=request.app.state.settings.authority, first=first, last=last)


@router.get("/follow-up")
async def read_follow_up(
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_SKILL_AND_OUTCOME)],
    first: Annotated[MonthAsked, Query(alias="from")],
    last: Annotated[MonthAsked, Query(alias="to")],
) -> FollowUpOut:
    """Of cases allocated in these months: who was selected, asked, agreed, observed and interviewed, and who was lost and why."""
    check_months(first, last)
    return await followed_up(session, first=first, last=last)
