"""What is done with people: children are recognised by the authority's id, workers are put in their posts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.intake.people.changes import lock_children, worker_changed
from services.intake.people.models import Child, Membership, ReferredChild, Team, Worker, WorkerIn
from shared.database import Session, insert_or
from shared.ids import new_id

BLANKS_FILLED = ("forename", "surname", "born_on", "expected_on", "sex", "ethnicity")


async def recognise(session: Session, la_child_ids: Iterable[str]) -> Sequence[Child]:
    """The children with these ids, locked; those not yet known are entered. Two callers at once enter a child once."""
    wanted = sorted(set(la_child_ids))
    rows = [{"id": new_id(), "n": 0, "la_child_id": la_child_id, "disabilities": []} for la_child_id in wanted]
    table = Child.__table__  # type: ignore[attr-defined]
    await session.execute(insert_or(session, table).on_conflict_do_nothing(), rows)
    ids = (await session.exec(select(Child.id).where(col(Child.la_child_id).in_(wanted)))).all()
    return await lock_children(session, ids)


def fill_blanks(child: Child, stated: ReferredChild) -> None:
    """Take what a referrer knows and we do not. What we hold already stands: a referrer is not its master."""
    for name in BLANKS_FILLED:
        if getattr(child, name) is None:
            setattr(child, name, getattr(stated, name))


async def state_worker(session: Session, reference: str, stated: WorkerIn, *, by: str) -> Worker:
    """Enter a worker, or bring one up to date; moving to another team ends the membership of the one before."""
    await session.execute(
        insert_or(session, Team.__table__)  # type: ignore[attr-defined]
        .values(code=stated.team, name=stated.team_name)
        .on_conflict_do_update(index_elements=["code"], set_={"name": stated.team_name})
    )
    await session.execute(
        insert_or(session, Worker.__table__)  # type: ignore[attr-defined]
        .values(
            id=new_id(), n=0, reference=reference, name=stated.name, role=stated.role, full_time_equivalent_percent=100
        )
        .on_conflict_do_nothing()
    )
    found = select(Worker).where(Worker.reference == reference).with_for_update()
    worker = (await session.exec(found.execution_options(populate_existing=True))).one()
    worker.name, worker.role = stated.name, stated.role
    worker.full_time_equivalent_percent = stated.full_time_equivalent_percent
    worker.newly_qualified_from = stated.newly_qualified_from
    await _place(session, worker.id, stated)
    worker_changed(session, worker, "worker.stated", by=by)
    return worker


async def _place(session: Session, worker_id: UUID, stated: WorkerIn) -> None:
    held = await session.exec(select(Membership).where(Membership.worker_id == worker_id))
    current = None
    for membership in held:
        if membership.team_code == stated.team and membership.member_from == stated.member_from:
            current = membership
        elif membership.member_from < stated.member_from and (
            membership.member_until is None or membership.member_until > stated.member_from
        ):
            membership.member_until = stated.member_from
    if current is None:
        current = Membership(worker_id=worker_id, team_code=stated.team, member_from=stated.member_from)
        session.add(current)
    current.member_until = stated.member_until
