"""What is done with observations: recorded, edited, and unparked when their case is heard of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.observation.concerns.operations import forget_actions, raise_concern
from services.observation.feedback import clocks
from services.observation.feedback.stages import Stage
from services.observation.people.models import KnownCase, KnownWorker
from services.observation.people.queries import worker_named
from services.observation.practice.independence import check_not_own, is_own_manager
from services.observation.practice.models import Observation, ObservationIn
from services.observation.practice.rubric import rubric_of
from services.observation.practice.speaking import happened_so_far, observation_changed, observations_changed
from shared import clock, due
from shared.calendar import civil_date
from shared.contracts.state import Change
from shared.database import Session
from shared.problems import Unprocessable


class ObservedInTheFuture(Unprocessable):
    title = "Practice cannot have been observed in the future"
    at = "/observed_at"


class WorkerInNoTeam(Unprocessable):
    title = "The worker belonged to no team on that day"
    at = "/worker"


@dataclass(frozen=True)
class Checked:
    """What a form is about, where nothing speaks against it."""

    case: KnownCase
    """Held until the transaction ends."""
    worker: KnownWorker
    observer: KnownWorker
    observed_on: date
    team: str
    """The worker's on that day."""
    by_own_manager: bool


async def check(session: Session, posted: ObservationIn, *, observer: KnownWorker, case: KnownCase) -> Checked:
    """What the form is about. Raises whatever speaks against it."""
    rubric_of(posted.rubric).check(posted.scores, evidenced=posted.evidenced)
    observed_on = civil_date(posted.observed_at)
    if observed_on > clock.today():
        raise ObservedInTheFuture("check the date, and the clock of the device it was recorded on")
    worker = await worker_named(session, posted.worker)
    check_not_own(worker.worker_id, guide_id=observer.worker_id)
    team = worker.team_on(observed_on)
    if team is None:
        raise WorkerInNoTeam("check the worker and the day; if both are right, have the workforce record corrected")
    own_manager = is_own_manager(observer.role, team=observer.team_on(observed_on), workers_team=team)
    return Checked(case, worker, observer, observed_on, team, own_manager)


async def record(
    session: Session,
    observation_id: UUID,
    posted: ObservationIn,
    *,
    found: Checked,
    is_certified: bool,
    version: int,
    by: str,
) -> Observation:
    """Enter an observation and say so. One of a case not heard of yet is parked."""
    observation = Observation(
        id=observation_id,
        n=0,
        recorded_at=clock.now(),
        stage=Stage.RECORDED,
        version=version,
        **_facts(posted, found),
        observer_certified=is_certified,
    )
    session.add(observation)
    await _see_to(session, observation)
    await observation_changed(session, observation, *happened_so_far(observation), by=by)
    return observation


async def edit(
    session: Session,
    observation: Observation,
    posted: ObservationIn,
    *,
    found: Checked,
    is_certified: bool,
    version: int,
    by: str,
) -> None:
    """Put what a later version of its form says in the place of what a locked observation said."""
    had_concern = observation.safety_concern
    for name, fact in _facts(posted, found).items():
        setattr(observation, name, fact)
    observation.version, observation.observer_certified = version, is_certified
    await _see_to(session, observation)
    today = clock.today()
    raised = [Change(what="safety.raised", on=today)] if observation.safety_concern and not had_concern else []
    await observation_changed(session, observation, Change(what="observation.edited", on=today), *raised, by=by)


def _facts(posted: ObservationIn, found: Checked) -> dict[str, Any]:
    """The columns of an observation that its form decides."""
    return posted.model_dump(exclude={"worker", "evidence", "saved_at", "form"}) | {
        "evidence": posted.notes,
        "child_id": found.case.child_id,
        "worker_id": found.worker.worker_id,
        "observer_id": found.observer.worker_id,
        "by_own_manager": found.by_own_manager,
        "team": found.team,
        "observed_on": found.observed_on,
        "feedback_due_on": clocks.due_on(found.observed_on),
    }


async def _see_to(session: Session, observation: Observation) -> None:
    """What waits for nothing, and what is to happen later."""
    if observation.safety_concern:
        await raise_concern(
            session,
            observation.id,
            episode_id=observation.episode_id,
            worker_id=observation.worker_id,
            team=observation.team,
            observer_id=observation.observer_id,
            observed_on=observation.observed_on,
        )
    await _start_the_feedback_clock(session, observation)


async def forget_evidence(session: Session, children: Collection[UUID]) -> None:
    """Let go of what was noted about these children, who were erased. What the worker was scored stays: it is the worker's."""
    about = col(Observation.child_id).in_(children)
    await forget_actions(session, select(Observation.id).where(about))
    await session.exec(update(Observation).where(about).values(evidence={}))


async def unpark(session: Session, children: Collection[UUID]) -> None:
    """Give each observation of these children's cases its child, and say what had to wait, or to whom it moved."""
    misplaced = (
        select(Observation, KnownCase.child_id)
        .join(KnownCase, col(KnownCase.episode_id) == Observation.episode_id)
        .where(col(KnownCase.child_id).in_(children), col(Observation.child_id).is_distinct_from(KnownCase.child_id))
        .order_by(col(Observation.id))
        .with_for_update(of=Observation)
    )
    changed: list[tuple[Observation, list[Change]]] = []
    for observation, child_id in await session.exec(misplaced.execution_options(populate_existing=True)):
        was_parked, observation.child_id = observation.is_parked, child_id
        changes = happened_so_far(observation) if was_parked else [Change(what="record.republished")]
        changed.append((observation, changes))
        if was_parked:
            await _start_the_feedback_clock(session, observation)
    await observations_changed(session, changed, by=session.info["service"])


async def _start_the_feedback_clock(session: Session, observation: Observation) -> None:
    """It runs from the day of the observation, and is watched from when it is known whose case that was."""
    if not observation.is_parked and observation.feedback_given_on is None:
        await due.at(session, clocks.OVERDUE, observation.id, clocks.overdue_from(observation.feedback_due_on))
