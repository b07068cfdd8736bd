"""The HTTP door of referrals."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.referrals import operations, queries
from services.intake.referrals.models import DecisionIn, FormOut, ReferralIn, ReferralOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])


@router.post("", status_code=201)
async def post_referral(
    posted: ReferralIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.RECEIVE_REFERRALS)],
) -> FormOut:
    """Take in a referral about one child, or several of a family. 201 when it is new, 200 when it is already here."""
    if await once.is_first(session) and not await operations.receive(session, posted, by=by):
        await once.remember(session, status=200)
    return await queries.form(session, posted.source_reference, by=by)


@router.get("")
async def list_referrals(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_REFERRALS)],
    *,
    undecided: FlagAsked = False,
) -> Page[ReferralOut]:
    """The referrals you may see, oldest first."""
    return await queries.page_of_referrals(session, asked=asked, undecided=undecided, by=by)


@router.get("/{referral_id}")
async def read_referral(
    referral_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_REFERRALS)]
) -> ReferralOut:
    """One referral, with the day by which it must be decided."""
    return await queries.shown_referral(session, referral_id, by=by)


@router.post("/{referral_id}/decision")
async def post_decision(
    referral_id: Id,
    decision: DecisionIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_REFERRALS)],
) -> ReferralOut:
    """Decide what comes of a referral; an assessment or a strategy discussion opens an episode of need."""
    if await once.is_first(session):
        await operations.decide(session, referral_id, decision, by=by)
    return await queries.shown_referral(session, referral_id, by=by)
