"""What is said of an observation: its whole coded state, each time anything about it changes. Never a word of narrative."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.practice.models import Observation
from shared import audit
from shared.contracts.codes import PracticeSkill
from shared.contracts.observation import PracticeState, Score
from shared.contracts.state import Change
from shared.database import Session
from shared.messaging.outbox import publish
from shared.messaging.republish import Subjects


async def observation_changed(session: Session, observation: Observation, *changes: Change, by: str) -> None:
    """Raise the version of an observation that this transaction has entered or locked, and say what it is now.

    A parked one is not spoken of: nobody could tell whose it is. Everything is said when it is unparked.
    """
    await observations_changed(session, [(observation, changes)], by=by)


async def observations_changed(
    session: Session, changed: Sequence[tuple[Observation, Sequence[Change]]], *, by: str
) -> None:
    """The same of several at once."""
    for observation, _ in changed:
        observation.n += 1
        audit.touches(session, [observation.id, observation.worker_id])
    spoken = [_state(session, each, changes) for each, changes in changed if not each.is_parked]
    await publish(session, *spoken, by=by)


async def _again(session: Session, ids: Sequence[UUID], change: Change) -> list[PracticeState]:
    """What is said of these observations, without those that are parked."""
    spoken_of = select(Observation).where(col(Observation.id).in_(ids), col(Observation.child_id).is_not(None))
    locked = await session.exec(spoken_of.order_by(col(Observation.id)).with_for_update())
    return [_state(session, observation, (change,)) for observation in locked.all()]


def happened_so_far(observation: Observation) -> list[Change]:
    """Everything there is to say of an observation that has not been spoken of."""
    days = {
        "observation.recorded": observation.observed_on,
        "safety.raised": observation.observed_on if observation.safety_concern else None,
        "feedback.given": observation.feedback_given_on,
        "coaching.held": observation.coaching_held_on,
        "scores.contested": observation.contested_on,
    }
    return [Change(what=what, on=on) for what, on in days.items() if on is not None]


def _state(session: Session, observation: Observation, changes: Sequence[Change]) -> PracticeState:
    assert observation.child_id is not None
    final = observation.final
    return PracticeState(
        authority=session.info["authority"],
        epoch=session.info["epoch"],
        n=observation.n,
        changes=tuple(changes),
        observation_id=observation.id,
        child_id=observation.child_id,
        episode_id=observation.episode_id,
        worker_id=observation.worker_id,
        team=observation.team,
        observer_id=observation.observer_id,
        observed_on=observation.observed_on,
        purpose=observation.purpose,
        rubric=observation.rubric,
        scores=tuple(
            Score(skill=skill, score=score) for skill in PracticeSkill if (score := final.get(skill)) is not None
        ),
        observer_certified=observation.observer_certified,
        independent=not observation.by_own_manager,
        child_seen_alone=observation.child_seen_alone,
        extra_familial_harm_explored=observation.extra_familial_harm_explored,
        interpreter=observation.interpreter,
        safety_concern=observation.safety_concern,
        feedback_due_on=observation.feedback_due_on,
        feedback_overdue_flagged_on=observation.feedback_overdue_flagged_on,
        feedback_given_on=observation.feedback_given_on,
        coaching_held_on=observation.coaching_held_on,
        contested_on=observation.contested_on,
    )


SPEAKS_OF = (Subjects(PracticeState.topic, col(Observation.id), _again),)
