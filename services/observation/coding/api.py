"""The HTTP door of second scores, and of certificates."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.coding import operations, queries
from services.observation.coding.models import (
    AwaitedOut,
    CertificateOut,
    CertificationIn,
    CodingIn,
    CodingOut,
    ConsensusIn,
    ReliabilityOut,
)
from services.observation.people.queries import worker_named
from shared import clock
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Day, Id, Reference

router = APIRouter(prefix="/v1", tags=["second scores"])


@router.get("/second-codings")
async def list_second_codings(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.CODE_AGAIN)],
) -> Page[AwaitedOut]:
    """Observations that chance drew to be scored a second time and that you may score, without their first scores."""
    return await queries.page_of_awaited(session, asked=asked, by=by)


@router.post("/observations/{observation_id}/second-coding", status_code=201)
async def post_second_coding(
    observation_id: Id,
    coding: CodingIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.CODE_AGAIN)],
) -> CodingOut:
    """Score an observation a second time, from its audio or as the second who was there; then you see the first score."""
    if await once.is_first(session):
        await operations.code(session, observation_id, coding, by=by)
    return await queries.coding(session, observation_id, by=by)


@router.get("/observations/{observation_id}/second-coding")
async def read_second_coding(
    observation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.CODE_AGAIN)]
) -> CodingOut:
    """Both scores of an observation, and the skills on which the two have to agree."""
    return await queries.coding(session, observation_id, by=by)


@router.post("/observations/{observation_id}/consensus", status_code=201)
async def post_consensus(
    observation_id: Id,
    consensus: ConsensusIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.CODE_AGAIN)],
) -> CodingOut:
    """Say what the two agreed on where they were two points or more apart. It is what counts; both raw scores are kept."""
    if await once.is_first(session):
        await operations.agree(session, observation_id, consensus, by=by)
    return await queries.coding(session, observation_id, by=by)


@router.get("/reliability")
async def read_reliability(
    session: Transaction, by: Annotated[Principal, may(permissions.READ_RELIABILITY)], until: Day | None = None
) -> ReliabilityOut:
    """How far each skill's scores can be relied on in the year that ends on a day, and how those who score compare."""
    return await queries.reliability_until(session, until or clock.today(), by=by)


@router.post("/evaluators/{reference}/certificates", status_code=201)
async def post_certificate(
    reference: Reference,
    certification: CertificationIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.CERTIFY)],
) -> list[CertificateOut]:
    """Enter how somebody scored recordings that the masters have scored; well enough, it certifies them for half a year."""
    if await once.is_first(session):
        await operations.certify(session, reference, certification, by=by)
    return await queries.certificates_of(session, await worker_named(session, reference))


@router.get("/evaluators/{reference}/certificates")
async def list_certificates(
    reference: Reference, session: Transaction, _by: Annotated[Principal, may(permissions.CERTIFY)]
) -> list[CertificateOut]:
    """Every trial somebody made, the latest first, with what a failed one fell short by."""
    return await queries.certificates_of(session, await worker_named(session, reference))
