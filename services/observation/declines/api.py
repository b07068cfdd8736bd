"""The HTTP door of observations that did not take place."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.observation import permissions
from services.observation.declines import operations, queries
from services.observation.declines.models import DeclineCountOut, DeclineIn, DeclineOut
from shared.web.conditional import Replaces
from shared.web.guard import Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Day, Id

router = APIRouter(prefix="/v1", tags=["declines"])


@router.put("/declines/{decline_id}", status_code=201, responses={200: {"model": DeclineOut}})
async def put_decline(
    decline_id: Id,
    posted: DeclineIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_OBSERVATIONS)],
) -> DeclineOut:
    """Record, under an id of your own making, that an observation was declined or cancelled, by whom and why."""
    decline, is_new = await operations.record_decline(session, decline_id, posted, version=version, by=by)
    if not is_new:
        response.status_code = 200
    return (await queries.shown_declines(session, [decline]))[0]


@router.get("/declines")
async def list_declines(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_OBSERVATIONS)],
) -> Page[DeclineOut]:
    """Observations that were declined or cancelled, of those you may see."""
    return await queries.page_of_declines(session, asked=asked, by=by)


@router.get("/declines/counts")
async def count_declines(
    session: Transaction, since: Day, until: Day, by: Annotated[Principal, may(permissions.READ_OBSERVATIONS)]
) -> list[DeclineCountOut]:
    """How often whose decision it was, and why, among what was planned for these days and you may see."""
    return await queries.counts(session, since, until, by=by)
