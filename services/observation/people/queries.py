"""Reads of people as heard. Who somebody is, and where they work, is looked up here and never taken from a request."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.observation.people.models import KnownCase, KnownChild, KnownNamed, KnownWorker
from shared import clock
from shared.database import Session
from shared.problems import NotAllowed, Unprocessable
from shared.web.roles import Principal


class WorkerNotKnown(Unprocessable):
    title = "No worker with this staff reference has been heard of"
    at = "/worker"


class NotInTheWorkforce(NotAllowed):
    title = "Only people in the workforce observe practice, give feedback and coach"


async def worker_referred_to(session: Session, reference: str) -> KnownWorker | None:
    """The worker with this staff reference. While two carry it, it names nobody: a wrong guess would show one the other's
    practice.
    """
    if not reference:
        return None
    found = (await session.exec(select(KnownWorker).where(KnownWorker.reference == reference).limit(2))).all()
    return found[0] if len(found) == 1 else None


async def worker_named(session: Session, reference: str) -> KnownWorker:
    """The worker with this staff reference. Raises `WorkerNotKnown`."""
    worker = await worker_referred_to(session, reference)
    if worker is None:
        raise WorkerNotKnown(
            "check the staff reference; a worker new to the department is known once intake has said so"
        )
    return worker


async def own_worker(session: Session, by: Principal) -> KnownWorker | None:
    """The worker whoever asks is; None for people and systems outside the workforce."""
    return await worker_referred_to(session, by.worker)


async def colleague(session: Session, by: Principal) -> KnownWorker:
    """The worker whoever asks is. Raises `NotInTheWorkforce`."""
    worker = await own_worker(session, by)
    if worker is None:
        raise NotInTheWorkforce(
            "your token names no worker who has been heard of: ask for your staff record to be entered"
        )
    return worker


async def own_team(session: Session, by: Principal) -> str | None:
    """The team whoever asks belongs to today, or the team a cover token names."""
    if by.team:
        return by.team
    worker = await own_worker(session, by)
    return worker.team_on(clock.today()) if worker else None


def hidden_from(by: Principal) -> SelectOfScalar[UUID]:
    """The children who are restricted to named people, of whom whoever asks is none."""
    named = select(KnownNamed.child_id).where(col(KnownNamed.who).in_([by.id, by.worker]))
    return select(KnownChild.child_id).where(col(KnownChild.restricted), col(KnownChild.child_id).not_in(named))


async def workers(session: Session, ids: Collection[UUID]) -> dict[UUID, KnownWorker]:
    """These workers, by id."""
    found = await session.exec(select(KnownWorker).where(col(KnownWorker.worker_id).in_(ids)))
    return {worker.worker_id: worker for worker in found}


async def cases(session: Session, ids: Collection[UUID]) -> dict[UUID, KnownCase]:
    """These cases, by episode."""
    found = await session.exec(select(KnownCase).where(col(KnownCase.episode_id).in_(ids)))
    return {case.episode_id: case for case in found}
