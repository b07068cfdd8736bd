"""The HTTP door of legal planning and care."""

from typing import Annotated

from fastapi import APIRouter

from services.intake import permissions
from services.intake.care import operations
from services.intake.care.models import CareEndIn, CareIn, PermanenceIn, PreProceedingsEndIn
from services.intake.episodes import queries
from services.intake.episodes.models import DoneIn, EpisodeOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/episodes", tags=["care"])

Caseworker = Annotated[Principal, may(permissions.RECORD_CASEWORK)]
Manager = Annotated[Principal, may(permissions.DECIDE_ON_CASES)]


@router.post("/{episode_id}/pre-proceedings", status_code=201)
async def post_pre_proceedings(
    episode_id: Id, start: DoneIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """Pre-proceedings have begun, as a legal planning meeting decided."""
    if await once.is_first(session):
        await operations.start_pre_proceedings(session, episode_id, start, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/pre-proceedings/end")
async def post_pre_proceedings_end(
    episode_id: Id, end: PreProceedingsEndIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """Pre-proceedings have ended: proceedings were issued, or the case stepped down."""
    if await once.is_first(session):
        await operations.end_pre_proceedings(session, episode_id, end, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/care", status_code=201)
async def post_care(episode_id: Id, care: CareIn, session: Transaction, once: OnceOnly, by: Manager) -> EpisodeOut:
    """The child is looked after from a day on, or differently: another legal status, another placement."""
    if await once.is_first(session):
        await operations.look_after(session, episode_id, care, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/care/end")
async def post_care_end(
    episode_id: Id, end: CareEndIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The child is looked after no longer."""
    if await once.is_first(session):
        await operations.cease_care(session, episode_id, end, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/permanence-plan", status_code=201)
async def post_permanence_plan(
    episode_id: Id, plan: PermanenceIn, session: Transaction, once: OnceOnly, by: Caseworker
) -> EpisodeOut:
    """What is planned for a looked after child for good."""
    if await once.is_first(session):
        await operations.plan_permanence(session, episode_id, plan, by=by)
    return await queries.read(session, episode_id, by=by)
