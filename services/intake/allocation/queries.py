"""Reads of caseloads, and of whom a recommendation may choose from."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, or_, select

from services.intake.allocation.capacity import caseload_limit, caseload_target, share_of_a_caseload
from services.intake.allocation.models import Allocation, AllocationOut, RecommendationOut
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


async def children_held(session: Session, workers: Collection[UUID]) -> Counter[UUID]:
    """Each worker's caseload now: the cases held. The only count there is; the limit binds on it."""
    wanted = (
        select(Allocation.worker_id, func.count())
        .where(col(Allocation.worker_id).in_(workers), col(Allocation.held_until).is_(None))
        .group_by(col(Allocation.worker_id))
    )
    return Counter(dict((await session.exec(wanted)).all()))


def limit_of(worker: Worker, *, on: date) -> int:
    """The most children this worker may hold on a day."""
    return caseload_limit(_share(worker, on), on=on)


def _share(worker: Worker, on: date) -> float:
    return share_of_a_caseload(
        worker.role,
        percent=worker.full_time_equivalent_percent,
        newly_qualified_from=worker.newly_qualified_from,
        on=on,
    )


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
    candidates = await _candidates(session, [row.child_id for row in siblings], team=team, on=clock.today())
    return [
        RecommendationOut(
            rank=rank,
            worker=ranked.candidate.reference,
            name=ranked.candidate.name,
            team=ranked.candidate.team,
            fits=ranked.fits,
            score=ranked.score,
            children_held=ranked.candidate.held,
            caseload_limit=ranked.candidate.limit,
            reasons=list(ranked.reasons),
        )
        for rank, ranked in enumerate(recommend(candidates, children=len(siblings)), start=1)
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


async def _candidates(session: Session, children: list[UUID], *, team: str | None, on: date) -> list[Candidate]:
    workers = [pair for pair in await workers_with_team(session, team=team, on=on) if limit_of(pair[0], on=on) > 0]
    ids = [worker.id for worker, _ in workers]
    loads = await _loads(session, ids, on=on)
    knew, teams_that_knew = await _continuity(session, children, since=add_months(on, -CONTINUITY_MONTHS), on=on)
    nothing = (0, 0, None)
    return [
        Candidate(
            worker_id=worker.id,
            reference=worker.reference,
            name=worker.name,
            team=team_code,
            held=loads.get(worker.id, nothing)[0],
            limit=limit_of(worker, on=on),
            target=caseload_target(_share(worker, on), on=on),
            new_this_week=loads.get(worker.id, nothing)[1],
            last_allocated_on=loads.get(worker.id, nothing)[2],
            knew_the_child_until=knew.get(worker.id),
            team_knew_the_child=team_code in teams_that_knew,
        )
        for worker, team_code in workers
    ]


async def _loads(session: Session, workers: list[UUID], *, on: date) -> dict[UUID, tuple[int, int, date | None]]:
    """For each worker: cases held, those new in the last seven days, and the day of the last: one statement for all."""
    held_now = func.sum(case((col(Allocation.held_until).is_(None), 1), else_=0))
    new = func.sum(case((col(Allocation.held_from) > on - timedelta(days=7), 1), else_=0))
    wanted = (
        select(Allocation.worker_id, held_now, new, func.max(Allocation.held_from))
        .where(col(Allocation.worker_id).in_(workers))
        .group_by(col(Allocation.worker_id))
    )
    return {worker: (int(held), int(fresh), last) for worker, held, fresh, last in (await session.exec(wanted)).all()}


async def _continuity(
    session: Session, children: list[UUID], *, since: date, on: date
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


async def workers_shown(session: Session, *, team: str | None) -> list[WorkerOut]:
    """Workers with their team, caseload and limit today."""
    today = clock.today()
    workers = await workers_with_team(session, team=team, on=today)
    ids = [worker.id for worker, _ in workers]
    audit.touches(session, ids)
    loads = await _loads(session, ids, on=today)
    return [
        WorkerOut(
            id=worker.id,
            reference=worker.reference,
            name=worker.name,
            role=worker.role,
            team=team_code,
            full_time_equivalent_percent=worker.full_time_equivalent_percent,
            children_held=loads.get(worker.id, (0, 0, None))[0],
            caseload_limit=limit_of(worker, on=today),
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
    return AllocationOut(
        id=allocation.id,
        episode_id=episode.id,
        worker=worker.reference,
        team=allocation.team_code,
        held_from=allocation.held_from,
        children_held=(await children_held(session, [worker.id]))[worker.id],
        caseload_limit=limit_of(worker, on=clock.today()),
    )
