"""What is done with allocations: a case is given to a named worker, within the limit, whoever allocates at once."""

from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.capacity import check_place
from services.intake.allocation.models import Allocation, AllocationIn, AllocationOut
from services.intake.allocation.queries import children_held, limit_of
from services.intake.episodes import queries as episodes
from services.intake.episodes.operations import EpisodeClosed
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.queries import own_team, team_of, worker_named
from services.intake.sight import SEES_THE_TEAMS_CASES
from shared import clock
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, NotAllowed, Unprocessable
from shared.web.roles import Principal


class AlreadyAllocated(Conflict):
    title = "Somebody holds this case"


class WorkerNotInPost(Unprocessable):
    title = "The worker belongs to no team on that day"


class HeldOutOfOrder(Unprocessable):
    title = "A case cannot be held before its episode began"


class WorkerOfAnotherTeam(NotAllowed):
    title = "A manager allocates to the team's own workers"


async def allocate(session: Session, episode_id: UUID, to: AllocationIn, *, by: Principal) -> AllocationOut:
    """Give a case to a named worker. Raises `CaseloadFull` rather than pass the limit.

    The child is locked before the worker, always in that order; while the worker is locked nobody else can take the
    place that was counted.
    """
    episode = await episodes.episode(session, episode_id, by=by)
    (child,) = await lock_children(session, [episode.child_id])
    await session.refresh(episode)
    if episode.closed_on is not None:
        raise EpisodeClosed("a closed case is not allocated")
    if await _is_held(session, episode.id):
        raise AlreadyAllocated("read the episode to see who holds the case")
    held_from = to.held_from or clock.today()
    if held_from < episode.started_on:
        raise HeldOutOfOrder("held_from is on or after the day the referral was received")
    worker = await worker_named(session, to.worker, lock=True)
    team = await team_of(session, worker.id, held_from)
    if team is None:
        raise WorkerNotInPost("choose a worker who is in post on the day the case is to be held from")
    if by.role in SEES_THE_TEAMS_CASES and team != await own_team(session, by):
        raise WorkerOfAnotherTeam("ask the other team's manager, or the service manager")
    held, limit = await children_held(session, worker.id), limit_of(worker, on=held_from)
    check_place(held=held, limit=limit)
    allocation = Allocation(
        id=new_id(),
        episode_id=episode.id,
        child_id=child.id,
        worker_id=worker.id,
        team_code=team,
        held_from=held_from,
        allocated_at=clock.now(),
        allocated_by=by.id,
    )
    session.add(allocation)
    child_changed(session, child, "case.allocated", item=allocation.id, on=held_from, by=by.id)
    return AllocationOut(
        id=allocation.id,
        episode_id=episode.id,
        worker=worker.reference,
        team=team,
        held_from=held_from,
        children_held=held + 1,
        caseload_limit=limit,
    )


async def _is_held(session: Session, episode_id: UUID) -> bool:
    wanted = select(Allocation.id).where(Allocation.episode_id == episode_id, col(Allocation.held_until).is_(None))
    return (await session.exec(wanted)).first() is not None
