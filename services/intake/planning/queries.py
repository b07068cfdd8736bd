"""Reads for plans: what is to be spread, over whom, and a plan as it is shown."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.allocation.caseloads import Caseloads, caseloads, infants
from services.intake.allocation.models import Allocation
from services.intake.allocation.plan import Desk, Family
from services.intake.allocation.points import Case, Load, load_of
from services.intake.allocation.queries import Standing, standings
from services.intake.allocation.recommendation import CONTINUITY_MONTHS
from services.intake.allocation.urgency import urgency_of
from services.intake.episodes.models import Episode
from services.intake.people.models import Worker
from services.intake.people.queries import own_team, workers_with_team
from services.intake.planning.models import AllocationPlan, PlannedAllocation, PlannedOut, PlanOut
from services.intake.referrals.models import Referral
from services.intake.sight import SEES_THE_TEAMS_CASES, hidden_from, referrals_seen_by
from shared import audit, clock
from shared.calendar import add_months
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal

MOST = 1000
"""Cases in one plan, the oldest first."""


@dataclass(frozen=True)
class Batch:
    """What is to be spread over whom."""

    families: Sequence[Family]
    desks: Sequence[Desk]
    members: Mapping[UUID, Sequence[UUID]]
    """The episodes of each family."""
    apart: frozenset[UUID]
    """Families that are only a part of one: nobody has room for all of it."""


async def waiting(session: Session, *, by: Principal) -> list[UUID]:
    """The open cases that nobody holds, of those whoever asks may see, oldest first."""
    held = select(Allocation.episode_id).where(col(Allocation.held_until).is_(None))
    wanted = (
        select(Episode.id)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(col(Episode.closed_on).is_(None), col(Episode.id).not_in(held), await referrals_seen_by(session, by))
        .order_by(col(Episode.started_on), col(Episode.id))
        .limit(MOST)
    )
    return list((await session.exec(wanted)).all())


async def held_by(session: Session, worker: UUID) -> list[UUID]:
    wanted = select(Allocation.episode_id).where(Allocation.worker_id == worker, col(Allocation.held_until).is_(None))
    return list((await session.exec(wanted.order_by(col(Allocation.held_from), col(Allocation.id)).limit(MOST))).all())


async def batch(session: Session, episodes: Collection[UUID], *, team: str, without: UUID | None) -> Batch:
    """These cases by family, and the workers of a team, but for the one who leaves."""
    on = clock.today()
    workers = [worker for worker, _ in await workers_with_team(session, team=team, on=on) if worker.id != without]
    standing = await standings(session, workers, on=on)
    leading = [each for each in standing.values() if each.capacity.children and not each.why_away]
    loads = await caseloads(session, [each.worker.id for each in leading], on=on, and_of=episodes)
    desks = [Desk(each.worker.id, loads.load(each.worker.id), each.capacity) for each in leading]
    cases = [loads.cases[episode] for episode in episodes]
    knew = await _who_knew(session, [case.child_id for case in cases], on=on)
    young = await infants(session, [case.child_id for case in cases], on=on)
    families, members, apart = [], {}, set()
    for key, family in _whole_or_apart(cases, desks).items():
        families.append(_family(key, family, leading, loads, knew=knew, young=young))
        members[key] = [case.episode_id for case in family]
        if key not in {case.family for case in family}:
            apart.add(key)
    return Batch(families, desks, members, frozenset(apart))


def _whole_or_apart(cases: Iterable[Case], desks: Sequence[Desk]) -> dict[UUID, list[Case]]:
    """The cases by family; child by child where nobody has room for all of it, under the child's own key."""
    together: dict[UUID, list[Case]] = defaultdict(list)
    for case in cases:
        together[case.family].append(case)
    for key, family in list(together.items()):
        load = load_of(family, on=clock.today())
        if len(family) > 1 and not any(desk.capacity.has_room_for(desk.held + load) for desk in desks):
            del together[key]
            for case in family:
                together[case.episode_id].append(case)
    return together


def _family(
    key: UUID,
    cases: Sequence[Case],
    leading: Sequence[Standing],
    loads: Caseloads,
    *,
    knew: Mapping[UUID, set[UUID]],
    young: set[UUID],
) -> Family:
    load = load_of(cases, on=loads.on)
    family = cases[0].family
    with_siblings = [
        each.worker.id for each in leading if any(held.family == family for held in loads.held.get(each.worker.id, ()))
    ]
    return Family(
        key,
        load,
        urgency=max(urgency_of(case, is_infant=case.child_id in young) for case in cases),
        load_with={id: _added(loads.load(id), loads.load(id, with_also=cases)) for id in with_siblings},
        continuity=dict.fromkeys({*with_siblings, *(id for case in cases for id in knew[case.child_id])}, 1.0),
        barred=frozenset(each.worker.id for each in leading if each.against(cases)),
    )


def _added(before: Load, after: Load) -> Load:
    return Load(after.children - before.children, after.points - before.points)


async def _who_knew(session: Session, children: Collection[UUID], *, on: date) -> Mapping[UUID, set[UUID]]:
    """By child, the workers who held a case of it within the last year."""
    since = add_months(on, -CONTINUITY_MONTHS)
    recently = or_(col(Allocation.held_until).is_(None), col(Allocation.held_until) >= since)
    wanted = select(Allocation.child_id, Allocation.worker_id).where(col(Allocation.child_id).in_(children), recently)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for child, worker in await session.exec(wanted):
        found[child].add(worker)
    return found


async def plan_seen(session: Session, plan_id: UUID, *, by: Principal) -> AllocationPlan:
    """A plan for the manager's team, or for any. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(AllocationPlan).where(AllocationPlan.id == plan_id)
    if by.role in SEES_THE_TEAMS_CASES:
        wanted = wanted.where(col(AllocationPlan.team_code) == (await own_team(session, by) or ""))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such plan, or it is not yours to see")
    return found


async def planned(session: Session, plan_id: UUID) -> Sequence[tuple[PlannedAllocation, str | None]]:
    """The cases of a plan, each with the staff reference of who is to hold it."""
    wanted = (
        select(PlannedAllocation, col(Worker.reference))
        .outerjoin(Worker, col(Worker.id) == PlannedAllocation.worker_id)
        .where(PlannedAllocation.plan_id == plan_id)
        .order_by(col(PlannedAllocation.episode_id))
    )
    return (await session.exec(wanted)).all()


async def shown(session: Session, plan_id: UUID, *, by: Principal) -> PlanOut:
    """A plan as it is shown."""
    found = await plan_seen(session, plan_id, by=by)
    restricted = select(Episode.id).where(col(Episode.child_id).in_(hidden_from(by)))
    hidden = set((await session.exec(restricted)).all())
    cases = [
        PlannedOut(episode_id=row.episode_id, worker=worker, is_apart=row.is_apart)
        for row, worker in await planned(session, plan_id)
        if row.episode_id not in hidden
    ]
    audit.touches(session, [plan_id, *(case.episode_id for case in cases)])
    return PlanOut(
        id=found.id,
        team=found.team_code,
        method=found.method,
        proven=found.proven,
        gap=found.gap,
        made_at=found.made_at,
        accepted_at=found.accepted_at,
        children=len(cases),
        children_without_place=sum(case.worker is None for case in cases),
        cases=cases,
    )


async def latest(session: Session, *, team: str, by: Principal) -> PlanOut:
    """The plan that whoever asks made last for a team."""
    wanted = (
        select(AllocationPlan.id)
        .where(AllocationPlan.team_code == team, AllocationPlan.made_by == by.id)
        .order_by(col(AllocationPlan.made_at).desc(), col(AllocationPlan.id).desc())
        .limit(1)
    )
    return await shown(session, (await session.exec(wanted)).one(), by=by)
