"""The HTTP door of safety concerns."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.concerns import operations, queries
from services.observation.concerns.models import ConcernOut, TakingUpIn
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id

router = APIRouter(prefix="/v1", tags=["safety concerns"])


@router.get("/concerns")
async def list_concerns(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_CONCERNS)],
    taken_up: FlagAsked = False,
) -> Page[ConcernOut]:
    """Safety concerns that came up in observations and wait for somebody; or those that were taken up."""
    return await queries.page_of_concerns(session, taken_up=taken_up, asked=asked, by=by)


@router.post("/concerns/{observation_id}/taking-up")
async def post_taking_up(
    observation_id: Id,
    taking: TakingUpIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.TAKE_UP_CONCERNS)],
) -> ConcernOut:
    """Say that you have taken a concern up, and what was done about it."""
    if await once.is_first(session):
        await operations.take_up(session, observation_id, taking, by=by)
    return await queries.concern(session, observation_id, by=by)
