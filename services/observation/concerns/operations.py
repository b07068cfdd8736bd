"""What is done about safety concerns: they are raised, and a named person takes them up."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, update
from sqlmodel import col

from services.observation.concerns.models import Concern, TakingUpIn
from services.observation.concerns.queries import concern_seen
from shared import clock
from shared.database import Session, insert_or
from shared.problems import Conflict
from shared.telemetry import log
from shared.web.roles import Principal


class TakenUp(Conflict):
    title = "Somebody else has taken this concern up"


async def raise_concern(
    session: Session,
    observation_id: UUID,
    *,
    episode_id: UUID,
    worker_id: UUID,
    team: str,
    observer_id: UUID,
    observed_on: date,
) -> None:
    """List the concern for duty and managers. Raised again it is the same one, whoever has taken it up since."""
    entered = insert_or(session, Concern).values(
        observation_id=observation_id,
        episode_id=episode_id,
        worker_id=worker_id,
        team=team,
        observer_id=observer_id,
        observed_on=observed_on,
        raised_at=clock.now(),
    )
    is_new = (await session.execute(entered.on_conflict_do_nothing())).rowcount  # type: ignore[attr-defined]
    if is_new:
        log.warning("safety.raised", observation=str(observation_id), team=team)


async def take_up(session: Session, observation_id: UUID, taking: TakingUpIn, *, by: Principal) -> None:
    """Note who has taken the concern up and what was done. Raises `TakenUp` if somebody else has, `NotFound`."""
    taken = await concern_seen(session, observation_id, by=by, lock=True)
    if taken.taken_up_by not in {None, by.id}:
        raise TakenUp("read who it was, and speak with them")
    taken.taken_up_at, taken.taken_up_by = taken.taken_up_at or clock.now(), by.id
    taken.action = taking.action


async def forget_actions(session: Session, observations: Select[Any]) -> None:
    """Let go of what was written about these observations' concerns; that there was one, and who took it up, stays."""
    named = update(Concern).where(col(Concern.observation_id).in_(observations))
    await session.execute(named.where(col(Concern.action).is_not(None)).values(action=""))
