"""Reads of caseloads, and of whom a recommendation may choose from."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, or_, select

from services.intake.allocation.capacity import Capacity, capacity_of, newly_qualified_share, share_of_a_caseload
from services.intake.allocation.caseloads import Caseloads, caseloads, kin_of
from services.intake.allocation.leading import why_not_lead
from services.intake.allocation.models import Allocation, AllocationOut, RecommendationOut
from services.intake.allocation.points import Case, Load
from services.intake.allocation.recommendation import CONTINUITY_MONTHS, Candidate, recommend
from services.intake.episodes import queries as episodes
from services.intake.episodes.models import Episode
from services.intake.people.models import Worker, WorkerOut
from services.intake.people.queries import own_team, workers_with_team
from services.intake.referrals import queries as referrals
from services.intake.referrals.decision import OPENS_AN_EPISODE
from services.intake.referrals.models import Referral
from services.intake.sight import SEES_THE_TEAMS_CASES
from shared import audit, clock
from shared.calendar import add_months
from shared.database import Session
from shared.web.roles import Principal


def capacity(worker: Worker, *, on: date) -> Capacity:
    """What this worker may hold on a day."""
    share = share_of_a_caseload(
        worker.role,
        percent=worker.full_time_equivalent_percent,
        newly_qualified_from=worker.newly_qualified_from,
        on=on,
    )
    return capacity_of(share, on=on)


def is_newly_qualified(worker: Worker, *, on: date) -> bool:
    return newly_qualified_share(worker.newly_qualified_from, on=on) < 1


async def recommended_workers(
    session: Session, referral_id: UUID, *, team: str | None, by: Principal
) -> list[RecommendationOut]:
    """Workers for a referral and the siblings who came with it, best first, each with its reasons.

    A manager chooses from the team; whoever sees every team from all, or from the team asked for.
    """
    referral = await referrals.referral(session, referral_id, by=by)
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by)
    siblings = await _to_be_placed_together(session, referral)
    return [
        RecommendationOut(
            rank=rank,
            worker=ranked.candidate.reference,
            name=ranked.candidate.name,
            team=ranked.candidate.team,
            fits=ranked.fits,
            score=ranked.score,
            children_held=ranked.candidate.held.children,
            caseload_limit=ranked.candidate.capacity.children,
            points_held=ranked.candidate.held.points / 100,
            points_limit=ranked.candidate.capacity.points / 100,
            reasons=list(ranked.reasons),
        )
        for rank, ranked in enumerate(recommend(await _candidates(session, siblings, team=team)), start=1)
    ]


async def _to_be_placed_together(session: Session, referral: Referral) -> Sequence[Referral]:
    """The referral and those of its siblings on the same form who still need a worker."""
    if referral.form_id is None:
        return [referral]
    placed = (
        select(Episode.referral_id)
        .outerjoin(Allocation, col(Allocation.episode_id) == Episode.id)
        .where(or_(col(Allocation.id).is_not(None), col(Episode.closed_on).is_not(None)))
    )
    wanted = select(Referral).where(
        Referral.form_id == referral.form_id,
        col(Referral.id).not_in(placed),
        or_(col(Referral.outcome).is_(None), col(Referral.outcome).in_(OPENS_AN_EPISODE)),
    )
    return (await session.exec(wanted)).all() or [referral]


async def _candidates(session: Session, siblings: Sequence[Referral], *, team: str | None) -> list[Candidate]:
    on, children = clock.today(), [row.child_id for row in siblings]
    workers = [pair for pair in await workers_with_team(session, team=team, on=on) if capacity(pair[0], on=on).children]
    ids = [worker.id for worker, _ in workers]
    loads, cases = await _as_they_would_count(session, ids, siblings, on=on)
    latest = await _latest(session, ids, on=on)
    kin = await kin_of(session, children)
    knew, teams_that_knew = await _continuity(session, kin, since=add_months(on, -CONTINUITY_MONTHS), on=on)
    return [
        Candidate(
            worker_id=worker.id,
            reference=worker.reference,
            name=worker.name,
            team=team_code,
            held=loads.load(worker.id),
            after=loads.load(worker.id, with_also=cases),
            capacity=capacity(worker, on=on),
            new_this_week=latest.get(worker.id, (0, None))[0],
            barriers=barriers(worker, cases, on=on),
            knew_the_child_until=knew.get(worker.id),
            holds_a_sibling=any(case.child_id in kin for case in loads.held.get(worker.id, ())),
            team_knew_the_child=team_code in teams_that_knew,
            last_allocated_on=latest.get(worker.id, (0, None))[1],
        )
        for worker, team_code in workers
    ]


def barriers(worker: Worker, cases: Iterable[Case], *, on: date) -> tuple[str, ...]:
    """Why this worker may not lead on these cases, whatever room there is."""
    against = why_not_lead(cases, role=worker.role, newly_qualified=is_newly_qualified(worker, on=on))
    return (against,) if against else ()


async def _as_they_would_count(
    session: Session, workers: Collection[UUID], siblings: Sequence[Referral], *, on: date
) -> tuple[Caseloads, list[Case]]:
    """The workers' caseloads, and the children to be placed as they would count in them."""
    opened = select(Episode.referral_id, Episode.id).where(col(Episode.referral_id).in_([row.id for row in siblings]))
    episodes_of = dict((await session.exec(opened)).all())
    children = [row.child_id for row in siblings]
    loads = await caseloads(session, workers, on=on, and_of=episodes_of.values(), children=children)
    cases = [loads.cases[episodes_of[row.id]] if row.id in episodes_of else loads.referred(row) for row in siblings]
    return loads, cases


async def _latest(session: Session, workers: list[UUID], *, on: date) -> dict[UUID, tuple[int, date | None]]:
    """For each worker: cases given in the last seven days, and the day of the last: one statement for all."""
    new = func.sum(case((col(Allocation.held_from) > on - timedelta(days=7), 1), else_=0))
    wanted = (
        select(Allocation.worker_id, new, func.max(Allocation.held_from))
        .where(col(Allocation.worker_id).in_(workers))
        .group_by(col(Allocation.worker_id))
    )
    return {worker: (int(fresh), last) for worker, fresh, last in (await session.exec(wanted)).all()}


async def _continuity(
    session: Session, children: Collection[UUID], *, since: date, on: date
) -> tuple[dict[UUID, date], set[str]]:
    """Who, and which teams, held a case of these children within the last year, and until when."""
    wanted = select(Allocation).where(col(Allocation.child_id).in_(children))
    knew: dict[UUID, date] = {}
    teams: set[str] = set()
    for row in (await session.exec(wanted)).all():
        until = row.held_until or on
        if until >= since:
            knew[row.worker_id] = max(until, knew.get(row.worker_id, until))
            teams.add(row.team_code)
    return knew, teams


async def workers_shown(session: Session, *, team: str | None, on: date | None = None) -> list[WorkerOut]:
    """Workers in post on a day, today unless given, with their team, caseload and limits then."""
    day = on or clock.today()
    workers = await workers_with_team(session, team=team, on=day)
    ids = [worker.id for worker, _ in workers]
    audit.touches(session, ids)
    loads = await caseloads(session, ids, on=day)
    return [
        WorkerOut(
            id=worker.id,
            reference=worker.reference,
            name=worker.name,
            role=worker.role,
            team=team_code,
            full_time_equivalent_percent=worker.full_time_equivalent_percent,
            children_held=loads.load(worker.id).children,
            caseload_limit=capacity(worker, on=day).children,
            points_held=loads.load(worker.id).points / 100,
            points_limit=capacity(worker, on=day).points / 100,
        )
        for worker, team_code in workers
    ]


async def allocation_of(session: Session, episode_id: UUID, *, by: Principal) -> AllocationOut:
    """The allocation that stands on an episode, as `allocate` answered it."""
    episode = await episodes.episode(session, episode_id, by=by)
    wanted = (
        select(Allocation, Worker)
        .join(Worker, col(Worker.id) == Allocation.worker_id)
        .where(Allocation.episode_id == episode.id)
        .order_by(col(Allocation.allocated_at).desc())
    )
    allocation, worker = (await session.exec(wanted)).first() or (None, None)
    assert allocation is not None
    assert worker is not None
    today = clock.today()
    load = (await caseloads(session, [worker.id], on=today)).load(worker.id)
    return shown(allocation, worker, load=load, capacity=capacity(worker, on=today))


def shown(allocation: Allocation, worker: Worker, *, load: Load, capacity: Capacity) -> AllocationOut:
    """An allocation as it is answered, with what the worker holds and may hold."""
    return AllocationOut(
        id=allocation.id,
        episode_id=allocation.episode_id,
        worker=worker.reference,
        team=allocation.team_code,
        held_from=allocation.held_from,
        children_held=load.children,
        caseload_limit=capacity.children,
        points_held=load.points / 100,
        points_limit=capacity.points / 100,
    )
