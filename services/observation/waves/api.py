"""The HTTP door of waves: whom to ask now, and what came of trying."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.waves import operations, queries
from services.observation.waves.models import (
    ContactAttemptOut,
    ContactIn,
    LossIn,
    SafeContactCheckIn,
    SafeContactCheckOut,
    WaveOut,
)
from services.observation.waves.stages import Stage
from services.observation.waves.windows import WaveName
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Code, Id

router = APIRouter(prefix="/v1", tags=["waves"])


@router.get("/waves")
async def list_waves(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)],
    stage: Code[Stage] = Stage.OPEN,
    name: Code[WaveName] | None = None,
) -> Page[WaveOut]:
    """The waves that may be asked now, those whose window closes first before the others; or those at another stage."""
    return await queries.page_of_waves(session, stage=stage, name=name, asked=asked, by=by)


@router.get("/waves/{wave_id}")
async def read_wave(
    wave_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)]
) -> WaveOut:
    """One wave: its window, how often it was tried, what became of it."""
    return await queries.shown_wave(session, wave_id, by=by)


@router.get("/waves/{wave_id}/contacts")
async def list_contacts(
    wave_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.FOLLOW_CASES)]
) -> list[ContactAttemptOut]:
    """Every attempt to get in touch for a wave, the first of them first."""
    return await queries.attempts_of(session, wave_id, by=by)


@router.post("/waves/{wave_id}/safe-contact-checks", status_code=201)
async def post_safe_contact_check(
    wave_id: Id,
    found: SafeContactCheckIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.FOLLOW_CASES)],
) -> SafeContactCheckOut:
    """Say what you found when you looked whether a call is safe. The call names this check, within four hours."""
    if not await once.is_first(session):
        return await queries.shown_check(session, wave_id, UUID(once.outcome), by=by)
    check_id = await operations.check_contact(session, wave_id, found, by=by)
    await once.remember(session, outcome=str(check_id))
    return await queries.shown_check(session, wave_id, check_id, by=by)


@router.post("/waves/{wave_id}/contacts", status_code=201)
async def post_contact(
    wave_id: Id,
    posted: ContactIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.FOLLOW_CASES)],
) -> WaveOut:
    """Record that you tried to get in touch, after having looked whether it is safe, and what came of it."""
    if await once.is_first(session):
        await operations.try_contact(session, wave_id, posted, by=by)
    return await queries.shown_wave(session, wave_id, by=by)


@router.post("/waves/{wave_id}/loss")
async def post_loss(
    wave_id: Id,
    posted: LossIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.FOLLOW_CASES)],
) -> WaveOut:
    """Say why an interview will not take place. That nobody was reached may be said after six attempts by three ways."""
    if await once.is_first(session):
        await operations.lost(session, wave_id, posted, by=by)
    return await queries.shown_wave(session, wave_id, by=by)
