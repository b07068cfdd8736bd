"""The HTTP door of what is due."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.episodes.api import CasesAsked
from services.intake.tasks import queries
from services.intake.tasks.models import ClocksOut, DriftOut, TaskOut
from shared.web.guard import Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Day, Id

router = APIRouter(prefix="/v1", tags=["tasks"])

Reader = Annotated[Principal, may(permissions.READ_EPISODES)]


@router.get("/tasks")
async def list_tasks(
    session: Transaction,
    whose: CasesAsked,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Reader,
    until: Day | None = None,
) -> Page[TaskOut]:
    """What is due in the cases you may see, of a worker or a team: up to a day, or within five working days."""
    return await queries.page_of_tasks(session, whose, until=until, asked=asked, by=by)


@router.get("/drift")
async def list_drift(
    session: Transaction,
    whose: CasesAsked,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Reader,
) -> Page[DriftOut]:
    """Episodes and plans that have gone on for 12, 18 or 24 months, the longest first."""
    return await queries.page_of_drifts(session, whose, asked=asked, by=by)


@router.get("/episodes/{episode_id}/clocks")
async def read_clocks(episode_id: Id, session: Transaction, by: Reader) -> ClocksOut:
    """The clocks that run in a case, and how long it and its plans have gone on."""
    return await queries.clocks_of(session, episode_id, by=by)
