"""What is done with allocations: a case is given to a named worker, within the limit, whoever allocates at once."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation import overriding
from services.intake.allocation.breaches import beyond
from services.intake.allocation.giving import ANY_TEAM, begin
from services.intake.allocation.models import (
    Allocation,
    AllocationIn,
    AllocationOut,
    AllocationOverride,
    OverrideIn,
    TeamMode,
    TeamModeIn,
)
from services.intake.allocation.overriding import (
    Against,
    AlreadyCountersigned,
    NeedsNoCountersignature,
    OwnOverride,
    runs_out,
)
from services.intake.allocation.queries import override_seen, shown
from services.intake.episodes import queries as episodes
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Team
from services.intake.people.queries import NoSuchTeam, own_team
from services.intake.sight import SEES_THE_TEAMS_CASES
from shared import clock, due
from shared.database import Session
from shared.ids import new_id
from shared.web.roles import Principal


async def allocate(session: Session, episode_id: UUID, to: AllocationIn, *, by: Principal) -> AllocationOut:
    """Give a case to a named worker. Raises `CaseloadFull` rather than pass the limit."""
    (given,) = await allocate_all(session, {episode_id: to}, by=by)
    return given


async def allocate_all(session: Session, wanted: Mapping[UUID, AllocationIn], *, by: Principal) -> list[AllocationOut]:
    """Give several cases to their workers, all or none; answers in the order asked. Raises as `allocate` does."""
    children = {each.child_id for each in await episodes.episodes(session, wanted, by=by)}
    return await give(session, wanted, children=children, within=await managed(session, by), by=by)


async def move_all(session: Session, wanted: Mapping[UUID, AllocationIn], *, by: Principal) -> list[AllocationOut]:
    """Give several cases, held or not, to their workers, all or none. Raises as `allocate` does."""
    children = {each.child_id for each in await episodes.episodes(session, wanted, by=by)}
    return await give(session, wanted, children=children, within=await managed(session, by), by=by, moving=True)


async def managed(session: Session, by: Principal) -> str | None:
    """The team whose workers they may choose from."""
    return await own_team(session, by) if by.role in SEES_THE_TEAMS_CASES else ANY_TEAM


async def give(
    session: Session,
    wanted: Mapping[UUID, AllocationIn],
    *,
    children: Collection[UUID],
    within: str | None,
    by: Principal,
    moving: bool = False,
) -> list[AllocationOut]:
    """Give the cases of these children to workers of one team or of any, from those who hold them if they are `moving`.

    Whoever asks has been found to see them.
    """
    giving = await begin(session, wanted, children=children, within=within, moving=moving)
    given = []
    for episode_id, to in wanted.items():
        worker, held_from = giving.workers[to.worker], to.held_from or giving.today
        team = giving.team_to_hold(episode_id, worker, held_from)
        against = giving.take(episode_id, to, team=team)
        child = giving.children[giving.cases[episode_id].child_id]
        allocation = Allocation(
            id=new_id(),
            episode_id=episode_id,
            child_id=child.id,
            worker_id=worker.id,
            team_code=team,
            held_from=held_from,
            allocated_at=clock.now(),
            allocated_by=by.id,
        )
        session.add(allocation)
        what = "case.handed_over" if episode_id in giving.held else "case.allocated"
        child_changed(session, child, what, item=allocation.id, on=held_from, by=by.id)
        override_id = await _override(session, allocation, against, to.override, by=by) if to.override else None
        standing = giving.standings[worker.id]
        given.append(shown(allocation, standing, load=giving.load(worker), override_id=override_id))
    beyond(session, giving.causes)
    return given


async def _override(
    session: Session, allocation: Allocation, against: Sequence[Against], stated: OverrideIn, *, by: Principal
) -> UUID | None:
    """Keep why a case was given all the same, and let its clocks run; None where there was nothing to decide against."""
    if not against:
        return None
    today = clock.today()
    row = AllocationOverride(
        allocation_id=allocation.id,
        against=list(against),
        **stated.model_dump(),
        made_by=by.id,
        made_at=clock.now(),
    )
    if Against.OVER_LIMIT in against:
        row.countersign_by, row.lasts_until = overriding.countersigned_by(today), overriding.lasts_until(today)
        await due.at(session, overriding.COUNTERSIGNATURE_OVERDUE, row.id, runs_out(row.countersign_by))
        await due.at(session, overriding.EXPIRED, row.id, runs_out(row.lasts_until))
    await session.flush()
    session.add(row)
    return row.id


async def countersign(session: Session, override_id: UUID, *, by: Principal) -> None:
    """Another manager agrees, afterwards, that a case was given beyond the limit."""
    override, allocation = await override_seen(session, override_id, by=by)
    (child,) = await lock_children(session, [allocation.child_id])
    await session.refresh(override)
    if override.countersign_by is None:
        raise NeedsNoCountersignature("there is nothing to do")
    if override.countersigned_at is not None:
        raise AlreadyCountersigned("there is nothing to do")
    if override.made_by == by.id:
        raise OwnOverride("ask another team manager, or the service manager")
    override.countersigned_by, override.countersigned_at = by.id, clock.now()
    await due.cancel(session, overriding.COUNTERSIGNATURE_OVERDUE, override.id)
    child_changed(session, child, "override.countersigned", item=override.id, on=clock.today(), by=by.id)


async def flag_not_countersigned(session: Session, overrides: Sequence[UUID]) -> None:
    """Say, once, which overrides nobody has countersigned in time."""
    for override in await _standing_overrides(session, overrides, what=overriding.COUNTERSIGNATURE_OVERDUE):
        override.overdue_flagged_on = clock.today()


async def flag_expired(session: Session, overrides: Sequence[UUID]) -> None:
    """Say, once, which overrides have outlived their four weeks: the case stays where it is, and a manager decides anew."""
    for override in await _standing_overrides(session, overrides, what=overriding.EXPIRED):
        override.expired_flagged_on = clock.today()


async def _standing_overrides(session: Session, overrides: Sequence[UUID], *, what: str) -> list[AllocationOverride]:
    """Those whose case is still held, their children locked and told of."""
    wanted = (
        select(AllocationOverride, Allocation.child_id)
        .join(Allocation, col(Allocation.id) == AllocationOverride.allocation_id)
        .where(col(AllocationOverride.id).in_(overrides), col(Allocation.held_until).is_(None))
    )
    standing = (await session.exec(wanted)).all()
    children = {child.id: child for child in await lock_children(session, [child_id for _, child_id in standing])}
    for override, child_id in standing:
        by = session.info["service"]
        child_changed(session, children[child_id], what, item=override.id, on=clock.today(), by=by)
    return [override for override, _ in standing]


async def state_mode(session: Session, team: str, stated: TeamModeIn) -> None:
    """Say where a team's cases are given to workers from a day on. Raises `NoSuchTeam`."""
    if await session.get(Team, team) is None:
        raise NoSuchTeam("the code is stated with the first worker of the team")
    await session.merge(TeamMode(team_code=team, **stated.model_dump()))
    await session.flush()
