"""The HTTP door of the queue."""

from typing import Annotated

from annotated_types import Interval
from fastapi import APIRouter

from services.intake import permissions
from services.intake.waiting import operations, queries
from services.intake.waiting.models import DutyWorkerIn, QueueOut, WaitingOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import IN_DIGITS, Id

router = APIRouter(prefix="/v1", tags=["waiting"])

Looking = Annotated[Principal, may(permissions.READ_QUEUE)]


@router.get("/awaiting-allocation")
async def read_queue(
    session: Transaction, by: Looking, limit: Annotated[int, Interval(ge=1, le=500), IN_DIGITS] = 100
) -> QueueOut:
    """Open cases that nobody holds, the most at risk first, with the day since when and who has to see to it by now."""
    return await queries.queue(session, limit=limit, by=by)


@router.post("/episodes/{episode_id}/duty-worker")
async def post_duty_worker(
    episode_id: Id, stated: DutyWorkerIn, session: Transaction, once: OnceOnly, by: Looking
) -> WaitingOut | None:
    """Name who answers for a case until it is allocated."""
    if await once.is_first(session):
        await operations.name_duty_worker(session, episode_id, stated, by=by)
        await session.flush()
    return await queries.waiting_case(session, episode_id, by=by)
