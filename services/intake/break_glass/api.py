"""The HTTP door of broken glass."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.break_glass import operations, queries
from services.intake.break_glass.models import BreakGlassIn, BrokenGlassOut, ReadOut, SightOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id, Instant

router = APIRouter(prefix="/v1/break-glass", tags=["break glass"])


@router.post("", status_code=201)
async def post_break_glass(
    asked: BreakGlassIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.BREAK_GLASS)],
) -> SightOut:
    """See the record of one child that is not yours to see, for an hour at most. 200 when you may already, by this door.

    The service manager and the auditor are told, with your reason and everything you read.
    """
    if not await once.is_first(session):
        return await queries.sight(session, UUID(once.outcome), by=by)
    glass, is_new = await operations.break_glass(session, asked, by=by)
    await once.remember(session, status=201 if is_new else 200, outcome=str(glass.id))
    return await queries.sight(session, glass.id, by=by)


@router.get("")
async def list_broken_glass(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(permissions.READ_BROKEN_GLASS)],
    since: Instant | None = None,
    *,
    standing: FlagAsked = False,
) -> Page[BrokenGlassOut]:
    """Who broke the glass for which child, why, until when, and how often they looked; oldest first; what
    is new since an instant, and what may still be looked through.
    """
    return await queries.page_of_glass(session, asked=asked, since=since, standing=standing)


@router.get("/{glass_id}/reads")
async def list_reads(
    glass_id: Id,
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(permissions.READ_BROKEN_GLASS)],
) -> Page[ReadOut]:
    """Every read made through glass that was broken, oldest first."""
    return await queries.page_of_reads(session, glass_id, asked=asked)
