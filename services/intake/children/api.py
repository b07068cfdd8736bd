"""The HTTP door of children."""

from typing import Annotated

from fastapi import APIRouter

from services.intake import permissions
from services.intake.children import operations, queries
from services.intake.children.models import ChildOut, DetailsIn, DetailsOut, RelativeOut, RestrictionIn, RestrictionOut
from services.intake.people.models import UPN, NHSNumber
from shared.web.conditional import Replaces, Shown
from shared.web.guard import Transaction, may
from shared.web.roles import Principal
from shared.web.shapes import Id, LAChildId

router = APIRouter(prefix="/v1", tags=["children"])


@router.get("/children")
async def find_children(
    session: Transaction,
    by: Annotated[Principal, may(permissions.READ_CHILDREN)],
    la_child_id: LAChildId | None = None,
    upn: UPN | None = None,
    nhs_number: NHSNumber | None = None,
) -> list[ChildOut]:
    """The children with these numbers, of those you may see; name at least one."""
    return await queries.children_with(session, la_child_id=la_child_id, upn=upn, nhs_number=nhs_number, by=by)


@router.get("/children/{child_id}")
async def read_child(
    child_id: Id, session: Transaction, version: Shown, by: Annotated[Principal, may(permissions.READ_CHILDREN)]
) -> ChildOut:
    """One child's own record."""
    child = await queries.shown_child(session, child_id, by=by)
    version.of_row(child.n)
    return ChildOut.model_validate(child)


@router.get("/children/{child_id}/details")
async def read_details(
    child_id: Id, session: Transaction, version: Shown, by: Annotated[Principal, may(permissions.KEEP_DETAILS)]
) -> DetailsOut:
    """Languages, addresses, how the family may be contacted safely."""
    details, n = await queries.details(session, child_id, by=by)
    version.of_row(n)
    return details


@router.put("/children/{child_id}/details", status_code=204)
async def put_details(
    child_id: Id,
    stated: DetailsIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.KEEP_DETAILS)],
) -> None:
    """Keep what whoever works with the child must know, in place of what was known before."""
    version.of_row((await operations.keep_details(session, child_id, stated, replacing=version, by=by)).n)


@router.get("/children/{child_id}/restriction")
async def read_restriction(
    child_id: Id, session: Transaction, version: Shown, by: Annotated[Principal, may(permissions.RESTRICT_CHILDREN)]
) -> RestrictionOut:
    """Who may see a restricted child."""
    restriction, n = await queries.restriction(session, child_id, by=by)
    version.of_row(n)
    return restriction


@router.put("/children/{child_id}/restriction", status_code=204)
async def put_restriction(
    child_id: Id,
    stated: RestrictionIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RESTRICT_CHILDREN)],
) -> None:
    """Hide a child from everyone but those named, and you."""
    version.of_row((await operations.restrict(session, child_id, stated, replacing=version, by=by)).n)


@router.delete("/children/{child_id}/restriction", status_code=204)
async def delete_restriction(
    child_id: Id, session: Transaction, version: Replaces, by: Annotated[Principal, may(permissions.RESTRICT_CHILDREN)]
) -> None:
    """Open a restricted child's record again to whoever sees it by their role."""
    version.of_row((await operations.lift(session, child_id, replacing=version, by=by)).n)


@router.get("/referrals/{referral_id}/family-history")
async def read_family_history(
    referral_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_CHILDREN)]
) -> list[RelativeOut]:
    """Every child of the family, with earlier referrals and who held them, ended ones too, as far as you may see."""
    return await queries.family_history(session, referral_id, by=by)
