"""The HTTP door of corrections."""

from typing import Annotated

from fastapi import APIRouter

from services.intake import permissions
from services.intake.corrections import operations, queries
from services.intake.corrections.models import CorrectionIn, CorrectionOut, ErrorIn, WithdrawalIn
from services.intake.episodes.models import EpisodeOut
from services.intake.episodes.queries import read
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/episodes", tags=["corrections"])

Manager = Annotated[Principal, may(permissions.CORRECT_CASES)]


@router.get("/{episode_id}/corrections")
async def list_corrections(
    episode_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_EPISODES)]
) -> list[CorrectionOut]:
    """What was corrected in an episode: how each stood before, how it stands since, why and by whom."""
    return [CorrectionOut.model_validate(each) for each in await queries.corrections(session, episode_id, by=by)]


@router.post("/{episode_id}/corrections")
async def post_correction(
    episode_id: Id, correction: CorrectionIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The days of something that was done were recorded wrongly: put them right."""
    if await once.is_first(session):
        await operations.correct(session, episode_id, correction, by=by)
    return await read(session, episode_id, by=by)


@router.post("/{episode_id}/withdrawals")
async def post_withdrawal(
    episode_id: Id, withdrawal: WithdrawalIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """Something was recorded in error: take it back. It is kept, with the reason; to dispose of a record is another thing."""
    if await once.is_first(session):
        await operations.withdraw(session, episode_id, withdrawal, by=by)
    return await read(session, episode_id, by=by)


@router.post("/{episode_id}/reopening")
async def post_reopening(
    episode_id: Id, reopening: ErrorIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The closure was recorded in error: the episode never closed. A case that comes back is referred again instead."""
    if await once.is_first(session):
        await operations.reopen(session, episode_id, reopening, by=by)
    return await read(session, episode_id, by=by)
