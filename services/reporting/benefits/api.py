"""The HTTP door of benefits."""

from typing import Annotated

from fastapi import APIRouter

from services.reporting import permissions
from services.reporting.benefits import operations, queries
from services.reporting.benefits.models import DecisionIn, DecisionOut, ProgrammeOut, TrackerOut
from services.reporting.benefits.plan import PlanIn
from shared.web.conditional import Replaces, Shown, unchanged
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Reference

router = APIRouter(prefix="/v1/benefits", tags=["benefits"])


@router.get("")
async def list_programmes(
    session: Reading, _by: Annotated[Principal, may(permissions.READ_BENEFITS)]
) -> list[ProgrammeOut]:
    """The programmes whose costs and benefits are followed."""
    return await queries.programmes(session)


@router.get("/{programme}", response_model=TrackerOut)
async def read_programme(
    programme: Reference,
    session: Reading,
    version: Shown,
    _by: Annotated[Principal, may(permissions.READ_BENEFITS)],
) -> object:
    """Plan against actual, what was avoided as a range, how late it comes, and what does not add up."""
    plan = await queries.plan_shown(session, programme)
    return unchanged() if version.of_row(plan.n) else queries.tracker(plan)


@router.put("/{programme}", status_code=204)
async def put_programme(
    programme: Reference,
    stated: PlanIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.KEEP_BENEFITS)],
) -> None:
    """State a programme's plan, whole, as another version. Those before it are kept."""
    version.of_row((await operations.state_plan(session, programme, stated, replacing=version, by=by)).n)


@router.get("/{programme}/decisions")
async def list_decisions(
    programme: Reference, session: Reading, _by: Annotated[Principal, may(permissions.READ_BENEFITS)]
) -> list[DecisionOut]:
    """What was decided about a programme, when, and why."""
    return await queries.decisions(session, programme)


@router.post("/{programme}/decisions", status_code=201)
async def post_decision(
    programme: Reference,
    decided: DecisionIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.KEEP_BENEFITS)],
) -> list[DecisionOut]:
    """Log a decision. Nothing is taken out of the log: what was wrong is followed by what was decided then."""
    if await once.is_first(session):
        await operations.log_decision(session, programme, decided, by=by)
    return await queries.decisions(session, programme)
