"""The HTTP door of what was said and done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.observation import permissions
from services.observation.said_and_done import operations, queries
from services.observation.said_and_done.models import SaidAndDoneIn, SaidAndDoneOut
from shared.web.conditional import Replaces
from shared.web.guard import Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1/said-and-done", tags=["said and done"])


@router.put("/{id}", status_code=201, responses={200: {"model": SaidAndDoneOut}})
async def put_said_and_done(
    id: Id,
    posted: SaidAndDoneIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    _by: Annotated[Principal, may(permissions.WRITE_SAID_AND_DONE)],
) -> SaidAndDoneOut:
    """Write down what people said when they were asked; later, what was done about it or why nothing was."""
    row, is_new = await operations.write_down(session, id, posted, version=version)
    if not is_new:
        response.status_code = 200
    return queries.shown_row(row)


@router.get("")
async def list_said_and_done(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    _by: Annotated[Principal, may(permissions.READ_SAID_AND_DONE)],
) -> Page[SaidAndDoneOut]:
    """What people said when they were asked, and what came of it."""
    return await queries.page_of_said_and_done(session, asked=asked)
