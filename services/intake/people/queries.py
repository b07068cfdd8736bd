"""Reads of people. Who works where is looked up here, never taken from a request."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.people.models import Membership, Team, Worker
from shared import clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal


async def worker_named(session: Session, reference: str, *, lock: bool = False) -> Worker:
    """The worker with this staff reference. Raises `NotFound`."""
    wanted = select(Worker).where(Worker.reference == reference)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    worker = (await session.exec(wanted)).one_or_none()
    if worker is None:
        raise NotFound("no worker has this staff reference")
    return worker


async def team_of(session: Session, worker_id: UUID, on: date) -> str | None:
    """The code of the team a worker belongs to on a day; the latest joined where there are two."""
    membership = (
        select(Membership.team_code)
        .where(Membership.worker_id == worker_id, Membership.member_from <= on)
        .where(or_(col(Membership.member_until).is_(None), col(Membership.member_until) > on))
        .order_by(col(Membership.member_from).desc())
    )
    return (await session.exec(membership)).first()


async def own_team(session: Session, by: Principal) -> str | None:
    """The team whoever asks belongs to today: from the workforce, or the team a cover token names, if it exists."""
    if by.team:
        return (await session.exec(select(Team.code).where(Team.code == by.team))).one_or_none()
    worker_id = await own_worker_id(session, by)
    return await team_of(session, worker_id, clock.today()) if worker_id else None


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
