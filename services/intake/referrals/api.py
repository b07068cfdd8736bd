"""The HTTP door of referrals."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.intake import permissions
from services.intake.referrals import operations, queries
from services.intake.referrals.models import (
    BatchMode,
    BatchOut,
    BatchResult,
    DecisionIn,
    FormOut,
    ReferralIn,
    ReferralOut,
)
from shared.problems import Problem
from shared.web.batch import body_of, read_batch
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.limits import BULK_BYTES
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.problems import document
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id

MOST = 500
"""Referrals of one batch."""

router = APIRouter(prefix="/v1/referrals", tags=["referrals"])


@router.post("", status_code=201)
async def post_referral(
    posted: ReferralIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.RECEIVE_REFERRALS)],
) -> FormOut:
    """Take in a referral about one child, or several of a family. 201 when it is new, 200 when it is already here."""
    if await once.is_first(session):
        (received,) = await operations.receive(session, [posted], by=by)
        if isinstance(received, Problem):
            raise received
        if received.is_new:
            return queries.form_as_kept(received.form_id, posted.source_reference, received.referrals)
        await once.remember(session, status=200)
    return await queries.form_sent_as(session, posted.source_reference, by=by)


@router.post(
    "/batch",
    response_model_exclude_none=True,
    max_body_size=BULK_BYTES,
    openapi_extra=body_of("referrals", "a referral, as POST /v1/referrals takes one"),
)
async def post_referrals(
    request: Request,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.RECEIVE_REFERRALS)],
    mode: BatchMode = BatchMode.COMMIT,
) -> BatchOut:
    """Take in up to 500 referrals, each as it would be by itself: `{"referrals": […]}`, or one a line (NDJSON).

    Every one is answered in its place, 201 new, 200 already here, 4xx refused, and none takes another with it. What is
    refused is corrected and sent again, with the others or without.
    """
    is_trial = mode is BatchMode.VALIDATE
    if not is_trial and not await once.is_first(session):
        return BatchOut(mode=mode, results=once.outcome)
    media_type = request.headers.get("content-type", "")
    body = await request.body()
    read = await asyncio.to_thread(read_batch, body, media_type, ReferralIn, name="referrals", most=MOST)
    sound = [each for each in read if isinstance(each, ReferralIn)]
    received = iter(await (operations.try_out if is_trial else operations.receive_apart)(session, sound, by=by))
    outcomes = [next(received) if isinstance(each, ReferralIn) else each for each in read]
    results = [_result(index, each, mode) for index, each in enumerate(outcomes)]
    if not is_trial:
        await once.remember(session, outcome=[each.model_dump(mode="json") for each in results])
    return BatchOut(mode=mode, results=results)


def _result(index: int, outcome: operations.Received | Problem, mode: BatchMode) -> BatchResult:
    if isinstance(outcome, Problem):
        return BatchResult(index=index, status=outcome.status, problem=document(outcome))
    is_stored = mode is BatchMode.COMMIT or not outcome.is_new
    return BatchResult(index=index, status=201 if outcome.is_new else 200, id=outcome.form_id if is_stored else None)


@router.get("")
async def list_referrals(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_REFERRALS)],
    *,
    undecided: FlagAsked = False,
) -> Page[ReferralOut]:
    """The referrals you may see, in the order in which they were recorded here."""
    return await queries.page_of_referrals(session, asked=asked, undecided=undecided, by=by)


@router.get("/forms/{form_id}")
async def read_form(
    form_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_REFERRALS)]
) -> FormOut:
    """What came of a form: one referral a child, each with what was decided since."""
    return await queries.form(session, form_id, by=by)


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
