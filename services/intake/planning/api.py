"""The HTTP door of plans."""

from typing import Annotated

from fastapi import APIRouter

from services.intake import permissions
from services.intake.planning import operations, queries
from services.intake.planning.models import PlanIn, PlanOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1", tags=["planning"])

Managing = Annotated[Principal, may(permissions.ALLOCATE_CASES)]


@router.post("/allocations/plan", status_code=201)
async def post_plan(asked: PlanIn, session: Transaction, once: OnceOnly, by: Managing) -> PlanOut:
    """Propose who of a team takes a leaver's cases, those named, or all that nobody holds. Nobody is given one by it."""
    if await once.is_first(session):
        await operations.propose(session, asked, by=by)
    return await queries.latest(session, team=asked.team, by=by)


@router.get("/allocation-plans/{plan_id}")
async def read_plan(plan_id: Id, session: Transaction, by: Managing) -> PlanOut:
    """One plan for your team, or for any if you see every team."""
    return await queries.shown(session, plan_id, by=by)


@router.post("/allocation-plans/{plan_id}/acceptance")
async def post_acceptance(plan_id: Id, session: Transaction, once: OnceOnly, by: Managing) -> PlanOut:
    """Give every case of a plan to its worker, all or none; 409 when somebody has no place by now."""
    if await once.is_first(session):
        await operations.accept(session, plan_id, by=by)
    return await queries.shown(session, plan_id, by=by)
