"""The HTTP door of observations and of the rubric."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.practice import queries
from services.observation.practice.models import ObservationOut, RubricOut
from services.observation.practice.rubric import CURRENT, RUBRICS
from shared.web.guard import Reading, Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1", tags=["practice"])


@router.get("/observations")
async def list_observations(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_OBSERVATIONS)],
) -> Page[ObservationOut]:
    """The observations you may see."""
    return await queries.page_of_observations(session, asked=asked, by=by)


@router.get("/observations/{observation_id}")
async def read_observation(
    observation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_OBSERVATIONS)]
) -> ObservationOut:
    """One observation, with its scores if they are yours to see."""
    return await queries.shown_observation(session, observation_id, by=by)


@router.get("/rubric")
async def read_rubric(_session: Reading, _by: Annotated[Principal, may(permissions.READ_RUBRIC)]) -> RubricOut:
    """The rubric in use: what is rated, what a 1, a 3 and a 5 look like, and how scores are put together."""
    return RubricOut.model_validate(CURRENT)


@router.get("/rubrics")
async def list_rubrics(_session: Reading, _by: Annotated[Principal, may(permissions.READ_RUBRIC)]) -> list[RubricOut]:
    """Every version of the rubric, the oldest first: a form is valid under the version it was begun with."""
    return [RubricOut.model_validate(rubric) for rubric in RUBRICS.values()]
