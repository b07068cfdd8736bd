"""What is done with offers to take a case over: made, accepted, refused, withdrawn, or left unanswered."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.allocation.giving import ANY_TEAM, WorkerNotInPost
from services.intake.allocation.models import Allocation, AllocationIn
from services.intake.allocation.operations import give
from services.intake.episodes import queries as episodes
from services.intake.episodes.models import Episode
from services.intake.handovers import stages
from services.intake.handovers.models import AcceptanceIn, Handover, HandoverIn, RefusalIn
from services.intake.handovers.queries import handover
from services.intake.handovers.stages import Stage, answer_by, move, runs_out
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child, Worker
from services.intake.people.queries import memberships_of, team_on, worker_named
from shared import clock, due
from shared.database import Session
from shared.ids import new_id
from shared.problems import Conflict, NotAllowed
from shared.web.roles import Principal, Role


class NobodyHoldsIt(Conflict):
    title = "Nobody holds this case"


class AlreadyOffered(Conflict):
    title = "This case is offered to somebody"


class HeldByThem(Conflict):
    title = "This worker holds the case"


class HeldByAnother(Conflict):
    title = "Another worker holds the case by now"


class ForAManager(NotAllowed):
    title = "Only a manager decides against a limit"


async def offer(session: Session, episode_id: UUID, stated: HandoverIn, *, by: Principal) -> Handover:
    """Offer a case to a worker of any team. Whoever holds it holds it until the offer is accepted."""
    seen = await episodes.episode(session, episode_id, by=by)
    (child,) = await lock_children(session, [seen.child_id])
    held = await _held(session, episode_id)
    if held is None:
        raise NobodyHoldsIt("give it to a worker: it needs no handing over")
    worker = await worker_named(session, stated.worker)
    if worker.id == held.worker_id:
        raise HeldByThem("choose another worker")
    standing = select(Handover.id).where(Handover.episode_id == episode_id, Handover.stage == Stage.OFFERED)
    if (await session.exec(standing)).first() is not None:
        raise AlreadyOffered("wait for the answer, or withdraw the offer")
    today = clock.today()
    team = team_on((await memberships_of(session, [worker.id]))[worker.id], today)
    if team is None:
        raise WorkerNotInPost("choose a worker who is in post today")
    row = Handover(
        id=new_id(),
        episode_id=episode_id,
        from_worker_id=held.worker_id,
        from_team=held.team_code,
        to_worker_id=worker.id,
        to_team=team,
        reason=stated.reason,
        note=stated.note,
        offered_at=clock.now(),
        offered_by=by.id,
        answer_by=answer_by(today),
    )
    session.add(row)
    await due.at(session, stages.EXPIRED, row.id, runs_out(row.answer_by))
    child_changed(session, child, "handover.offered", item=row.id, on=today, by=by.id)
    return row


async def accept(session: Session, handover_id: UUID, acceptance: AcceptanceIn, *, by: Principal) -> None:
    """Take the case over. Raises as giving a case does: the limits bind here too."""
    if acceptance.override is not None and by.role is Role.SOCIAL_WORKER:
        raise ForAManager("ask a manager of your team to accept")
    row, child = await _answered(session, handover_id, Stage.ACCEPTED, by=by)
    held = await _held(session, row.episode_id)
    if held is None or held.worker_id != row.from_worker_id:
        raise HeldByAnother("refuse this offer: the case has gone to somebody else")
    worker = (await session.exec(select(Worker).where(Worker.id == row.to_worker_id))).one()
    to = AllocationIn(worker=worker.reference, override=acceptance.override)
    await give(session, {row.episode_id: to}, children=[child.id], within=ANY_TEAM, by=by, moving=True)


async def refuse(session: Session, handover_id: UUID, refusal: RefusalIn, *, by: Principal) -> None:
    row, child = await _answered(session, handover_id, Stage.REFUSED, by=by)
    row.refusal = refusal.reason
    child_changed(session, child, "handover.refused", item=row.id, on=clock.today(), by=by.id)


async def withdraw(session: Session, handover_id: UUID, *, by: Principal) -> None:
    row, child = await _answered(session, handover_id, Stage.WITHDRAWN, by=by)
    child_changed(session, child, "handover.withdrawn", item=row.id, on=clock.today(), by=by.id)


async def expire(session: Session, handovers: Sequence[UUID]) -> None:
    """Say, once, which offers nobody has answered in time; the cases stay where they are."""
    wanted = (
        select(Handover, Episode.child_id)
        .join(Episode, col(Episode.id) == Handover.episode_id)
        .where(col(Handover.id).in_(handovers), Handover.stage == Stage.OFFERED)
    )
    children = {
        child.id: child
        for child in await lock_children(session, [child_id for _, child_id in (await session.exec(wanted)).all()])
    }
    for row, child_id in await session.exec(wanted.execution_options(populate_existing=True)):
        row.stage = move(row.stage, to=Stage.EXPIRED)
        by = session.info["service"]
        child_changed(session, children[child_id], stages.EXPIRED, item=row.id, on=clock.today(), by=by)


async def _answered(session: Session, handover_id: UUID, to: Stage, *, by: Principal) -> tuple[Handover, Child]:
    """The offer at the stage it moves to, its child locked."""
    row = await handover(session, handover_id, by=by, answering=to in {Stage.ACCEPTED, Stage.REFUSED})
    case = (await session.exec(select(Episode).where(Episode.id == row.episode_id))).one()
    (child,) = await lock_children(session, [case.child_id])
    await session.refresh(row)
    row.stage = move(Stage(row.stage), to=to)
    row.answered_at, row.answered_by = clock.now(), by.id
    await due.cancel(session, stages.EXPIRED, row.id)
    return row, child


async def _held(session: Session, episode_id: UUID) -> Allocation | None:
    wanted = select(Allocation).where(Allocation.episode_id == episode_id, col(Allocation.held_until).is_(None))
    return (await session.exec(wanted)).one_or_none()
