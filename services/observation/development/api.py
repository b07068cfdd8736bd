"""The HTTP door of development."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.observation import permissions
from services.observation.development import operations, queries
from services.observation.development.models import AttendanceIn, AttendanceOut, DevelopmentOut, ScreeningIn
from services.observation.people.queries import worker_named
from shared.web.conditional import Replaces
from shared.web.guard import Transaction, may
from shared.web.roles import Principal
from shared.web.shapes import Id, Reference

router = APIRouter(prefix="/v1", tags=["development"])


@router.put("/attendances/{attendance_id}", status_code=201, responses={200: {"model": AttendanceOut}})
async def put_attendance(
    attendance_id: Id,
    posted: AttendanceIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    _by: Annotated[Principal, may(permissions.RECORD_DEVELOPMENT)],
) -> AttendanceOut:
    """Record that a worker was there: a day of the four-day course, induction, or CPD."""
    row, is_new = await operations.record_attendance(session, attendance_id, posted, version=version)
    if not is_new:
        response.status_code = 200
    return queries.shown_attendance(row, await worker_named(session, posted.worker))


@router.put("/workers/{reference}/screening")
async def put_screening(
    reference: Reference,
    posted: ScreeningIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_DEVELOPMENT)],
) -> DevelopmentOut:
    """Record how a worker did when they were chosen: empathy, collaboration and child focus in the exercise."""
    await operations.screen(session, reference, posted, version=version)
    return await queries.development(session, reference, by=by)


@router.get("/workers/{reference}/development")
async def read_development(
    reference: Reference, session: Transaction, by: Annotated[Principal, may(permissions.READ_DEVELOPMENT)]
) -> DevelopmentOut:
    """One worker's development: training, supervision, when practice was observed, and for the worker and guides the goal."""
    return await queries.development(session, reference, by=by)
