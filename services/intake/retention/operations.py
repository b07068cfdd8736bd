"""What is done at the end: records are held, holds are lifted, and what nothing holds is disposed of."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, exists, or_, text
from sqlmodel import col, select

from services.intake.database import TABLES
from services.intake.people.changes import lock_children
from services.intake.people.models import Child
from services.intake.referrals.models import Referral, ReferralForm
from services.intake.retention.models import LegalHold
from services.intake.retention.queries import due
from shared import audit, clock
from shared.contracts.intake import ChildState
from shared.database import Database, Session
from shared.messaging.outbox import publish
from shared.problems import NotFound

AT_ONCE = 200
CHILD: Table = Child.__table__  # type: ignore[attr-defined]


class HoldNotFound(NotFound):
    title = "No such hold stands"


class NobodyToHold(NotFound):
    title = "No child of this id is known here"


async def place_hold(
    session: Session, *, la_child_id: str | None, reason: str, by: str, may_be_unknown: bool = False
) -> LegalHold:
    """Keep a child's record, or every record, until the hold is lifted.

    Raises `NobodyToHold`: of a mistyped id nothing is kept. A child may be held before anything has come of it, if that is
    meant.
    """
    if la_child_id is not None and not may_be_unknown:
        known = await session.exec(select(Child.id).where(Child.la_child_id == la_child_id))
        if known.one_or_none() is None:
            raise NobodyToHold("look at the id again; if nothing has come of the child yet, say --not-known-yet")
    hold = LegalHold(la_child_id=la_child_id, reason=reason, placed_at=clock.now(), placed_by=by)
    session.add(hold)
    await session.flush()
    audit.touches(session, [hold.id])
    return hold


async def lift_hold(session: Session, hold_id: UUID, *, by: str) -> None:
    """Raises `HoldNotFound` when it does not stand."""
    hold = await session.get(LegalHold, hold_id)
    if hold is None or hold.lifted_at is not None:
        raise HoldNotFound("`dwc hold list` tells which stand")
    hold.lifted_at, hold.lifted_by = clock.now(), by
    audit.touches(session, [hold.id])


async def dispose(database: Database, *, years: int, by: str) -> int:
    """Dispose of every record whose time is up and that nothing holds; returns how many.

    A few at a time, each lot in a transaction of its own that looks again whether they are still due: what is placed under
    hold meanwhile stays. Doing it again does nothing.
    """
    disposed = 0
    while True:
        async with database.transaction() as session:
            children = await _lot(session, years=years)
            if not children:
                return disposed
            await _erase(session, children, by=by)
            await audit.record(session, actor=by, role="operator", act="dispose of case records", outcome=200)
        disposed += len(children)


async def _lot(session: Session, *, years: int) -> list[Child]:
    """The next few whose time is up, locked. Looked at again once they are: a referral may have come meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("LOCK TABLE legal_hold IN SHARE MODE"))  # a hold comes before this lot, or after it
    candidates = (await due(session, on=clock.today(), years=years)).children[:AT_ONCE]
    locked = await lock_children(session, candidates)
    still = set((await due(session, on=clock.today(), years=years)).children) if locked else set()
    return [child for child in locked if child.id in still]


async def _erase(session: Session, children: Sequence[Child], *, by: str) -> None:
    """Nothing is left of these children but that they were erased, which is said."""
    states = [
        ChildState(
            authority=session.info["authority"],
            epoch=session.info["epoch"],
            n=child.n + 1,
            child_id=child.id,
            erased=True,
        )
        for child in children
    ]
    ids = [child.id for child in children]
    audit.touches(session, ids)
    await publish(session, *states, by=by)
    came_on = select(Referral.form_id).where(col(Referral.child_id).in_(ids), col(Referral.form_id).is_not(None))
    forms = (await session.exec(came_on)).all()
    for table in reversed(hanging_on_a_child()):
        await session.execute(delete(table).where(_of(table, ids)))
    await session.execute(delete(CHILD).where(CHILD.c.id.in_(ids)))
    of_a_sibling = exists().where(col(Referral.form_id) == ReferralForm.id)
    await session.execute(delete(ReferralForm).where(col(ReferralForm.id).in_(forms), ~of_a_sibling))


def hanging_on_a_child() -> list[Table]:
    """Every table whose rows belong to a child, however far away; a table comes after what it hangs on."""
    found: list[Table] = []
    for table in TABLES.sorted_tables:
        if any(key.column.table in (CHILD, *found) for key in table.foreign_keys):
            found.append(table)
    return found


def _of(table: Table, children: list[UUID]) -> ColumnElement[bool]:
    """Which rows of a table belong to these children."""
    ways = []
    for key in table.foreign_keys:
        if key.column.table is CHILD:
            ways.append(key.parent.in_(children))
        elif key.column.table in hanging_on_a_child():
            ways.append(key.parent.in_(select(key.column).where(_of(key.column.table, children))))
    return or_(*ways)
