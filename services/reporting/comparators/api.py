"""The HTTP door of comparators and denominators."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from services.reporting import permissions
from services.reporting.comparators.models import ComparisonsOut, PopulationOut, PublishedFigureOut
from services.reporting.comparators.queries import comparisons, populations, published_figures
from shared.web.guard import Reading, may
from shared.web.roles import Principal

router = APIRouter(prefix="/v1", tags=["comparators"])


@router.get("/comparisons/{year}")
async def read_comparisons(
    request: Request,
    year: Annotated[str, Path(pattern=r"^(19|20|21)\d\d$", examples=["2026"])],
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_COMPARISONS)],
) -> ComparisonsOut:
    """Our figures of the financial year that ends in this one, as rates with their population, beside what others publish."""
    return await comparisons(session, authority=request.app.state.settings.authority, year=int(year))


@router.get("/published-figures")
async def list_published_figures(
    session: Reading,
    _by: Annotated[Principal, may(permissions.READ_COMPARISONS)],
    measure: Annotated[
        str | None, Query(pattern=r"^[\w+\- .&',()]{1,200}$", examples=["b1.Started_episodes_rate"])
    ] = None,
    area: Annotated[str | None, Query(pattern=r"^[\w+\- .&',()]{1,100}$", examples=["England"])] = None,
) -> list[PublishedFigureOut]:
    """What others have published, with its source and every vintage of it."""
    return await published_figures(session, measure=measure, area=area)


@router.get("/populations")
async def list_populations(
    session: Reading, _by: Annotated[Principal, may(permissions.READ_COMPARISONS)]
) -> list[PopulationOut]:
    """How many children lived where, on which day, by whose estimate: what rates are of."""
    return await populations(session)
