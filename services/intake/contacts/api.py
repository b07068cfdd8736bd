"""The HTTP door of contacts."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.contacts import operations, queries
from services.intake.contacts.models import ContactDecisionIn, ContactIn, ContactOut, ScreeningIn
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])


@router.post("", status_code=201)
async def post_contact(
    told: ContactIn, session: Transaction, once: OnceOnly, by: Annotated[Principal, may(permissions.RECEIVE_CONTACTS)]
) -> ContactOut:
    """Take in what somebody told of a child. 201 when it is new, 200 when it is already here."""
    is_first = await once.is_first(session)
    contact, is_new = await operations.take(session, told, by=by)
    if is_first and not is_new:
        await once.remember(session, status=200)
    return queries.shown(contact)


@router.get("")
async def list_contacts(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_CONTACTS)],
    *,
    undecided: FlagAsked = False,
) -> Page[ContactOut]:
    """The contacts you may see, those first whose decision is due first."""
    return await queries.page_of_contacts(session, asked=asked, undecided=undecided, by=by)


@router.get("/{contact_id}")
async def read_contact(
    contact_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_CONTACTS)]
) -> ContactOut:
    """One contact, with the day by which it must be decided on."""
    return queries.shown(await queries.contact(session, contact_id, by=by))


@router.post("/{contact_id}/screening")
async def post_screening(
    contact_id: Id,
    screened: ScreeningIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.SCREEN_CONTACTS)],
) -> ContactOut:
    """Say what was found out and what you propose."""
    if await once.is_first(session):
        await operations.screen(session, contact_id, screened, by=by)
    return queries.shown(await queries.contact(session, contact_id, by=by))


@router.post("/{contact_id}/decision")
async def post_contact_decision(
    contact_id: Id,
    decided: ContactDecisionIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_CONTACTS)],
) -> ContactOut:
    """Decide what comes of it: a referral, which is decided on in its turn, or one of the outcomes that end it here."""
    if await once.is_first(session):
        await operations.decide(session, contact_id, decided, by=by)
    return queries.shown(await queries.contact(session, contact_id, by=by))
