"""Reads of people. Who works where is looked up here, never taken from a request."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.people.models import (
    Absence,
    Child,
    Membership,
    PostOut,
    Remit,
    RemitOut,
    Team,
    Worker,
    WorkingTerms,
)
from services.intake.people.remits import works_by_the_model
from services.intake.people.terms import Terms, terms_on
from shared import audit, clock
from shared.database import Session
from shared.problems import NotFound, Unprocessable
from shared.web.roles import Principal, Role

MANAGES_A_TEAM = frozenset({Role.TEAM_MANAGER, Role.DEPUTY_TEAM_MANAGER})


class NoSuchWorker(Unprocessable):
    title = "No worker has this staff reference"
    at = "/worker"


async def records_of(session: Session, child: Child) -> list[UUID]:
    """Every record of the child of whom this is one: its own, and those a person has said are of the same child."""
    if child.merged_into is not None:
        child = await session.get_one(Child, child.merged_into)
    return [child.id, *map(UUID, child.stands_for)]


class NoSuchTeam(NotFound):
    title = "No team has this code"


class WorkerNotFound(NotFound):
    title = "No such worker"


async def lock_workers(session: Session, references: Collection[str]) -> dict[str, Worker]:
    """The workers with these staff references, locked in order of id so that two managers cannot deadlock.

    Raises `NoSuchWorker` unless there is one for each.
    """
    wanted = select(Worker).where(col(Worker.reference).in_(references)).order_by(col(Worker.id)).with_for_update()
    workers = (await session.exec(wanted.execution_options(populate_existing=True))).all()
    if len(workers) < len(set(references)):
        raise NoSuchWorker("check the staff reference; a worker new to the department is entered first")
    return {worker.reference: worker for worker in workers}


async def worker_named(session: Session, reference: str) -> Worker:
    """The worker with this staff reference. Raises `NoSuchWorker`."""
    worker = (await session.exec(select(Worker).where(Worker.reference == reference))).one_or_none()
    if worker is None:
        raise NoSuchWorker("check the staff reference; a worker new to the department is entered first")
    return worker


async def lock_managed_worker(session: Session, reference: str, *, by: Principal) -> Worker:
    """A worker of the team whoever asks manages, or of any for those who manage no one team; locked.

    Raises `WorkerNotFound` when there is none such.
    """
    found = select(Worker).where(Worker.reference == reference).with_for_update()
    worker = (await session.exec(found.execution_options(populate_existing=True))).one_or_none()
    if worker is not None and by.role in MANAGES_A_TEAM:
        team = team_on((await memberships_of(session, [worker.id]))[worker.id], clock.today())
        worker = worker if team is not None and team == await own_team(session, by) else None
    if worker is None:
        raise WorkerNotFound("there is no such worker, or it is another team's")
    audit.touches(session, [worker.id])
    return worker


async def terms_of(session: Session, workers: Sequence[Worker], *, on: date) -> dict[UUID, Terms]:
    """Hours and stage of each of these workers on a day, in one statement."""
    dated: dict[UUID, list[WorkingTerms]] = defaultdict(list)
    wanted = select(WorkingTerms).where(col(WorkingTerms.worker_id).in_([worker.id for worker in workers]))
    for row in await session.exec(wanted.where(WorkingTerms.in_force_from <= on)):
        dated[row.worker_id].append(row)
    return {worker.id: terms_on(worker, dated[worker.id], on) for worker in workers}


async def absences_of(session: Session, workers: Collection[UUID], *, since: date) -> Mapping[UUID, list[Absence]]:
    """When these workers are away, of the absences that have not ended by a day, earliest first."""
    wanted = (
        select(Absence)
        .where(col(Absence.worker_id).in_(workers))
        .where(or_(col(Absence.back_on).is_(None), col(Absence.back_on) > since))
        .order_by(col(Absence.away_from))
    )
    found: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in await session.exec(wanted):
        found[absence.worker_id].append(absence)
    return found


async def post(session: Session, reference: str, *, by: Principal) -> tuple[PostOut, int]:
    """A worker with all that was stated of the post, in order of its days; and the version of it all."""
    worker = await lock_managed_worker(session, reference, by=by)
    lasting = col(Membership.member_until).is_distinct_from(Membership.member_from)
    held = select(Membership).where(Membership.worker_id == worker.id, lasting)
    terms = select(WorkingTerms).where(WorkingTerms.worker_id == worker.id)
    away = select(Absence).where(Absence.worker_id == worker.id)
    stated = {
        "memberships": (await session.exec(held.order_by(col(Membership.member_from)))).all(),
        "terms": (await session.exec(terms.order_by(col(WorkingTerms.in_force_from)))).all(),
        "absences": (await session.exec(away.order_by(col(Absence.away_from)))).all(),
    }
    return PostOut.model_validate(vars(worker) | stated), worker.n


async def memberships_of(session: Session, workers: Collection[UUID]) -> Mapping[UUID, list[Membership]]:
    """Every team these workers have belonged to."""
    found: dict[UUID, list[Membership]] = defaultdict(list)
    for membership in await session.exec(select(Membership).where(col(Membership.worker_id).in_(workers))):
        found[membership.worker_id].append(membership)
    return found


def team_on(memberships: Iterable[Membership], day: date) -> str | None:
    """The code of the team belonged to on a day; the latest joined where there are two."""
    standing = [
        each
        for each in memberships
        if each.member_from <= day and (each.member_until is None or day < each.member_until)
    ]
    return max(standing, key=lambda each: each.member_from).team_code if standing else None


async def own_team(session: Session, by: Principal) -> str | None:
    """The team whoever asks belongs to today: from the workforce, or the team a cover token names, if it exists."""
    if by.team:
        return (await session.exec(select(Team.code).where(Team.code == by.team))).one_or_none()
    worker_id = await own_worker_id(session, by)
    return team_on((await memberships_of(session, [worker_id]))[worker_id], clock.today()) if worker_id else None


async def own_worker_id(session: Session, by: Principal) -> UUID | None:
    """The worker whoever asks is; None for people and systems outside the workforce."""
    if not by.worker:
        return None
    return (await session.exec(select(Worker.id).where(Worker.reference == by.worker))).one_or_none()


async def workers_with_team(session: Session, *, team: str | None, on: date) -> Sequence[tuple[Worker, str]]:
    """Workers with the team they belong to on a day; of one team, or of all."""
    wanted = (
        select(Worker, Membership.team_code)
        .join(Membership, col(Membership.worker_id) == Worker.id)
        .where(Membership.member_from <= on)
        .where(or_(col(Membership.member_until).is_(None), col(Membership.member_until) > on))
        .order_by(col(Worker.reference))
    )
    if team is not None:
        wanted = wanted.where(Membership.team_code == team)
    return (await session.exec(wanted)).all()


async def remits_of(session: Session, teams: Collection[str]) -> Mapping[str, list[Remit]]:
    """What was stated of which children these teams are for, earliest first."""
    stated: dict[str, list[Remit]] = defaultdict(list)
    wanted = select(Remit).where(col(Remit.team_code).in_(teams)).order_by(col(Remit.in_force_from))
    for row in await session.exec(wanted):
        stated[row.team_code].append(row)
    return stated


async def remits_shown(session: Session, team: str) -> list[RemitOut]:
    """What was stated of one team, earliest first."""
    stated, today = (await remits_of(session, [team]))[team], clock.today()
    return [
        RemitOut.model_validate(
            vars(row) | {"in_practice_model": works_by_the_model([row], max(today, row.in_force_from))}
        )
        for row in stated
    ]


async def teams(session: Session) -> Sequence[Team]:
    return (await session.exec(select(Team).order_by(col(Team.code)))).all()
