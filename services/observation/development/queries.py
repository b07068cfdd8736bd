"""One worker's development, joined by the worker: what was attended, when there was supervision, when practice was observed."""

from uuid import UUID

from sqlmodel import col, select

from services.observation.coding.queries import certified_until
from services.observation.development.courses import DAYS, Course, cpd_since, days_done
from services.observation.development.models import (
    Attendance,
    AttendanceOut,
    DevelopmentOut,
    ObservedOut,
    Screening,
    ScreeningOut,
    SessionOut,
)
from services.observation.feedback.models import Coaching
from services.observation.people.models import KnownWorker
from services.observation.people.queries import own_team, own_worker, worker_referred_to
from services.observation.practice.models import Observation
from services.observation.sight import SEES_THE_TEAMS_PRACTICE, observations_seen_by
from services.observation.supervision.models import Supervised, Supervision
from shared import audit, clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.roles import Principal, Role


async def development(session: Session, reference: str, *, by: Principal) -> DevelopmentOut:
    """What is known of one worker's development. Raises `NotFound` when it is not theirs to see."""
    worker = await _worker_seen(session, reference, by=by)
    audit.touches(session, [worker.worker_id])
    is_told_words = by.role not in SEES_THE_TEAMS_PRACTICE
    attended = await _attended(session, worker)
    observed = await _observed(session, worker, by=by)
    screening = await session.get(Screening, worker.worker_id) if is_told_words else None
    done = days_done((Course(each.course), each.day) for each in attended)
    since = cpd_since(clock.today())
    return DevelopmentOut(
        worker=worker.reference,
        four_day=done,
        has_done_the_course=len(done) == DAYS,
        cpd_minutes=sum(each.minutes for each in attended if each.course == Course.CPD and each.on > since),
        attended=attended,
        supervised=await _supervised(session, worker),
        observed=observed,
        screening=ScreeningOut.model_validate(screening) if screening else None,
        goal=await _goal(session, [each.observation_id for each in observed]) if is_told_words else None,
        certified_until=(await certified_until(session, [worker.worker_id])).get(worker.worker_id),
    )


async def _worker_seen(session: Session, reference: str, *, by: Principal) -> KnownWorker:
    """The worker: oneself, of a manager somebody in the team today, of guides anybody."""
    worker = await worker_referred_to(session, reference)
    if worker is not None and by.role is Role.SOCIAL_WORKER:
        own = await own_worker(session, by)
        worker = worker if own is not None and own.worker_id == worker.worker_id else None
    if worker is not None and by.role in SEES_THE_TEAMS_PRACTICE:
        team = await own_team(session, by)
        worker = worker if team is not None and worker.team_on(clock.today()) == team else None
    if worker is None:
        raise NotFound("there is no such worker, or their development is not yours to see")
    return worker


async def _attended(session: Session, worker: KnownWorker) -> list[AttendanceOut]:
    wanted = select(Attendance).where(Attendance.worker_id == worker.worker_id)
    found = await session.exec(wanted.order_by(col(Attendance.on), col(Attendance.id)))
    return [shown_attendance(each, worker) for each in found]


def shown_attendance(row: Attendance, worker: KnownWorker) -> AttendanceOut:
    """Attendance as it is shown."""
    return AttendanceOut.model_validate(row.model_dump(warnings=False) | {"worker": worker.reference})


async def _supervised(session: Session, worker: KnownWorker) -> list[SessionOut]:
    present = select(Supervised.supervision_id).where(Supervised.worker_id == worker.worker_id)
    wanted = select(Supervision).where(col(Supervision.id).in_(present))
    found = await session.exec(wanted.order_by(col(Supervision.held_on), col(Supervision.id)))
    return [SessionOut.model_validate(each) for each in found]


async def _observed(session: Session, worker: KnownWorker, *, by: Principal) -> list[ObservedOut]:
    wanted = select(Observation).where(
        await observations_seen_by(session, by), Observation.worker_id == worker.worker_id
    )
    found = (await session.exec(wanted.order_by(col(Observation.observed_at), col(Observation.id)))).all()
    audit.touches(session, {each.id for each in found})
    return [ObservedOut.model_validate(each.model_dump(warnings=False) | {"observation_id": each.id}) for each in found]


async def _goal(session: Session, observations: list[UUID]) -> str | None:
    """The practice goal agreed on last."""
    wanted = select(Coaching.goal).where(col(Coaching.observation_id).in_(observations))
    latest = wanted.order_by(col(Coaching.held_on).desc(), col(Coaching.observation_id)).limit(1)
    return (await session.exec(latest)).one_or_none()
