"""What is recorded of development: that somebody was there, and how they were screened."""

from typing import Any
from uuid import UUID

from services.observation.development.courses import check_day
from services.observation.development.models import Attendance, AttendanceIn, Screening, ScreeningIn
from services.observation.people.queries import worker_named
from shared import audit, clock
from shared.database import Session, insert_or
from shared.problems import Unprocessable
from shared.web.conditional import Replacing


class AttendedInTheFuture(Unprocessable):
    title = "Nobody was there on a day that has not come"
    at = "/on"


class ScreenedInTheFuture(Unprocessable):
    title = "Nobody was screened on a day that has not come"
    at = "/screened_on"


async def record_attendance(
    session: Session, attendance_id: UUID, posted: AttendanceIn, *, version: Replacing
) -> tuple[Attendance, bool]:
    """Record that somebody was there, or correct it. Returns it, and whether it is new. Raises `WhichDay`."""
    check_day(posted.course, posted.day)
    if posted.on > clock.today():
        raise AttendedInTheFuture("check the day")
    worker = await worker_named(session, posted.worker)
    facts = posted.model_dump(exclude={"worker"}) | {"worker_id": worker.worker_id}
    fresh = {"id": attendance_id, "n": 1, "recorded_at": clock.now()}
    entered = insert_or(session, Attendance).values(facts | fresh).on_conflict_do_nothing()
    is_new = bool((await session.execute(entered)).rowcount)  # type: ignore[attr-defined]
    row = await session.get_one(Attendance, attendance_id, with_for_update=True, populate_existing=True)
    _replace(row, facts, version)
    audit.touches(session, [row.id, row.worker_id])
    return row, is_new


async def screen(session: Session, reference: str, posted: ScreeningIn, *, version: Replacing) -> None:
    """Keep how somebody did when they were chosen."""
    if posted.screened_on > clock.today():
        raise ScreenedInTheFuture("check the day")
    worker = await worker_named(session, reference)
    facts = posted.model_dump()
    fresh = {"worker_id": worker.worker_id, "n": 1, "recorded_at": clock.now()}
    await session.execute(insert_or(session, Screening).values(facts | fresh).on_conflict_do_nothing())
    row = await session.get_one(Screening, worker.worker_id, with_for_update=True, populate_existing=True)
    _replace(row, facts, version)
    audit.touches(session, [worker.worker_id])


def _replace(row: Attendance | Screening, facts: dict[str, Any], version: Replacing) -> None:
    if any(getattr(row, name) != fact for name, fact in facts.items()):
        version.check(row.n)
        for name, fact in facts.items():
            setattr(row, name, fact)
        row.n += 1
    version.of_row(row.n)
