"""What is done with observations: recorded, and unparked when their case is heard of."""

import hashlib
import json
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.observation.concerns.operations import forget_actions, raise_concern
from services.observation.feedback import clocks
from services.observation.feedback.stages import Stage
from services.observation.people.models import KnownCase, KnownWorker
from services.observation.people.operations import hold_case
from services.observation.people.queries import colleague, worker_named
from services.observation.practice.independence import check_not_own
from services.observation.practice.models import Observation, ObservationIn
from services.observation.practice.rubric import rubric_of
from services.observation.practice.speaking import happened_so_far, observation_changed, observations_changed
from shared import clock, due
from shared.calendar import civil_date
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.problems import Conflict, Unprocessable
from shared.web.roles import Principal


class IdUsedForSomethingElse(Conflict):
    title = "A different observation came under this id before"


class ObservedInTheFuture(Unprocessable):
    title = "Practice cannot have been observed in the future"
    at = "/observed_at"


class WorkerInNoTeam(Unprocessable):
    title = "The worker belonged to no team on that day"
    at = "/worker"


async def record(
    session: Session, observation_id: UUID, posted: ObservationIn, *, by: Principal
) -> tuple[Observation, bool]:
    """Record an observation under the id its device gave it. Returns it, and whether it is new.

    The same observation again is the first one; a different one under its id is refused. An observation of a case not
    heard of yet is parked.
    """
    observer = await colleague(session, by)
    fingerprint = _fingerprint(posted, observer)
    if first := await session.get(Observation, observation_id):
        return _same(first, fingerprint), False
    worker, observed_on, team = await _check(session, posted, observer)
    case = await hold_case(session, posted.episode_id)
    facts = posted.model_dump(exclude={"worker", "evidence"}) | {
        "id": observation_id,
        "evidence": posted.notes,
        "n": 0,
        "fingerprint": fingerprint,
        "child_id": case.child_id,
        "worker_id": worker.worker_id,
        "observer_id": observer.worker_id,
        "team": team,
        "observed_on": observed_on,
        "recorded_at": clock.now(),
        "stage": Stage.RECORDED,
        "feedback_due_on": clocks.due_on(observed_on),
    }
    is_new = await _enter(session, facts)
    observation = await session.get_one(Observation, observation_id)
    if not is_new:
        return _same(observation, fingerprint), False
    if observation.safety_concern:
        await raise_concern(
            session,
            observation.id,
            episode_id=observation.episode_id,
            worker_id=observation.worker_id,
            team=team,
            observer_id=observation.observer_id,
            observed_on=observed_on,
        )
    await _start_the_feedback_clock(session, observation)
    await observation_changed(session, observation, *happened_so_far(observation), by=by.id)
    return observation, True


async def _check(session: Session, posted: ObservationIn, observer: KnownWorker) -> tuple[KnownWorker, date, str]:
    """The worker observed, the day, and the worker's team on it. Raises whatever speaks against the observation."""
    rubric_of(posted.rubric).check(posted.scores, evidenced=posted.evidenced)
    observed_on = civil_date(posted.observed_at)
    if observed_on > clock.today():
        raise ObservedInTheFuture("check the date, and the clock of the device it was recorded on")
    worker = await worker_named(session, posted.worker)
    check_not_own(worker.worker_id, guide_id=observer.worker_id)
    team = worker.team_on(observed_on)
    if team is None:
        raise WorkerInNoTeam("check the worker and the day; if both are right, have the workforce record corrected")
    return worker, observed_on, team


def _fingerprint(posted: ObservationIn, observer: KnownWorker) -> bytes:
    """Of meaning: the order of fields and the time zone of the clock make no other observation, another observer does."""
    meaning = posted.model_dump(mode="json") | {"observer": str(observer.worker_id)}
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).digest()


def _same(first: Observation, fingerprint: bytes) -> Observation:
    if first.fingerprint != fingerprint:
        raise IdUsedForSomethingElse(
            "a recorded observation cannot be changed yet; if this is another observation, send it under a new id"
        )
    return first


async def _enter(session: Session, facts: dict[str, Any]) -> bool:
    """Two at once: the second waits, and then finds that the first has entered it."""
    table = Observation.__table__  # type: ignore[attr-defined]
    entered = insert_or(session, table).values(facts).on_conflict_do_nothing().returning(table.c.id)
    return (await session.execute(entered)).scalar_one_or_none() is not None


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
