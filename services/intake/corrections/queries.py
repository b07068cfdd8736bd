"""Reads of corrections. Whoever may see the episode may see how its record came to stand."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.corrections.models import Correction
from services.intake.episodes.queries import episode
from shared.database import Session
from shared.web.roles import Principal


async def corrections(session: Session, episode_id: UUID, *, by: Principal) -> Sequence[Correction]:
    """What was corrected in an episode, the earliest first. Raises `NotFound` when it is not there or not theirs to see."""
    found = await episode(session, episode_id, by=by)
    wanted = select(Correction).where(Correction.episode_id == found.id)
    return (await session.exec(wanted.order_by(col(Correction.corrected_at), col(Correction.id)))).all()
