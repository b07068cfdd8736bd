"""Reads of episodes. Whoever may see the referral may see the episode it led to."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.models import Episode, EpisodeOut
from services.intake.people.models import Worker
from services.intake.referrals.models import Referral
from services.intake.sight import referrals_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal


async def episode(session: Session, episode_id: UUID, *, by: Principal) -> Episode:
    """One episode. Raises `NotFound` when it is not there or not theirs to see."""
    (found,) = await episodes(session, [episode_id], by=by)
    return found


async def episodes(session: Session, ids: Collection[UUID], *, by: Principal) -> Sequence[Episode]:
    """These episodes, in no order. Raises `NotFound` when one is not there or not theirs to see."""
    wanted = (
        select(Episode)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(col(Episode.id).in_(ids), await referrals_seen_by(session, by))
    )
    found = (await session.exec(wanted)).all()
    if len(found) < len(set(ids)):
        raise NotFound("there is no such episode, or it is not yours to see")
    audit.touches(session, [subject for each in found for subject in (each.id, each.child_id)])
    return found


async def shown_episode(session: Session, found: Episode) -> EpisodeOut:
    """An episode as it is shown, with the worker who holds the case now."""
    holder = (
        select(Worker.reference, Allocation.team_code)
        .join(Allocation, col(Allocation.worker_id) == Worker.id)
        .where(Allocation.episode_id == found.id, col(Allocation.held_until).is_(None))
    )
    worker, team = (await session.exec(holder)).first() or (None, None)
    shown = EpisodeOut.model_validate(found)
    return shown.model_copy(update={"worker": worker, "team": team})
