"""The HTTP door of messages that go back to case systems."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.intake import permissions
from services.intake.sources.api import source_itself
from services.intake.write_backs import operations, queries
from services.intake.write_backs.models import KeyOut, Message, MessageOut, Standing, StandingOut, WriteBackReceiptIn
from shared.sealing.keys import sign, signing_key
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Code, Id, Reference

router = APIRouter(prefix="/v1", tags=["write-backs"])

Fetcher = Annotated[Principal, may(permissions.FETCH_WRITE_BACKS)]


@router.get("/sources/{system}/write-backs")
async def list_write_backs(
    system: Reference,
    request: Request,
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Fetcher,
) -> Page[MessageOut]:
    """What was done here in cases you are the master of, and you have given no receipt for; in the order in which it was done."""
    page = await queries.waiting(session, source_itself(system, by).name, asked=asked)
    settings = request.app.state.settings

    def signed() -> list[MessageOut]:
        key = signing_key(settings)
        told = [(row, Message.model_validate(row.message)) for row in page.items]
        return [
            MessageOut(id=row.id, made_at=row.made_at, message=message, signed=sign(message, key))
            for row, message in told
        ]

    return Page(items=await asyncio.to_thread(signed), next=page.next)


@router.get("/sources/{system}/write-backs/key")
async def read_key(system: Reference, request: Request, by: Fetcher) -> KeyOut:
    """The public key that messages are checked with."""
    source_itself(system, by)
    key = await asyncio.to_thread(signing_key, request.app.state.settings)
    return KeyOut.model_validate(key.as_dict(private=False), from_attributes=False)


@router.post("/sources/{system}/write-backs/{message_id}/receipt")
async def post_receipt(
    system: Reference,
    message_id: Id,
    receipt: WriteBackReceiptIn,
    session: Transaction,
    once: OnceOnly,
    by: Fetcher,
) -> StandingOut:
    """Say what became of a message: taken, with your reference, or refused, with the reason. It is not listed any more."""
    await once.is_first(session)
    row = await operations.acknowledge(session, source_itself(system, by).name, message_id, receipt)
    return queries.shown(row)


@router.get("/write-backs")
async def list_standings(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_FINDINGS)],
    standing: Code[Standing] | None = None,
) -> Page[StandingOut]:
    """How what was done here stands with the case systems it went back to: `standing=refused` for what somebody must settle."""
    return await queries.page_of_standings(session, asked=asked, standing=standing, by=by)
