"""What is done with allocations: a case is given to a named worker, within the limit, whoever allocates at once."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import and_, col, select

from services.intake.allocation.breaches import beyond
from services.intake.allocation.caseloads import caseloads
from services.intake.allocation.mode import Cause, Mode
from services.intake.allocation.models import Allocation, AllocationIn, AllocationOut, TeamMode, TeamModeIn
from services.intake.allocation.queries import modes_on, shown, standings
from services.intake.episodes import queries as episodes
from services.intake.episodes.casework import EpisodeClosed
from services.intake.episodes.models import Episode
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Membership, Team
from services.intake.people.queries import lock_workers, memberships_of, own_team, team_on
from services.intake.sight import SEES_THE_TEAMS_CASES
from shared import clock
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, NotAllowed, NotFound, Unprocessable
from shared.web.roles import Principal

ANY_TEAM = ""
"""Whoever sees every team allocates to any; a manager to the own, which is None for one who has none."""


class AlreadyAllocated(Conflict):
    title = "Somebody holds this case"


class NoSuchTeam(NotFound):
    title = "No team has this code"


class WorkerNotInPost(Unprocessable):
    title = "The worker is not in post"
    at = "/worker"


class HeldOutOfOrder(Unprocessable):
    title = "A case cannot be held before its episode began or after today"
    at = "/held_from"


class WorkerOfAnotherTeam(NotAllowed):
    title = "A manager allocates to the team's own workers"


async def allocate(session: Session, episode_id: UUID, to: AllocationIn, *, by: Principal) -> AllocationOut:
    """Give a case to a named worker. Raises `CaseloadFull` rather than pass the limit."""
    (given,) = await allocate_all(session, {episode_id: to}, by=by)
    return given


async def allocate_all(session: Session, wanted: Mapping[UUID, AllocationIn], *, by: Principal) -> list[AllocationOut]:
    """Give several cases to their workers, all or none; answers in the order asked. Raises as `allocate` does.

    The children are locked before the workers, always in that order; while a worker is locked nobody else can take the
    place that was counted. As many statements for a hundred cases as for one.
    """
    seen = await episodes.episodes(session, wanted, by=by)
    children = {child.id: child for child in await lock_children(session, {each.child_id for each in seen})}
    cases = await _as_they_stand(session, wanted)
    workers = await lock_workers(session, {to.worker for to in wanted.values()})
    ids = [worker.id for worker in workers.values()]
    today, given = clock.today(), []
    memberships = await memberships_of(session, ids)
    loads = await caseloads(session, ids, on=today, and_of=wanted)
    standing_of = await standings(session, list(workers.values()), on=today)
    modes = await modes_on(session, today)
    managed = await own_team(session, by) if by.role in SEES_THE_TEAMS_CASES else ANY_TEAM
    for episode_id, to in wanted.items():
        case, worker, held_from = cases[episode_id], workers[to.worker], to.held_from or today
        if not case.started_on <= held_from <= today:
            raise HeldOutOfOrder("held_from lies between the referral and today")
        team = _team_to_hold(memberships[worker.id], held_from, today, managed=managed)
        standing, held = standing_of[worker.id], loads.load(worker.id)
        loads.held[worker.id].append(loads.cases[case.id])
        if modes[team] is Mode.MASTERED:
            standing.check_may_take(loads.cases[case.id], loads.load(worker.id), held=held)
        allocation = Allocation(
            id=new_id(),
            episode_id=case.id,
            child_id=case.child_id,
            worker_id=worker.id,
            team_code=team,
            held_from=held_from,
            allocated_at=clock.now(),
            allocated_by=by.id,
        )
        session.add(allocation)
        child_changed(session, children[case.child_id], "case.allocated", item=allocation.id, on=held_from, by=by.id)
        given.append(shown(allocation, standing, load=loads.load(worker.id)))
    full = [id for id in ids if not standing_of[id].capacity.has_room_for(loads.load(id))]
    beyond(session, full, cause=Cause.MIRRORED)
    return given


async def state_mode(session: Session, team: str, stated: TeamModeIn) -> None:
    """Say where a team's cases are given to workers from a day on. Raises `NoSuchTeam`."""
    if await session.get(Team, team) is None:
        raise NoSuchTeam("the code is stated with the first worker of the team")
    await session.merge(TeamMode(team_code=team, **stated.model_dump()))
    await session.flush()


async def _as_they_stand(session: Session, wanted: Collection[UUID]) -> dict[UUID, Episode]:
    """The cases, read again now that their children are locked. Raises unless all are open and nobody holds them."""
    held_now = and_(col(Allocation.episode_id) == Episode.id, col(Allocation.held_until).is_(None))
    standing = select(Episode, Allocation).outerjoin(Allocation, held_now).where(col(Episode.id).in_(wanted))
    cases: dict[UUID, Episode] = {}
    for case, allocation in await session.exec(standing.execution_options(populate_existing=True)):
        if case.closed_on is not None:
            raise EpisodeClosed("a closed case is not allocated")
        if allocation is not None:
            raise AlreadyAllocated("read the episode to see who holds the case")
        cases[case.id] = case
    return cases


def _team_to_hold(memberships: Collection[Membership], held_from: date, today: date, *, managed: str | None) -> str:
    """The worker's team on the day the case is held from, if whoever allocates may choose from the worker's team of today."""
    team, team_now = team_on(memberships, held_from), team_on(memberships, today)
    if team is None or team_now is None:
        raise WorkerNotInPost("choose a worker who is in post today, and was on the day the case is held from")
    if managed not in (ANY_TEAM, team_now):
        raise WorkerOfAnotherTeam("ask the other team's manager, or the service manager")
    return team
