"""The HTTP door of offers."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.episodes.models import DoneIn
from services.intake.offer import operations, queries
from services.intake.offer.models import (
    AcceptanceIn,
    AskedIn,
    BoardOut,
    DeferralIn,
    EndIn,
    OfferInFull,
    OfferOut,
    PlaceIn,
    RefusalIn,
    SessionIn,
)
from services.intake.offer.stages import Stage
from shared.contracts.codes import OfferKind
from shared.web.conditional import Replaces, Shown
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Code, Id, Reference

router = APIRouter(prefix="/v1", tags=["offers"])

Reader = Annotated[Principal, may(permissions.READ_OFFERS)]
Caseworker = Annotated[Principal, may(permissions.RECORD_CASEWORK)]
Manager = Annotated[Principal, may(permissions.DECIDE_ON_CASES)]
Panel = Annotated[Principal, may(permissions.DECIDE_OFFERS)]


@router.get("/offers")
async def list_offers(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Reader,
    team: Reference | None = None,
    offer: Code[OfferKind] | None = None,
    stage: Code[Stage] | None = None,
) -> Page[OfferOut]:
    """What families are offered in the cases you may see, of a team or of all."""
    return await queries.page_of_offers(session, team=team, kind=offer, stage=stage, asked=asked, by=by)


@router.get("/enhanced-offer")
async def read_board(session: Transaction, by: Reader, team: Reference | None = None) -> BoardOut:
    """The places of this year, and who waits for one, the first in line first; of a team or of all."""
    return await queries.board(session, team=team, by=by)


@router.get("/episodes/{episode_id}/offers")
async def list_offers_of_a_case(episode_id: Id, session: Transaction, by: Reader) -> list[OfferOut]:
    """Everything the family was offered in an episode, the latest last."""
    return await queries.offers_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/core-offer", status_code=201)
async def post_core_offer(episode_id: Id, given: DoneIn, session: Transaction, once: OnceOnly, by: Manager) -> OfferOut:
    """Give the core offer; 409 where the team that holds the case does not work by the practice model."""
    if await once.is_first(session):
        await operations.give_core(session, episode_id, given, by=by)
        await session.flush()
    return await queries.latest_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/enhanced-offer", status_code=201)
async def post_enhanced_offer(
    episode_id: Id, asked: AskedIn, session: Transaction, once: OnceOnly, by: Caseworker
) -> OfferOut:
    """Ask the panel for the enhanced offer."""
    if await once.is_first(session):
        await operations.ask(session, episode_id, asked, by=by)
        await session.flush()
    return await queries.latest_of(session, episode_id, by=by)


@router.get("/offers/{offer_id}")
async def read_offer(offer_id: Id, session: Transaction, version: Shown, by: Reader) -> OfferInFull:
    """One offer, with the words in which it was asked for."""
    shown, n = await queries.offer_in_full(session, offer_id, by=by)
    version.of_row(n)
    return shown


@router.put("/offers/{offer_id}", status_code=204)
async def put_offer(offer_id: Id, asked: AskedIn, session: Transaction, version: Replaces, by: Caseworker) -> None:
    """Put right what the panel was asked, until it has decided."""
    version.of_row(await operations.amend(session, offer_id, asked, replacing=version, by=by))


@router.post("/offers/{offer_id}/acceptance")
async def post_acceptance(
    offer_id: Id, acceptance: AcceptanceIn, session: Transaction, once: OnceOnly, by: Panel
) -> OfferInFull:
    """The panel accepts: the family waits for a place. 409 where the criteria are not met and it does not say why."""
    if await once.is_first(session):
        await operations.accept(session, offer_id, acceptance, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/refusal")
async def post_refusal(
    offer_id: Id, refusal: RefusalIn, session: Transaction, once: OnceOnly, by: Panel
) -> OfferInFull:
    """The panel refuses, with a reason."""
    if await once.is_first(session):
        await operations.refuse(session, offer_id, refusal, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/deferral")
async def post_deferral(
    offer_id: Id, deferral: DeferralIn, session: Transaction, once: OnceOnly, by: Panel
) -> OfferInFull:
    """The panel puts its decision off to its next meeting."""
    if await once.is_first(session):
        await operations.defer(session, offer_id, deferral, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/withdrawal")
async def post_withdrawal(offer_id: Id, session: Transaction, once: OnceOnly, by: Caseworker) -> OfferInFull:
    """Ask no longer."""
    if await once.is_first(session):
        await operations.withdraw(session, offer_id, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/place")
async def post_place(offer_id: Id, place: PlaceIn, session: Transaction, once: OnceOnly, by: Panel) -> OfferInFull:
    """Give a place with a clinician; 409 when the year has none left, or another family comes first."""
    if await once.is_first(session):
        await operations.give_place(session, offer_id, place, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/sessions", status_code=201)
async def post_session(
    offer_id: Id, held: SessionIn, session: Transaction, once: OnceOnly, by: Caseworker
) -> OfferInFull:
    """A session with the clinician was given, missed or cancelled."""
    if await once.is_first(session):
        await operations.record_session(session, offer_id, held, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/step-down")
async def post_step_down(offer_id: Id, down: DoneIn, session: Transaction, once: OnceOnly, by: Manager) -> OfferInFull:
    """The enhanced offer steps down, and the core offer goes on from that day."""
    if await once.is_first(session):
        await operations.step_down(session, offer_id, down, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]


@router.post("/offers/{offer_id}/end")
async def post_end(offer_id: Id, ended: EndIn, session: Transaction, once: OnceOnly, by: Manager) -> OfferInFull:
    """An offer ends, and no other takes its place."""
    if await once.is_first(session):
        await operations.end(session, offer_id, ended, by=by)
        await session.flush()
    return (await queries.offer_in_full(session, offer_id, by=by))[0]
