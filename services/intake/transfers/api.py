"""The HTTP door of transfers between teams. A case has one that is open at a time, so that it needs no id."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.transfers import operations, queries
from services.intake.transfers.models import AcceptanceIn, CompletionIn, RefusalIn, TransferIn, TransferOut
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id, Reference

router = APIRouter(prefix="/v1", tags=["transfers"])

Reader = Annotated[Principal, may(permissions.READ_EPISODES)]
Manager = Annotated[Principal, may(permissions.TRANSFER_CASES)]


@router.get("/transfers")
async def list_transfers(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Reader,
    team: Reference | None = None,
) -> Page[TransferOut]:
    """Transfers that await an answer or completion, to or from a team, or of every case you may see."""
    return await queries.page_of_open(session, team=team, asked=asked, by=by)


@router.get("/episodes/{episode_id}/transfers")
async def list_transfers_of_a_case(episode_id: Id, session: Transaction, by: Reader) -> list[TransferOut]:
    """Every transfer of a case, the latest last."""
    return await queries.transfers_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/transfer", status_code=201)
async def post_transfer(
    episode_id: Id, transfer: TransferIn, session: Transaction, once: OnceOnly, by: Manager
) -> TransferOut:
    """Offer a case to another team."""
    if await once.is_first(session):
        await operations.offer(session, episode_id, transfer, by=by)
    return await queries.latest_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/transfer/acceptance")
async def post_acceptance(
    episode_id: Id, acceptance: AcceptanceIn, session: Transaction, once: OnceOnly, by: Manager
) -> TransferOut:
    """Take a case that was offered, and name who is to hold it: both workers are involved from now on."""
    if await once.is_first(session):
        await operations.accept(session, episode_id, acceptance, by=by)
    return await queries.latest_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/transfer/refusal", status_code=204)
async def post_refusal(episode_id: Id, refusal: RefusalIn, session: Transaction, once: OnceOnly, by: Manager) -> None:
    """Do not take a case that was offered. It is out of your sight again."""
    if await once.is_first(session):
        await operations.decline(session, episode_id, refusal, by=by)


@router.post("/episodes/{episode_id}/transfer/withdrawal")
async def post_withdrawal(episode_id: Id, session: Transaction, once: OnceOnly, by: Manager) -> TransferOut:
    """Keep a case that was offered to another team."""
    if await once.is_first(session):
        await operations.withdraw(session, episode_id, by=by)
    return await queries.latest_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/transfer/completion")
async def post_completion(
    episode_id: Id, completion: CompletionIn, session: Transaction, once: OnceOnly, by: Manager
) -> TransferOut:
    """Hand the case over, after both workers have visited together: 409 when the new worker's caseload leaves no place."""
    if await once.is_first(session):
        await operations.complete(session, episode_id, completion, by=by)
    return await queries.latest_of(session, episode_id, by=by)
