"""What is done with a child's record: it is closed to all but named people, and opened again."""

from uuid import UUID

from sqlalchemy import delete, insert
from sqlmodel import col, select

from services.intake.children import queries
from services.intake.children.models import Address, Details, DetailsIn, DetailsOut, Named, Restriction, RestrictionIn
from services.intake.people.changes import child_changed, lock_children
from services.intake.people.models import Child
from services.intake.people.queries import records_of
from shared import audit, clock
from shared.database import Session
from shared.web.conditional import Replacing
from shared.web.roles import Principal


async def restrict(
    session: Session, child_id: UUID, stated: RestrictionIn, *, replacing: Replacing, by: Principal
) -> Child:
    """Hide a child, with every record of it, from everyone but those named and whoever restricts it."""
    child, records = await _locked(session, child_id, by=by)
    wanted = {*stated.named, by.worker or by.id}
    restriction = await session.get(Restriction, child.id)
    named = set((await session.exec(select(Named.who).where(Named.child_id == child.id))).all())
    if restriction is not None and named == wanted:
        return child
    replacing.check(child.n, adds=restriction is None)
    await _open(session, records)
    await session.execute(
        insert(Restriction),
        [{"child_id": record, "restricted_at": clock.now(), "restricted_by": by.id} for record in records],
    )
    await session.execute(
        insert(Named), [{"child_id": record, "who": who} for record in records for who in sorted(wanted)]
    )
    child_changed(session, child, "child.restricted", on=clock.today(), by=by.id)
    return child


async def keep_details(
    session: Session, child_id: UUID, stated: DetailsIn, *, replacing: Replacing, by: Principal
) -> Child:
    """Keep what whoever works with the child must know. The home's postcode is one thing a child is known by."""
    shown, _ = await queries.details(session, child_id, by=by)
    (child,) = await lock_children(session, [child_id])
    if shown == DetailsOut.model_validate(stated):
        return child
    replacing.check(child.n, adds=shown == DetailsOut())
    await session.merge(Details(child_id=child.id, **stated.model_dump(exclude={"addresses"})))
    await session.execute(delete(Address).where(col(Address.child_id) == child.id))
    if stated.addresses:
        rows = [{"child_id": child.id, **each.model_dump()} for each in stated.addresses]
        await session.execute(insert(Address), rows)
    home = next((each for each in stated.addresses if each.lived_until is None and each.postcode), None)
    child.postcode = home.postcode if home else child.postcode
    child.n += 1
    return child


async def lift(session: Session, child_id: UUID, *, replacing: Replacing, by: Principal) -> Child:
    """Open a restricted child's record again to whoever sees it by their role."""
    child, records = await _locked(session, child_id, by=by)
    if await session.get(Restriction, child.id) is not None:
        replacing.check(child.n)
        await _open(session, records)
        child_changed(session, child, "child.opened", on=clock.today(), by=by.id)
    return child


async def _locked(session: Session, child_id: UUID, *, by: Principal) -> tuple[Child, list[UUID]]:
    """The child, and every record of it, if whoever asks may see it."""
    child = await queries.child(session, child_id, by=by)
    records = await records_of(session, child)
    locked = await lock_children(session, records)
    audit.touches(session, records)
    return next(each for each in locked if each.id == child_id), [each.id for each in locked]


async def _open(session: Session, records: list[UUID]) -> None:
    for table in (Named, Restriction):
        await session.execute(delete(table).where(col(table.child_id).in_(records)))
