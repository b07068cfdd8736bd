"""What is done for cases that wait: a duty worker is named, and nobody in protection is left without one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.intake.allocation.breaches import WEIGHS
from services.intake.allocation.caseloads import described
from services.intake.allocation.giving import AlreadyAllocated, WorkerNotInPost
from services.intake.allocation.models import Allocation
from services.intake.allocation.urgency import needs_a_name
from services.intake.episodes import queries as episodes
from services.intake.episodes.models import Episode
from services.intake.people.changes import Changes, child_changed, lock_children
from services.intake.people.models import Membership, Worker
from services.intake.people.queries import memberships_of, team_on, worker_named
from services.intake.waiting.models import DutyWorker, DutyWorkerIn
from shared import clock
from shared.contracts.codes import WorkerRole
from shared.database import Session
from shared.ids import new_id
from shared.web.roles import Principal

BY_A_SOURCE = "record.stated"
ANSWERS = (WorkerRole.TEAM_MANAGER, WorkerRole.DEPUTY_TEAM_MANAGER)


async def name_duty_worker(session: Session, episode_id: UUID, stated: DutyWorkerIn, *, by: Principal) -> None:
    """Say who answers for a case until it is allocated, in place of whoever did."""
    seen = await episodes.episode(session, episode_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    held = select(Allocation.id).where(Allocation.episode_id == episode_id, col(Allocation.held_until).is_(None))
    if (await session.exec(held)).first() is not None:
        raise AlreadyAllocated("whoever holds the case answers for it")
    worker = await worker_named(session, stated.worker)
    if team_on((await memberships_of(session, [worker.id]))[worker.id], clock.today()) is None:
        raise WorkerNotInPost("choose a worker who is in post today")
    await _end(session, [episode_id])
    row = _named(episode_id, worker.id, by=by.id)
    session.add(row)
    child_changed(session, child, "duty_worker.named", item=row.id, on=clock.today(), by=by.id)


async def leave_nobody_unnamed(session: Session, noted: Changes) -> None:
    """At the end of a transaction: whoever took a case answers for it now, and whoever made one that waits weightier does.

    Where that is nobody in post, a manager who is.
    """
    given = [child for child, changed in noted.children.items() if any(c.what in GIVEN for c in changed.changes)]
    if given:
        await _end(session, select(Episode.id).where(col(Episode.child_id).in_(given)))
    stepped = [
        child
        for child, changed in noted.children.items()
        if any(change.what in WEIGHS and change.what not in NOT_HERE for change in changed.changes)
    ]
    for episode_id in await _unnamed(session, stepped) if stepped else ():
        if (worker_id := await _somebody(session, noted.by)) is not None:
            session.add(_named(episode_id, worker_id, by=noted.by))


GIVEN = frozenset({"case.allocated", "case.handed_over"})
NOT_HERE = GIVEN | {BY_A_SOURCE, "case.closed"}


async def _unnamed(session: Session, children: Collection[UUID]) -> Sequence[UUID]:
    """The open cases of these children that nobody holds or answers for, and somebody must."""
    held = select(Allocation.episode_id).where(col(Allocation.held_until).is_(None))
    named = select(DutyWorker.episode_id).where(col(DutyWorker.named_until).is_(None))
    wanted = select(Episode.id).where(
        col(Episode.child_id).in_(children),
        col(Episode.closed_on).is_(None),
        col(Episode.id).not_in(held),
        col(Episode.id).not_in(named),
    )
    waiting = (await session.exec(wanted)).all()
    if not waiting:
        return ()
    cases = (await described(session, waiting, on=clock.today())).cases
    return [episode for episode in waiting if needs_a_name(cases[episode])]


async def _somebody(session: Session, by: str) -> UUID | None:
    """Whoever did it, if in post; else the first of the managers who are."""
    today = clock.today()
    wanted = (
        select(Worker.id)
        .join(Membership, col(Membership.worker_id) == Worker.id)
        .where(Membership.member_from <= today)
        .where(col(Membership.member_until).is_(None) | (col(Membership.member_until) > today))
        .where((col(Worker.reference) == by) | col(Worker.role).in_(ANSWERS))
        .order_by(col(Worker.reference) != by, col(Worker.reference))
        .limit(1)
    )
    return (await session.exec(wanted)).first()


async def _end(session: Session, which: object) -> None:
    ended = (
        update(DutyWorker)
        .where(col(DutyWorker.episode_id).in_(which), col(DutyWorker.named_until).is_(None))  # type: ignore[arg-type]
        .values(named_until=clock.today())
    )
    await session.execute(ended)


def _named(episode_id: UUID, worker_id: UUID, *, by: str) -> DutyWorker:
    return DutyWorker(
        id=new_id(),
        episode_id=episode_id,
        worker_id=worker_id,
        named_from=clock.today(),
        named_at=clock.now(),
        named_by=by,
    )
