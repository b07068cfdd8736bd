"""The HTTP door of wordings and agreements."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.agreements import operations, queries
from services.observation.agreements.models import AgreementOut, AnswerIn, WordingIn, WordingOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1", tags=["agreements"])


@router.post("/wordings", status_code=201)
async def post_wording(
    posted: WordingIn, session: Transaction, once: OnceOnly, by: Annotated[Principal, may(permissions.MAKE_COHORTS)]
) -> WordingOut:
    """State the words in which people are asked, under an id that never gets other words."""
    if await once.is_first(session):
        await operations.state_wording(session, posted, by=by)
    return await queries.wording(session, posted.reference)


@router.get("/wordings")
async def list_wordings(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)],
) -> Page[WordingOut]:
    """Every wording that people are, or were, asked in."""
    return await queries.page_of_wordings(session, asked=asked)


@router.post("/participations/{participation_id}/agreements", status_code=201)
async def post_answer(
    participation_id: Id,
    posted: AnswerIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.RECORD_ANSWERS)],
) -> list[AgreementOut]:
    """Record that somebody was asked, agreed, refused or withdrew. What rested on an agreement ends with it at once."""
    if await once.is_first(session):
        await operations.answer(session, participation_id, posted, by=by)
    return await queries.agreements_of(session, participation_id, by=by)


@router.get("/participations/{participation_id}/agreements")
async def list_agreements(
    participation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)]
) -> list[AgreementOut]:
    """Everything that was answered in a case, with what stands."""
    return await queries.agreements_of(session, participation_id, by=by)
