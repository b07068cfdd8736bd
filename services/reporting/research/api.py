"""The HTTP door of extracts for evaluators outside."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.reporting import permissions
from services.reporting.formats.api import download
from services.reporting.research import operations, queries
from services.reporting.research.models import ExtractIn, ExtractOut, ExtractRefusalIn
from services.reporting.research.operations import Made
from services.reporting.research.stages import Stage
from shared.database import Session
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/research-extracts", tags=["research extracts"])

ZIP = "application/zip"


async def _shown(session: Session, id: Id, by: Principal) -> ExtractOut:
    return ExtractOut.model_validate(await queries.extract_seen(session, id, by=by))


@router.get("")
async def list_extracts(session: Reading, by: Annotated[Principal, may(permissions.READ_EXTRACTS)]) -> list[ExtractOut]:
    """The register: for whom, for what, on which basis, by whose word, and until when it may be kept."""
    return await queries.extracts_seen(session, by=by)


@router.post("", status_code=201)
async def post_extract(
    wanted: ExtractIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.ASK_FOR_EXTRACTS)],
) -> ExtractOut:
    """Ask for an extract. Somebody else decides."""
    if await once.is_first(session):
        extract = await operations.ask(session, wanted, by=by)
        await once.remember(session, outcome=str(extract.id))
        return ExtractOut.model_validate(extract)
    return await _shown(session, UUID(once.outcome), by)


@router.get("/{extract_id}")
async def read_extract(
    extract_id: Id, session: Reading, by: Annotated[Principal, may(permissions.READ_EXTRACTS)]
) -> ExtractOut:
    """One extract of the register."""
    return await _shown(session, extract_id, by)


@router.post("/{extract_id}/approval")
async def post_approval(
    extract_id: Id,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_ON_EXTRACTS)],
) -> ExtractOut:
    """Let an extract be collected, as another person than whoever asked."""
    if await once.is_first(session):
        await operations.decide_on(session, extract_id, Stage.APPROVED, by=by)
    return await _shown(session, extract_id, by)


@router.post("/{extract_id}/refusal")
async def post_refusal(
    extract_id: Id,
    refused: ExtractRefusalIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.DECIDE_ON_EXTRACTS)],
) -> ExtractOut:
    """Say why there will be no extract."""
    if await once.is_first(session):
        await operations.decide_on(session, extract_id, Stage.REFUSED, by=by, reason=refused.reason)
    return await _shown(session, extract_id, by)


@router.post("/{extract_id}/withdrawal")
async def post_withdrawal(
    extract_id: Id,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.ASK_FOR_EXTRACTS)],
) -> ExtractOut:
    """Take back what you asked for, before it is collected."""
    if await once.is_first(session):
        await operations.decide_on(session, extract_id, Stage.WITHDRAWN, by=by)
    return await _shown(session, extract_id, by)


async def _made(request: Request, extract_id: Id, by: Annotated[Principal, may(permissions.ASK_FOR_EXTRACTS)]) -> Made:
    """Before the transaction begins: to tell of every child takes seconds, and nobody waits for it."""
    async with request.app.state.database.reading() as session:
        return await operations.make(session, extract_id, by=by)


@router.post(
    "/{extract_id}/collection", response_class=Response, responses={200: {"content": {ZIP: {}}, "description": "ZIP"}}
)
async def post_collection(
    extract_id: Id,
    by: Annotated[Principal, may(permissions.ASK_FOR_EXTRACTS)],
    made: Annotated[Made, Depends(_made)],
    session: Transaction,
    once: OnceOnly,
) -> Response:
    """Collect what you asked for: once, for it is not kept. Asked for anew it comes under other pseudonyms."""
    await once.is_first(session)
    await operations.collect(session, extract_id, made, by=by)
    return download(made.content, ZIP, f"extract-{extract_id}.zip")
