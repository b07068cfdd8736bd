"""The HTTP door of episodes."""

from typing import Annotated

from fastapi import APIRouter

from services.intake import permissions
from services.intake.episodes import operations, queries
from services.intake.episodes.models import ClosureIn, EpisodeOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/episodes", tags=["episodes"])


@router.get("/{episode_id}")
async def read_episode(
    episode_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_EPISODES)]
) -> EpisodeOut:
    """One episode of need, with the worker who holds the case."""
    return await queries.shown_episode(session, await queries.episode(session, episode_id, by=by))


@router.post("/{episode_id}/closure")
async def post_closure(
    episode_id: Id,
    closure: ClosureIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.CLOSE_EPISODES)],
) -> EpisodeOut:
    """Close an episode of need for a DfE reason; the case is held by nobody from that day."""
    if await once.is_first(session):
        await operations.close(session, episode_id, closure, by=by)
    return await queries.shown_episode(session, await queries.episode(session, episode_id, by=by))
