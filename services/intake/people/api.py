"""The HTTP door of teams and workers."""

from typing import Annotated

from fastapi import APIRouter, Path

from services.intake import permissions
from services.intake.people import operations, queries
from services.intake.people.models import AbsenceIn, PostOut, RemitIn, RemitOut, TeamOut, TermsIn, WorkerIn
from shared.web.conditional import Replaces, Shown
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Day

StaffReference = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")]
TeamCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$")]

router = APIRouter(prefix="/v1", tags=["people"])


@router.get("/teams")
async def list_teams(session: Reading, _by: Annotated[Principal, may(permissions.READ_WORKFORCE)]) -> list[TeamOut]:
    """The department's teams."""
    return [TeamOut.model_validate(team) for team in await queries.teams(session)]


@router.get("/teams/{code}/remits")
async def list_remits(
    code: TeamCode, session: Reading, _by: Annotated[Principal, may(permissions.READ_WORKFORCE)]
) -> list[RemitOut]:
    """Which children a team is for, and of which areas, from which day on; before the first it is for children in need."""
    return await queries.remits_shown(session, code)


@router.post("/teams/{code}/remits", status_code=201)
async def post_remit(
    code: TeamCode,
    stated: RemitIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.STATE_TEAM_MODES)],
) -> list[RemitOut]:
    """State which children a team is for from a day on, which says whether it works by the practice model."""
    if await once.is_first(session):
        await operations.state_remit(session, code, stated, by=by.id)
    return await queries.remits_shown(session, code)


@router.put("/workers/{reference}", status_code=204)
async def put_worker(
    reference: StaffReference,
    stated: WorkerIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.STATE_WORKFORCE)],
) -> None:
    """Enter a worker under the authority's staff reference, or bring one up to date."""
    worker = await operations.state_worker(session, reference, stated, replacing=version, by=by.id)
    version.of_row(worker.n)


@router.get("/workers/{reference}")
async def read_worker(
    reference: StaffReference,
    session: Transaction,
    version: Shown,
    by: Annotated[Principal, may(permissions.READ_POSTS)],
) -> PostOut:
    """A worker with the teams belonged to, the terms and the absences; a manager's own team's."""
    post, n = await queries.post(session, reference, by=by)
    version.of_row(n)
    return post


@router.put("/workers/{reference}/terms/{in_force_from}", status_code=204)
async def put_terms(
    reference: StaffReference,
    in_force_from: Day,
    stated: TermsIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.STATE_WORKFORCE)],
) -> None:
    """State the hours and the stage that begin on a day, and stand until others do."""
    worker = await operations.state_terms(session, reference, in_force_from, stated, replacing=version, by=by)
    version.of_row(worker.n)


@router.delete("/workers/{reference}/terms/{in_force_from}", status_code=204)
async def delete_terms(
    reference: StaffReference,
    in_force_from: Day,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.STATE_WORKFORCE)],
) -> None:
    """Take back terms that were stated by mistake."""
    worker = await operations.withdraw_terms(session, reference, in_force_from, replacing=version, by=by)
    version.of_row(worker.n)


@router.put("/workers/{reference}/absences/{away_from}", status_code=204)
async def put_absence(
    reference: StaffReference,
    away_from: Day,
    stated: AbsenceIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.STATE_ABSENCES)],
) -> None:
    """State that a worker is away from a day on; why is not asked."""
    worker = await operations.state_absence(session, reference, away_from, stated, replacing=version, by=by)
    version.of_row(worker.n)


@router.delete("/workers/{reference}/absences/{away_from}", status_code=204)
async def delete_absence(
    reference: StaffReference,
    away_from: Day,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.STATE_ABSENCES)],
) -> None:
    """Take back an absence that never was."""
    worker = await operations.withdraw_absence(session, reference, away_from, replacing=version, by=by)
    version.of_row(worker.n)
