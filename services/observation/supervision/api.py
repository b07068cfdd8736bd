"""The HTTP door of supervision."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.observation import permissions
from services.observation.supervision import operations, queries
from services.observation.supervision.models import QualityIn, SupervisionIn, SupervisionOut, SupervisionRubricOut
from services.observation.supervision.quality import RUBRIC
from shared.web.conditional import Replaces
from shared.web.guard import Reading, Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/supervisions", tags=["supervision"])


@router.get("/rubric")
async def read_supervision_rubric(
    _session: Reading, _by: Annotated[Principal, may(permissions.READ_RUBRIC)]
) -> SupervisionRubricOut:
    """What is rated of supervision, and what a 1, a 3 and a 5 look like."""
    return SupervisionRubricOut.model_validate(RUBRIC)


@router.get("")
async def list_supervisions(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_SUPERVISION)],
) -> Page[SupervisionOut]:
    """Supervision that you may see: who was there, and when each worker's practice was observed next."""
    return await queries.page_of_supervisions(session, asked=asked, by=by)


@router.put("/{supervision_id}", status_code=201, responses={200: {"model": SupervisionOut}})
async def put_supervision(
    supervision_id: Id,
    posted: SupervisionIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_SUPERVISION)],
) -> SupervisionOut:
    """Record, under an id of your own making, supervision that you have held: of one worker, or of a group."""
    held, is_new = await operations.record_supervision(session, supervision_id, posted, version=version, by=by)
    if not is_new:
        response.status_code = 200
    return (await queries.shown_supervisions(session, [held], by=by))[0]


@router.put("/{supervision_id}/quality")
async def put_quality(
    supervision_id: Id,
    posted: QualityIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.OBSERVE_SUPERVISION)],
) -> SupervisionOut:
    """Score supervision that you have observed, as somebody who was no part of it. It is the supervisor's to learn from."""
    await operations.observe_supervision(session, supervision_id, posted, version=version, by=by)
    held = await queries.supervision_seen(session, supervision_id, by=by)
    return (await queries.shown_supervisions(session, [held], by=by))[0]
