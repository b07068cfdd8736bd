"""Reads of caseloads, and of whom a recommendation may choose from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, or_, select

from services.intake.allocation.capacity import Capacity, CaseloadFull, WorkerAway, capacity_of, why_away, why_full
from services.intake.allocation.caseloads import Caseloads, caseloads, kin_of
from services.intake.allocation.leading import NEWLY_QUALIFIED, check_lead, why_not_lead
from services.intake.allocation.mode import Mode
from services.intake.allocation.models import (
    Allocation,
    AllocationOut,
    AllocationOverride,
    BreachOut,
    CaseloadBreach,
    OverrideOut,
    RecommendationOut,
    TeamMode,
    TeamModeOut,
)
from services.intake.allocation.overriding import Against
from services.intake.allocation.points import Case, Load
from services.intake.allocation.recommendation import CONTINUITY_MONTHS, Candidate, recommend
from services.intake.episodes import queries as episodes
from services.intake.episodes.models import Episode
from services.intake.people.models import Worker, WorkerOut
from services.intake.people.queries import absences_of, own_team, terms_of, workers_with_team
from services.intake.referrals import queries as referrals
from services.intake.referrals.decision import OPENS_AN_EPISODE
from services.intake.referrals.models import Referral
from services.intake.sight import SEES_THE_TEAMS_CASES, hidden_from
from shared import audit, clock
from shared.calendar import add_months
from shared.contracts.codes import WorkerRole
from shared.database import Session
from shared.problems import Conflict, NotFound
from shared.web.roles import Principal

NO_TEAM = ""
"""Of a manager who belongs to none; no team has such a code."""


@dataclass(frozen=True)
class Standing:
    """A worker on a day, as allocation sees one."""

    worker: Worker
    capacity: Capacity
    is_newly_qualified: bool
    why_away: str | None

    def against(self, cases: Iterable[Case]) -> tuple[str, ...]:
        """Why this worker may not lead on these cases, whatever room there is."""
        role = WorkerRole(self.worker.role)
        lead = why_not_lead(cases, role=role, newly_qualified=self.is_newly_qualified)
        return tuple(each for each in (self.why_away, lead) if each)

    def refusals(self, case: Case, after: Load, *, held: Load) -> dict[Against, Conflict]:
        """What stands against the worker's taking on this case, unless a manager decides against it.

        Raises `NotTheirsToLead`, against which nobody decides.
        """
        check_lead(case, role=WorkerRole(self.worker.role), newly_qualified=self.is_newly_qualified)
        found: dict[Against, Conflict] = {}
        if self.why_away:
            found[Against.WORKER_AWAY] = WorkerAway(f"the worker {self.why_away}: choose another worker")
        if not self.capacity.has_room_for(after):
            why = why_full(after, self.capacity, held=held)
            found[Against.OVER_LIMIT] = CaseloadFull(f"the worker {why}: choose another worker")
        return found


async def standings(session: Session, workers: Sequence[Worker], *, on: date) -> dict[UUID, Standing]:
    """These workers on a day, by id. Two statements."""
    terms = await terms_of(session, workers, on=on)
    absences = await absences_of(session, [worker.id for worker in workers], since=on)
    return {
        worker.id: Standing(
            worker,
            capacity_of(worker.role, terms[worker.id], on=on),
            is_newly_qualified=terms[worker.id].stage in NEWLY_QUALIFIED,
            why_away=why_away(absences[worker.id], on=on),
        )
        for worker in workers
    }


async def modes_on(session: Session, day: date) -> Mapping[str, Mode]:
    """How each team allocates on a day; by what is recorded here, unless it was said otherwise."""
    said: dict[str, Mode] = defaultdict(lambda: Mode.MASTERED)
    begun = select(TeamMode).where(TeamMode.in_force_from <= day).order_by(col(TeamMode.in_force_from))
    said.update({row.team_code: Mode(row.mode) for row in await session.exec(begun)})
    return said


async def modes_of(session: Session, team: str) -> list[TeamModeOut]:
    """What was said of where this team's cases are given, earliest first."""
    wanted = select(TeamMode).where(TeamMode.team_code == team).order_by(col(TeamMode.in_force_from))
    return [TeamModeOut.model_validate(row) for row in await session.exec(wanted)]


async def recommended_workers(
    session: Session, referral_id: UUID, *, team: str | None, by: Principal
) -> list[RecommendationOut]:
    """Workers for a referral and the siblings who came with it, best first, each with its reasons.

    A manager chooses from the team; whoever sees every team from all, or from the team asked for.
    """
    referral = await referrals.referral(session, referral_id, by=by)
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by) or NO_TEAM
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
    teams = {worker.id: (worker, code) for worker, code in await workers_with_team(session, team=team, on=on)}
    in_post = await standings(session, [worker for worker, _ in teams.values()], on=on)
    leading = [each for each in in_post.values() if each.capacity.children]
    ids = [each.worker.id for each in leading]
    loads, cases = await _as_they_would_count(session, ids, siblings, on=on)
    latest = await _latest(session, ids, on=on)
    kin = await kin_of(session, children)
    knew, teams_that_knew = await _continuity(session, kin, since=add_months(on, -CONTINUITY_MONTHS), on=on)
    return [
        Candidate(
            worker_id=(id := each.worker.id),
            reference=each.worker.reference,
            name=each.worker.name,
            team=(team_code := teams[id][1]),
            held=loads.load(id),
            after=loads.load(id, with_also=cases),
            capacity=each.capacity,
            new_this_week=latest.get(id, (0, None))[0],
            barriers=each.against(cases),
            knew_the_child_until=knew.get(id),
            holds_a_sibling=any(case.child_id in kin for case in loads.held.get(id, ())),
            team_knew_the_child=team_code in teams_that_knew,
            last_allocated_on=latest.get(id, (0, None))[1],
        )
        for each in leading
    ]


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
    standing = await standings(session, [worker for worker, _ in workers], on=day)
    return [
        WorkerOut(
            id=worker.id,
            reference=worker.reference,
            name=worker.name,
            role=worker.role,
            team=team_code,
            full_time_equivalent_percent=worker.full_time_equivalent_percent,
            children_held=loads.load(worker.id).children,
            caseload_limit=standing[worker.id].capacity.children,
            points_held=loads.load(worker.id).points / 100,
            points_limit=standing[worker.id].capacity.points / 100,
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
    standing = (await standings(session, [worker], on=today))[worker.id]
    overridden = select(AllocationOverride.id).where(AllocationOverride.allocation_id == allocation.id)
    override_id = (await session.exec(overridden)).one_or_none()
    return shown(allocation, standing, load=load, override_id=override_id)


def shown(allocation: Allocation, standing: Standing, *, load: Load, override_id: UUID | None = None) -> AllocationOut:
    """An allocation as it is answered, with what the worker holds and may hold."""
    return AllocationOut(
        id=allocation.id,
        episode_id=allocation.episode_id,
        worker=standing.worker.reference,
        team=allocation.team_code,
        held_from=allocation.held_from,
        children_held=load.children,
        caseload_limit=standing.capacity.children,
        points_held=load.points / 100,
        points_limit=standing.capacity.points / 100,
        override_id=override_id,
    )


async def breaches_shown(session: Session, *, ended: bool, by: Principal) -> list[BreachOut]:
    """Caseloads beyond their limits, or those that were, of the workers of a manager's team, or of all."""
    today = clock.today()
    team = await own_team(session, by) or NO_TEAM if by.role in SEES_THE_TEAMS_CASES else None
    workers = {worker.id: (worker, code) for worker, code in await workers_with_team(session, team=team, on=today)}
    wanted = select(CaseloadBreach).where(col(CaseloadBreach.worker_id).in_(workers))
    if not ended:
        wanted = wanted.where(col(CaseloadBreach.ended_on).is_(None))
    rows = (await session.exec(wanted.order_by(col(CaseloadBreach.began_on), col(CaseloadBreach.id)))).all()
    audit.touches(session, [row.worker_id for row in rows])
    return [
        BreachOut(
            id=row.id,
            worker=workers[row.worker_id][0].reference,
            team=workers[row.worker_id][1],
            cause=row.cause,
            began_on=row.began_on,
            ended_on=row.ended_on,
            children=row.children,
            children_limit=row.children_limit,
            points=row.points / 100,
            points_limit=row.points_limit / 100,
        )
        for row in rows
    ]


def _overrides_seen_by(team: str | None, by: Principal) -> Any:
    wanted = (
        select(AllocationOverride, Allocation, Worker.reference)
        .join(Allocation, col(Allocation.id) == AllocationOverride.allocation_id)
        .join(Worker, col(Worker.id) == Allocation.worker_id)
        .where(col(Allocation.child_id).not_in(hidden_from(by)))
        .order_by(col(AllocationOverride.made_at), col(AllocationOverride.id))
    )
    return wanted if team is None else wanted.where(Allocation.team_code == team)


async def override_seen(session: Session, override_id: UUID, *, by: Principal) -> tuple[AllocationOverride, Allocation]:
    """An override of the manager's team, or of any. Raises `NotFound` when it is not there or not theirs to see."""
    team = await own_team(session, by) or NO_TEAM if by.role in SEES_THE_TEAMS_CASES else None
    found = (await session.exec(_overrides_seen_by(team, by).where(AllocationOverride.id == override_id))).one_or_none()
    if found is None:
        raise NotFound("there is no such override, or it is not yours to see")
    override, allocation, _ = found
    audit.touches(session, [override.id, allocation.child_id])
    return override, allocation


async def shown_override(session: Session, override_id: UUID, *, by: Principal) -> OverrideOut:
    await override_seen(session, override_id, by=by)
    (found,) = await session.exec(_overrides_seen_by(None, by).where(AllocationOverride.id == override_id))
    return _shown_override(*found)


async def overrides_shown(session: Session, *, by: Principal) -> list[OverrideOut]:
    """The overrides that passed a limit and whose case is still held, oldest first; of the manager's team, or of all."""
    team = await own_team(session, by) or NO_TEAM if by.role in SEES_THE_TEAMS_CASES else None
    stands = col(Allocation.held_until).is_(None) & col(AllocationOverride.countersign_by).is_not(None)
    rows = (await session.exec(_overrides_seen_by(team, by).where(stands))).all()
    audit.touches(session, [allocation.child_id for _, allocation, _ in rows])
    return [_shown_override(*row) for row in rows]


def _shown_override(override: AllocationOverride, allocation: Allocation, worker: str) -> OverrideOut:
    awaited = override.countersign_by if override.countersigned_at is None else None
    return OverrideOut(
        id=override.id,
        episode_id=allocation.episode_id,
        worker=worker,
        team=allocation.team_code,
        against=[Against(each) for each in override.against],
        reason=override.reason,
        made_at=override.made_at,
        countersign_by=override.countersign_by,
        countersigned_at=override.countersigned_at,
        is_overdue=awaited is not None and awaited < clock.today(),
        lasts_until=override.lasts_until,
    )
