"""The HTTP door of pairs of records that may be of one child."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.identity import operations, queries
from services.intake.identity.models import MatchDecisionIn, MatchOut, PairIn
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import FlagAsked, Id

router = APIRouter(prefix="/v1/possible-matches", tags=["identity"])


@router.get("")
async def list_possible_matches(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.DECIDE_MATCHES)],
    *,
    undecided: FlagAsked = True,
) -> Page[MatchOut]:
    """Pairs of records that may be of one child, the longest waiting first; those decided on too, if so asked."""
    return await queries.page_of_matches(session, asked=asked, undecided=undecided, by=by)


@router.post("", status_code=201)
async def post_possible_match(
    pair: PairIn, session: Transaction, once: OnceOnly, by: Annotated[Principal, may(permissions.DECIDE_MATCHES)]
) -> MatchOut:
    """Name two records that you believe are of one child; nothing comes of it until it is decided on."""
    await once.is_first(session)
    found = await operations.bring_together(session, pair, by=by)
    return (await queries.shown_matches(session, [found]))[0]


@router.get("/{match_id}")
async def read_possible_match(
    match_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.DECIDE_MATCHES)]
) -> MatchOut:
    """One pair, with the two records side by side and the evidence."""
    return (await queries.shown_matches(session, [await queries.match(session, match_id, by=by)]))[0]


@router.post("/{match_id}/decision")
async def post_match_decision(
    match_id: Id,
    decided: MatchDecisionIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_MATCHES)],
) -> MatchOut:
    """Say that the two are one child, and which record speaks for both, or that they are two. It can be taken back."""
    if await once.is_first(session):
        await operations.decide(session, match_id, decided, by=by)
    return (await queries.shown_matches(session, [await queries.match(session, match_id, by=by)]))[0]


@router.post("/{match_id}/decision/withdrawal")
async def post_withdrawal(
    match_id: Id, session: Transaction, once: OnceOnly, by: Annotated[Principal, may(permissions.DECIDE_MATCHES)]
) -> MatchOut:
    """Take a decision back: the pair waits again, and records that were merged are two again."""
    if await once.is_first(session):
        await operations.take_back(session, match_id, by=by)
    return (await queries.shown_matches(session, [await queries.match(session, match_id, by=by)]))[0]
