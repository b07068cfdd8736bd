"""The HTTP door of handovers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.handovers import operations, queries
from services.intake.handovers.models import AcceptanceIn, HandoverIn, HandoverOut, RefusalIn
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1", tags=["handovers"])

Answering = Annotated[Principal, may(permissions.ANSWER_HANDOVERS)]
Offering = Annotated[Principal, may(permissions.ALLOCATE_CASES)]


@router.post("/episodes/{episode_id}/handovers", status_code=201)
async def post_handover(
    episode_id: Id, stated: HandoverIn, session: Transaction, once: OnceOnly, by: Offering
) -> HandoverOut:
    """Offer a case to another worker, of this team or another's, who has five working days to answer."""
    if await once.is_first(session):
        await operations.offer(session, episode_id, stated, by=by)
        await session.flush()
    return await queries.latest_of(session, episode_id, by=by)


@router.get("/handovers")
async def list_handovers(
    session: Transaction, asked: Annotated[PageAsked, Depends(page_asked)], by: Answering
) -> Page[HandoverOut]:
    """The offers that stand: those made to you; for a manager those the team makes and those made to it."""
    return await queries.offered(session, asked=asked, by=by)


@router.post("/handovers/{handover_id}/acceptance")
async def post_acceptance(
    handover_id: Id, acceptance: AcceptanceIn, session: Transaction, once: OnceOnly, by: Answering
) -> HandoverOut:
    """Take the case over; 409 when the worker's caseload leaves no place."""
    if await once.is_first(session):
        await operations.accept(session, handover_id, acceptance, by=by)
        await session.flush()
    return await queries.shown(session, handover_id, by=by)


@router.post("/handovers/{handover_id}/refusal")
async def post_refusal(
    handover_id: Id, refusal: RefusalIn, session: Transaction, once: OnceOnly, by: Answering
) -> HandoverOut:
    """Refuse to take the case over, with a reason; it stays where it is."""
    if await once.is_first(session):
        await operations.refuse(session, handover_id, refusal, by=by)
        await session.flush()
    return await queries.shown(session, handover_id, by=by)


@router.post("/handovers/{handover_id}/withdrawal")
async def post_withdrawal(handover_id: Id, session: Transaction, once: OnceOnly, by: Offering) -> HandoverOut:
    """Take an offer back before it is answered."""
    if await once.is_first(session):
        await operations.withdraw(session, handover_id, by=by)
        await session.flush()
    return await queries.shown(session, handover_id, by=by)
