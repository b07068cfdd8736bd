"""The HTTP door of teams and workers."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.intake import permissions
from services.intake.people import operations, queries
from services.intake.people.models import TeamOut, WorkerIn
from shared.web.guard import Reading, Transaction, may
from shared.web.roles import Principal

router = APIRouter(prefix="/v1", tags=["people"])


@router.get("/teams")
async def list_teams(session: Reading, _by: Annotated[Principal, may(permissions.READ_WORKFORCE)]) -> list[TeamOut]:
    """The department's teams."""
    return [TeamOut.model_validate(team) for team in await queries.teams(session)]


@router.put("/workers/{reference}", status_code=204)
async def put_worker(
    reference: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")],
    stated: WorkerIn,
    session: Transaction,
    by: Annotated[Principal, may(permissions.STATE_WORKFORCE)],
) -> None:
    """Enter a worker under the authority's staff reference, or bring one up to date."""
    await operations.state_worker(session, reference, stated, by=by.id)
