"""What passes a limit without being refused is flagged: a step-up, a birth, an override, a case system that is master.

One row from the day the caseload passed its limits until it is back within them; the worker's state says so.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.allocation.capacity import Capacity
from services.intake.allocation.caseloads import caseloads, held_on
from services.intake.allocation.mode import Cause
from services.intake.allocation.models import Allocation, CaseloadBreach
from services.intake.allocation.points import Load
from services.intake.allocation.queries import standings
from services.intake.people.changes import Changes, worker_changed
from services.intake.people.models import Worker
from shared import clock
from shared.database import Database, Session

WEIGHS = frozenset(
    {
        "assessment.started",
        "assessment.authorised",
        "section_47.started",
        "section_47.ended",
        "conference.held",
        "protection_plan.started",
        "protection_plan.ended",
        "pre_proceedings.started",
        "pre_proceedings.ended",
        "care.started",
        "care.changed",
        "care.ceased",
        "offer.given",
        "offer.stepped_down",
        "offer.ended",
        "case.handed_over",
        "case.closed",
        "record.stated",
    }
)
"""What may happen to a child that makes the caseload of whoever holds the case heavier or lighter."""
BEYOND = "intake.beyond"
STATED = frozenset({"worker.stated"})
"""What may happen to a worker that changes how much the worker may hold."""


def beyond(session: Session, causes: Mapping[UUID, Cause]) -> None:
    """Note which workers were given more than the limits allow, and why, to be flagged at the end of the transaction."""
    session.info.setdefault(BEYOND, {}).update(causes)


async def watch_limits(session: Session, noted: Changes) -> None:
    """Flag, at the end of a transaction, what it made pass a limit; and end what it brought back within them."""
    causes: dict[UUID, Cause] = {}
    stated = [worker for worker, changes in noted.workers.items() if any(each.what in STATED for each in changes)]
    if stated:
        holding = select(Allocation.worker_id).where(col(Allocation.worker_id).in_(stated), held_on(clock.today()))
        causes |= dict.fromkeys((await session.exec(holding)).all(), Cause.TERMS)
    children = [
        child_id
        for child_id, changed in noted.children.items()
        if any(change.what in WEIGHS for change in changed.changes)
    ]
    if children:
        causes |= dict.fromkeys(await _concerned(session, children), Cause.STEP_UP)
    await flag(session, causes | session.info.pop(BEYOND, {}), by=noted.by)


async def _concerned(session: Session, children: Collection[UUID]) -> set[UUID]:
    """Who holds a case of these children, and who held one and has been beyond the limits since."""
    still = select(CaseloadBreach.worker_id).where(col(CaseloadBreach.ended_on).is_(None))
    wanted = select(Allocation.worker_id).where(
        col(Allocation.child_id).in_(children),
        or_(held_on(clock.today()), col(Allocation.worker_id).in_(still)),
    )
    return set((await session.exec(wanted)).all())


async def flag(session: Session, workers: Mapping[UUID, Cause], *, by: str) -> None:
    """Flag each of these whose caseload has passed its limits, with what made it; and end the breach of each that is back."""
    if not workers:
        return
    wanted = select(Worker).where(col(Worker.id).in_(workers)).order_by(col(Worker.id)).with_for_update()
    locked = (await session.exec(wanted)).all()
    today = clock.today()
    loads, standing = await caseloads(session, workers, on=today), await standings(session, locked, on=today)
    still = select(CaseloadBreach).where(
        col(CaseloadBreach.worker_id).in_(workers), col(CaseloadBreach.ended_on).is_(None)
    )
    breaches = {breach.worker_id: breach for breach in (await session.exec(still)).all()}
    for worker in locked:
        load, capacity, breach = loads.load(worker.id), standing[worker.id].capacity, breaches.get(worker.id)
        if capacity.has_room_for(load):
            if breach is not None:
                breach.ended_on = today
                worker_changed(session, worker, "caseload.within_limits", by=by)
        elif breach is None:
            session.add(_begun(worker, load, capacity, workers[worker.id]))
            worker_changed(session, worker, "caseload.breached", by=by)
        else:
            breach.children, breach.points = max(breach.children, load.children), max(breach.points, load.points)


def _begun(worker: Worker, load: Load, capacity: Capacity, cause: Cause) -> CaseloadBreach:
    return CaseloadBreach(
        worker_id=worker.id,
        cause=cause,
        began_on=clock.today(),
        children=load.children,
        children_limit=capacity.children,
        points=load.points,
        points_limit=capacity.points,
        flagged_at=clock.now(),
    )


async def look_again(database: Database) -> None:
    """The leader's round: days pass, and with them enquiries, absences and the year of induction."""
    async with database.transaction() as session:
        still = select(CaseloadBreach.worker_id).where(col(CaseloadBreach.ended_on).is_(None))
        workers = (await session.exec(still)).all()
        await flag(session, dict.fromkeys(workers, Cause.TERMS), by=session.info["service"])
