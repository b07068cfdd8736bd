"""Reads of people. Who works where is looked up here, never taken from a request."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.people.models import Membership, Team, Worker
from shared import clock
from shared.database import Session
from shared.problems import Unprocessable
from shared.web.roles import Principal


class NoSuchWorker(Unprocessable):
    title = "No worker has this staff reference"
    at = "/worker"


async def lock_workers(session: Session, references: Collection[str]) -> dict[str, Worker]:
    """The workers with these staff references, locked in order of id so that two managers cannot deadlock.

    Raises `NoSuchWorker` unless there is one for each.
    """
    wanted = select(Worker).where(col(Worker.reference).in_(references)).order_by(col(Worker.id)).with_for_update()
    workers = (await session.exec(wanted.execution_options(populate_existing=True))).all()
    if len(workers) < len(set(references)):
        raise NoSuchWorker("check the staff reference; a worker new to the department is entered first")
    return {worker.reference: worker for worker in workers}


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


async def teams(session: Session) -> Sequence[Team]:
    return (await session.exec(select(Team).order_by(col(Team.code)))).all()
