"""The HTTP door of the census return: what is to be put right, and the file."""

import tempfile
from collections.abc import Iterator
from typing import Annotated, BinaryIO

from annotated_types import Interval
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse

from services.intake import permissions
from services.intake.returns import making, queries
from services.intake.returns.census_writing import FIRST_YEAR
from services.intake.returns.models import FindingOut, ReturnOut
from services.intake.returns.queries import Whose
from services.intake.returns.reading import census_year
from shared.web.guard import Reading, Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import IN_DIGITS, Reference

router = APIRouter(prefix="/v1/returns/cin-census", tags=["returns"])

Year = Annotated[int, Interval(ge=FIRST_YEAR, le=2100), IN_DIGITS, Path(description="the year in which it ends")]
RuleCode = Annotated[str | None, Query(pattern=r"^[0-9]{3,4}Q?$")]
CHUNK = 64 * 1024


async def whose_cases(worker: Reference | None = None, team: Reference | None = None) -> Whose:
    return Whose(worker=worker, team=team)


@router.get("/{year}")
async def review_return(
    year: Year, request: Request, session: Reading, by: Annotated[Principal, may(permissions.MAKE_THE_RETURN)]
) -> ReturnOut:
    """What a year's return would hold if it left now, and what the DfE's rules would find in it: counts."""
    authority = request.app.state.database.authority
    return await making.review_return(session, year, authority=authority, by=by)


@router.get("/{year}/findings")
async def list_findings(
    year: Year,
    session: Transaction,
    whose: Annotated[Whose, Depends(whose_cases)],
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_FINDINGS)],
    rule: RuleCode = None,
) -> Page[FindingOut]:
    """What is to be put right in the cases you may see before a year's return leaves: of a worker, a team, under a rule."""
    return await queries.page_of_findings(session, census_year(year), whose, rule=rule, asked=asked, by=by)


@router.get("/{year}/file", response_class=StreamingResponse, responses={200: {"content": {"application/xml": {}}}})
async def fetch_return(
    year: Year, request: Request, by: Annotated[Principal, may(permissions.MAKE_THE_RETURN)]
) -> StreamingResponse:
    """A year's return as a file for the DfE, made whole before any of it is sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed when the last of it has been sent
    made = await making.make_return(request.app.state.database, file, year, by=by)
    headers = {
        "Content-Disposition": f'attachment; filename="cin-census-{year}.xml"',
        "Content-Length": str(made.size),
    }
    return StreamingResponse(_sent(file), media_type="application/xml", headers=headers)


def _sent(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while data := file.read(CHUNK):
            yield data
