"""A batch of cases that are being given to workers: who is locked, and what is counted, once for all of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, select

from services.intake.allocation.capacity import Capacity
from services.intake.allocation.caseloads import Caseloads, caseloads, held_on
from services.intake.allocation.mode import Cause, Mode
from services.intake.allocation.models import Allocation, AllocationIn
from services.intake.allocation.overriding import Against, SiblingsApart, check_plan, is_newborn
from services.intake.allocation.points import Load
from services.intake.allocation.queries import Standing, modes_on, standings
from services.intake.episodes.casework import EpisodeClosed
from services.intake.episodes.models import Episode
from services.intake.people.changes import lock_children
from services.intake.people.models import Child, Membership, Worker
from services.intake.people.queries import lock_workers, memberships_of, team_on
from services.intake.referrals.models import Referral
from shared import clock
from shared.database import Session
from shared.problems import Conflict, NotAllowed, Unprocessable

ANY_TEAM = ""
"""Whoever sees every team allocates to any; a manager to the own, which is None for one who has none."""


class AlreadyAllocated(Conflict):
    title = "Somebody holds this case"


class WorkerNotInPost(Unprocessable):
    title = "The worker is not in post"
    at = "/worker"


class HeldOutOfOrder(Unprocessable):
    title = "A case cannot be held before its episode began or after today"
    at = "/held_from"


class WorkerOfAnotherTeam(NotAllowed):
    title = "A manager allocates to the team's own workers"


@dataclass(frozen=True)
class Giving:
    """Everything that is looked at before a case of the batch is given; what is given counts at once for the next."""

    today: date
    within: str | None
    """The team whose workers may be chosen; `ANY_TEAM`."""
    children: Mapping[UUID, Child]
    cases: Mapping[UUID, Episode]
    held: Mapping[UUID, Allocation]
    """The allocations that end, by episode."""
    workers: Mapping[str, Worker]
    memberships: Mapping[UUID, list[Membership]]
    loads: Caseloads
    standings: Mapping[UUID, Standing]
    modes: Mapping[str, Mode]
    held_before: Collection[UUID]
    """The episodes somebody held once, or holds: a family passes on child by child."""
    with_siblings: defaultdict[UUID, set[UUID]]
    """By child, who holds a brother or sister."""
    causes: dict[UUID, Cause] = field(default_factory=dict)
    """By worker, what made the caseload pass its limits in this batch."""

    def team_to_hold(self, episode_id: UUID, worker: Worker, held_from: date) -> str:
        """The worker's team on the day the case is held from, if the day is right and the worker may be chosen today."""
        case, held = self.cases[episode_id], self.held.get(episode_id)
        if not max(case.started_on, held.held_from if held else date.min) <= held_from <= self.today:
            raise HeldOutOfOrder("held_from lies between the referral, or the day another took the case, and today")
        memberships = self.memberships[worker.id]
        team, team_now = team_on(memberships, held_from), team_on(memberships, self.today)
        if team is None or team_now is None:
            raise WorkerNotInPost("choose a worker who is in post today, and was on the day the case is held from")
        if self.within not in (ANY_TEAM, team_now):
            raise WorkerOfAnotherTeam("ask the other team's manager, or the service manager")
        return team

    def take(self, episode_id: UUID, to: AllocationIn, *, team: str) -> list[Against]:
        """Count the case with its worker; returns what a manager decided against. Raises where nobody did, or may."""
        worker, case = self.workers[to.worker], self.loads.cases[episode_id]
        held, standing = self.loads.load(worker.id), self.standings[worker.id]
        self.loads.held[worker.id].append(case)
        after = self.load(worker)
        siblings_with = self.with_siblings[case.child_id]
        is_born_to_them = worker.id in siblings_with and is_newborn(self.children[case.child_id].born_on, on=self.today)
        if not standing.capacity.has_room_for(after):
            self._note_cause(worker, Cause.BIRTH if is_born_to_them else Cause.OVERRIDE, team)
        if self.modes[team] is Mode.MIRRORED:
            return []
        refusals = standing.refusals(case, after, held=held)
        is_new = episode_id not in self.held_before
        if is_new and siblings_with and worker.id not in siblings_with:
            refusals[Against.SIBLINGS_APART] = SiblingsApart("choose that worker, or say why they are apart: override")
        if is_born_to_them:
            refusals.clear()
        for refusal in refusals.values() if to.override is None else ():
            raise refusal
        check_plan(refusals, to.override.plan if to.override else None)
        self._with_siblings(case.family, worker.id)
        return list(refusals)

    def load(self, worker: Worker) -> Load:
        return self.loads.load(worker.id)

    def capacity(self, worker: Worker) -> Capacity:
        return self.standings[worker.id].capacity

    def _note_cause(self, worker: Worker, cause: Cause, team: str) -> None:
        self.causes[worker.id] = Cause.MIRRORED if self.modes[team] is Mode.MIRRORED else cause

    def _with_siblings(self, family: UUID, worker: UUID) -> None:
        for child in self.children:
            if self.loads.families.get(child) == family:
                self.with_siblings[child].add(worker)


async def begin(
    session: Session,
    wanted: Mapping[UUID, AllocationIn],
    *,
    children: Collection[UUID],
    within: str | None,
    moving: bool,
) -> Giving:
    """Lock the children and then the workers, always in that order, let go of what is moved, and count.

    While a worker is locked nobody else can take the place that was counted. As many statements for a hundred cases as for
    one. Raises unless all cases are open, and none is held that is not moved from one worker to another.
    """
    locked = {child.id: child for child in await lock_children(session, children)}
    cases, held, holders = await _as_they_stand(session, wanted, moving=moving)
    references = {to.worker for to in wanted.values()}
    workers = await lock_workers(session, references | holders)
    chosen, today = [workers[reference] for reference in sorted(references)], clock.today()
    for episode_id, allocation in held.items():
        if allocation.worker_id == workers[wanted[episode_id].worker].id:
            raise AlreadyAllocated("this worker holds the case: choose another")
        allocation.held_until = max(allocation.held_from, wanted[episode_id].held_from or today)
    await session.flush()
    ids = [worker.id for worker in chosen]
    held_before = select(Allocation.episode_id).where(col(Allocation.episode_id).in_(wanted))
    return Giving(
        today=today,
        within=within,
        children=locked,
        cases=cases,
        held=held,
        workers=workers,
        memberships=await memberships_of(session, ids),
        loads=await caseloads(session, ids, on=today, and_of=wanted),
        standings=await standings(session, chosen, on=today),
        modes=await modes_on(session, today),
        held_before=set((await session.exec(held_before)).all()),
        with_siblings=await _holders_of_siblings(session, children, on=today),
    )


async def _as_they_stand(
    session: Session, wanted: Collection[UUID], *, moving: bool
) -> tuple[dict[UUID, Episode], dict[UUID, Allocation], set[str]]:
    """The cases, read again now that their children are locked; what ends for each, and who holds them now."""
    held_now = and_(col(Allocation.episode_id) == Episode.id, col(Allocation.held_until).is_(None))
    standing = (
        select(Episode, Allocation, col(Worker.reference))
        .outerjoin(Allocation, held_now)
        .outerjoin(Worker, col(Worker.id) == Allocation.worker_id)
        .where(col(Episode.id).in_(wanted))
    )
    cases: dict[UUID, Episode] = {}
    held: dict[UUID, Allocation] = {}
    holders = set()
    for case, allocation, holder in await session.exec(standing.execution_options(populate_existing=True)):
        if case.closed_on is not None:
            raise EpisodeClosed("a closed case is not allocated")
        if allocation is not None:
            if not moving:
                raise AlreadyAllocated("read the episode to see who holds the case")
            held[case.id] = allocation
            holders.add(holder)
        cases[case.id] = case
    return cases, held, holders


async def _holders_of_siblings(
    session: Session, children: Collection[UUID], *, on: date
) -> defaultdict[UUID, set[UUID]]:
    """By child, the workers who hold a case of somebody who came on one form with it."""
    mine, kin = aliased(Referral), aliased(Referral)
    wanted = (
        select(mine.child_id, Allocation.worker_id)
        .join(kin, and_(kin.form_id == mine.form_id, kin.child_id != mine.child_id))
        .join(Allocation, col(Allocation.child_id) == kin.child_id)
        .where(col(mine.child_id).in_(children), held_on(on))
    )
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for child, worker in await session.exec(wanted):
        found[child].add(worker)
    for child in children:
        found[child]
    return found
