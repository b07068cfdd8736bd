"""The HTTP door of allocation."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.intake import permissions
from services.intake.allocation import operations, queries
from services.intake.allocation.models import (
    AllocationIn,
    AllocationOut,
    BreachOut,
    OverrideOut,
    RecommendationOut,
    TeamModeIn,
    TeamModeOut,
)
from services.intake.people.models import WorkerOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Day, FlagAsked, Id, Reference

router = APIRouter(prefix="/v1", tags=["allocation"])


@router.get("/workers")
async def list_workers(
    session: Transaction,
    _by: Annotated[Principal, may(permissions.READ_WORKFORCE)],
    team: Reference | None = None,
    on: Day | None = None,
) -> list[WorkerOut]:
    """Workers in post today or on another day, with what each held then and the limits; of one team, or of all."""
    return await queries.workers_shown(session, team=team, on=on)


@router.get("/referrals/{referral_id}/recommended-workers")
async def read_recommended_workers(
    referral_id: Id,
    session: Transaction,
    by: Annotated[Principal, may(permissions.ALLOCATE_CASES)],
    team: Reference | None = None,
) -> list[RecommendationOut]:
    """Workers for this referral and the siblings who came with it, best first, each with its reasons."""
    return await queries.recommended_workers(session, referral_id, team=team, by=by)


@router.post("/episodes/{episode_id}/allocation", status_code=201)
async def post_allocation(
    episode_id: Id,
    to: AllocationIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.ALLOCATE_CASES)],
) -> AllocationOut:
    """Give a case to a named worker; 409 when the worker's caseload leaves no place."""
    if await once.is_first(session):
        return await operations.allocate(session, episode_id, to, by=by)
    return await queries.allocation_of(session, episode_id, by=by)


@router.post("/teams/{code}/allocation-modes", status_code=201)
async def post_team_mode(
    code: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")],
    stated: TeamModeIn,
    session: Transaction,
    once: OnceOnly,
    _by: Annotated[Principal, may(permissions.STATE_TEAM_MODES)],
) -> list[TeamModeOut]:
    """State whether a team's cases are given here, where the limits bind, or in the case system, whose facts are mirrored."""
    if await once.is_first(session):
        await operations.state_mode(session, code, stated)
    return await queries.modes_of(session, code)


@router.get("/caseload-breaches")
async def list_breaches(
    session: Transaction,
    by: Annotated[Principal, may(permissions.ALLOCATE_CASES)],
    *,
    ended: FlagAsked = False,
) -> list[BreachOut]:
    """Caseloads beyond their limits, longest first; of the manager's team, or of all for whoever sees every team."""
    return await queries.breaches_shown(session, ended=ended, by=by)


@router.get("/overrides")
async def list_overrides(
    session: Transaction, by: Annotated[Principal, may(permissions.ALLOCATE_CASES)]
) -> list[OverrideOut]:
    """Cases given beyond a limit and still held, with what is to be countersigned; of the manager's team, or of all."""
    return await queries.overrides_shown(session, by=by)


@router.post("/overrides/{override_id}/countersignature")
async def post_countersignature(
    override_id: Id,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.COUNTERSIGN_OVERRIDES)],
) -> OverrideOut:
    """Agree, afterwards, that a case was given beyond the limit. Nobody countersigns their own."""
    if await once.is_first(session):
        await operations.countersign(session, override_id, by=by)
    return await queries.shown_override(session, override_id, by=by)
