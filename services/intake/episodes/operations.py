"""What is done with an episode of need: opened by a decision, closed by a manager."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.models import Allocation
from services.intake.episodes import queries
from services.intake.episodes.models import ClosureIn, Episode
from services.intake.people.changes import child_changed, lock_children
from services.intake.referrals.models import Referral
from shared import clock
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class EpisodeClosed(Conflict):
    title = "This episode of need is closed"


class ClosedOutOfOrder(Unprocessable):
    title = "An episode cannot close before it began or after today"
    at = "/closed_on"


async def has_open_episode(session: Session, child_id: UUID) -> bool:
    wanted = select(Episode.id).where(Episode.child_id == child_id, col(Episode.closed_on).is_(None)).limit(1)
    return (await session.exec(wanted)).first() is not None


def open_episode(session: Session, referral: Referral) -> Episode:
    """Open the episode that a referral leads to; it begins on the day the referral was received."""
    episode = Episode(id=new_id(), child_id=referral.child_id, referral_id=referral.id, started_on=referral.received_on)
    session.add(episode)
    return episode


async def close(session: Session, episode_id: UUID, closure: ClosureIn, *, by: Principal) -> Episode:
    """Close an episode for a DfE reason. Whoever holds the case holds it no longer from that day."""
    seen = await queries.episode(session, episode_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    await session.refresh(seen)
    if seen.closed_on is not None:
        raise EpisodeClosed("read the episode to see when and why it closed")
    if not seen.started_on <= closure.closed_on <= clock.today():
        raise ClosedOutOfOrder("closed_on lies between the referral and today")
    seen.closed_on, seen.closure_reason = closure.closed_on, closure.reason
    await release_closed(session, [seen.id])
    child_changed(session, child, "case.closed", item=seen.id, on=closure.closed_on, by=by.id)
    return seen


async def release_closed(session: Session, episodes: Collection[UUID]) -> None:
    """Whoever holds one of these cases and finds it closed holds it no longer from that day.

    A worker who took over after the closing day held the case for no time at all.
    """
    held = (
        select(Allocation, col(Episode.closed_on))
        .join(Episode, col(Episode.id) == Allocation.episode_id)
        .where(col(Episode.id).in_(episodes), col(Episode.closed_on).is_not(None))
        .where(col(Allocation.held_until).is_(None))
    )
    for allocation, closed_on in (await session.execute(held)).all():
        assert closed_on is not None
        allocation.held_until = max(closed_on, allocation.held_from)
