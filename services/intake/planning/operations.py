"""What is done with plans: made, and accepted by a manager."""

import asyncio
from uuid import UUID

from sqlmodel import select

from services.intake.allocation.giving import ANY_TEAM, WorkerOfAnotherTeam
from services.intake.allocation.models import AllocationIn, OverrideIn
from services.intake.allocation.operations import managed, move_all
from services.intake.allocation.overriding import OverrideReason
from services.intake.allocation.plan import plan
from services.intake.episodes import queries as episodes
from services.intake.people.queries import worker_named
from services.intake.planning import queries
from services.intake.planning.models import AllocationPlan, PlanIn, PlannedAllocation
from shared import clock
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal

SECONDS = 2.0
"""How long the exact plan is looked for. On SQLite nobody else writes meanwhile."""

AS_PLANNED = OverrideIn(reason=OverrideReason.PLANNED, explanation="Nobody in the team has room for the whole family.")


class NothingToPlan(Unprocessable):
    title = "There is no case to be given to anybody"


class AlreadyAccepted(Conflict):
    title = "This plan has been accepted"


async def propose(session: Session, asked: PlanIn, *, by: Principal) -> None:
    """Plan who of a team would hold which case. Nobody is given one by it."""
    if await managed(session, by) not in (ANY_TEAM, asked.team):
        raise WorkerOfAnotherTeam("plan for your own team, or ask the service manager")
    leaver = await worker_named(session, asked.leaver) if asked.leaver else None
    wanted = asked.episodes or (await queries.held_by(session, leaver.id) if leaver else None)
    if wanted is None:
        wanted = await queries.waiting(session, by=by)
    if not wanted:
        raise NothingToPlan("name the cases, a worker who holds some, or wait until a case awaits allocation")
    seen = [episode.id for episode in await episodes.episodes(session, wanted, by=by) if episode.closed_on is None]
    batch = await queries.batch(session, seen, team=asked.team, without=leaver.id if leaver else None)
    found = await asyncio.to_thread(plan, batch.families, batch.desks, seconds=SECONDS)
    row = AllocationPlan(
        id=new_id(),
        team_code=asked.team,
        method=found.method,
        proven=found.proven,
        gap=found.gap,
        made_at=clock.now(),
        made_by=by.id,
    )
    session.add(row)
    await session.flush()
    session.add_all(
        PlannedAllocation(plan_id=row.id, episode_id=episode, worker_id=found.placed[key], is_apart=key in batch.apart)
        for key, members in batch.members.items()
        for episode in members
    )
    await session.flush()


async def accept(session: Session, plan_id: UUID, *, by: Principal) -> None:
    """Give every case of a plan to its worker, all or none, within the limits as they are now."""
    await queries.plan_seen(session, plan_id, by=by)
    lock = select(AllocationPlan).where(AllocationPlan.id == plan_id).with_for_update()
    row = (await session.exec(lock.execution_options(populate_existing=True))).one()
    if row.accepted_at is not None:
        raise AlreadyAccepted("make another plan for what has come since")
    wanted = {
        case.episode_id: AllocationIn(worker=worker, override=AS_PLANNED if case.is_apart else None)
        for case, worker in await queries.planned(session, plan_id)
        if worker is not None
    }
    row.accepted_at, row.accepted_by = clock.now(), by.id
    if wanted:
        await move_all(session, wanted, by=by)
