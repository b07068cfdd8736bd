"""What is done after an observation: feedback is given, or flagged as overdue; coaching is held; the worker has a say."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.coding.operations import have_scored_again
from services.observation.feedback import clocks
from services.observation.feedback.models import (
    Coaching,
    CoachingIn,
    Contest,
    ContestIn,
    Feedback,
    FeedbackIn,
    Reflection,
    ReflectionIn,
)
from services.observation.feedback.stages import Stage, move
from services.observation.people.queries import colleague
from services.observation.practice.independence import check_not_own
from services.observation.practice.models import Observation
from services.observation.practice.queries import observation
from services.observation.practice.speaking import observation_changed, observations_changed
from shared import clock, due
from shared.contracts.codes import PracticeSkill
from shared.contracts.state import Change
from shared.database import Session, insert_or
from shared.problems import Conflict, Unprocessable
from shared.web.conditional import Replacing
from shared.web.roles import Principal


class GivenOutOfOrder(Unprocessable):
    title = "Feedback cannot be given before the observation or after today"
    at = "/given_on"


class NotYetFedBack(Conflict):
    title = "There has been no feedback on this observation"


class ContestedAlready(Conflict):
    title = "These scores have been contested"


class NotScored(Unprocessable):
    title = "A skill that was not scored cannot be contested"
    at = "/skills"


class CoachedOutOfOrder(Unprocessable):
    title = "Coaching cannot be held before the feedback or after today"
    at = "/held_on"


class ReviewedOutOfOrder(Unprocessable):
    title = "A goal is reviewed after it was agreed"
    at = "/review_on"


async def give_feedback(session: Session, observation_id: UUID, feedback: FeedbackIn, *, by: Principal) -> None:
    """Record that the worker has had feedback, and what it said. Late feedback is taken, and is late."""
    observed = await observation(session, observation_id, by=by, lock=True)
    guide = await colleague(session, by)
    check_not_own(observed.worker_id, guide_id=guide.worker_id)
    observed.stage = move(observed.stage, to=Stage.FEEDBACK_GIVEN)
    if not observed.observed_on <= feedback.given_on <= clock.today():
        raise GivenOutOfOrder("given_on lies between the day of the observation and today")
    observed.feedback_given_on = feedback.given_on
    session.add(
        Feedback(**feedback.model_dump(), observation_id=observed.id, given_by=guide.worker_id, recorded_at=clock.now())
    )
    await due.cancel(session, clocks.OVERDUE, observed.id)
    await observation_changed(session, observed, Change(what="feedback.given", on=feedback.given_on), by=by.id)


async def reflect(
    session: Session, observation_id: UUID, posted: ReflectionIn, *, version: Replacing, by: Principal
) -> None:
    """Keep what the worker makes of the feedback. Raises `NotYetFedBack`."""
    await _own_fed_back(session, observation_id, by=by)
    fresh = {"observation_id": observation_id, "n": 1, "words": posted.words, "recorded_at": clock.now()}
    await session.execute(insert_or(session, Reflection).values(fresh).on_conflict_do_nothing())
    kept = await session.get_one(Reflection, observation_id, with_for_update=True, populate_existing=True)
    if kept.words != posted.words:
        version.check(kept.n)
        kept.words, kept.n = posted.words, kept.n + 1
    version.of_row(kept.n)


async def contest(session: Session, observation_id: UUID, posted: ContestIn, *, by: Principal) -> None:
    """Keep that the worker does not agree with scores, and have the observation scored again by somebody of another team.

    Raises `NotYetFedBack`, `ContestedAlready`, `NotScored`.
    """
    observed = await _own_fed_back(session, observation_id, by=by)
    if await session.get(Contest, observation_id) is not None:
        raise ContestedAlready("it waits to be scored again, or has been: read the feedback")
    if any(observed.scores.get(skill) is None for skill in posted.skills):
        raise NotScored("contest what was scored")
    today = clock.today()
    skills = [skill for skill in PracticeSkill if skill in posted.skills]
    session.add(
        Contest(
            observation_id=observation_id,
            skills=skills,
            words=posted.words,
            contested_on=today,
            recorded_at=clock.now(),
        )
    )
    await have_scored_again(session, observation_id)
    observed.contested_on = today
    await observation_changed(session, observed, Change(what="scores.contested", on=today), by=by.id)


async def _own_fed_back(session: Session, observation_id: UUID, *, by: Principal) -> Observation:
    """The worker's own observation, locked, on which there has been feedback."""
    observed = await observation(session, observation_id, by=by, lock=True)
    if observed.feedback_given_on is None:
        raise NotYetFedBack("wait for the feedback; it is due within seven days of the observation")
    return observed


async def flag_overdue(session: Session, observations: Sequence[UUID]) -> None:
    """Say, once, of which of these no feedback has been given in time."""
    awaited = (
        select(Observation)
        .where(col(Observation.id).in_(observations), col(Observation.feedback_given_on).is_(None))
        .where(col(Observation.feedback_overdue_flagged_on).is_(None))
        .order_by(col(Observation.id))
        .with_for_update()
    )
    today = clock.today()
    changed = []
    for observed in await session.exec(awaited.execution_options(populate_existing=True)):
        observed.feedback_overdue_flagged_on = today
        changed.append((observed, [Change(what=clocks.OVERDUE, on=today)]))
    await observations_changed(session, changed, by=session.info["service"])


async def hold_coaching(session: Session, observation_id: UUID, coaching: CoachingIn, *, by: Principal) -> None:
    """Record that coaching was held, and the practice goal it ended with."""
    observed = await observation(session, observation_id, by=by, lock=True)
    guide = await colleague(session, by)
    check_not_own(observed.worker_id, guide_id=guide.worker_id)
    observed.stage = move(observed.stage, to=Stage.COACHING_HELD)
    assert observed.feedback_given_on is not None
    if not observed.feedback_given_on <= coaching.held_on <= clock.today():
        raise CoachedOutOfOrder("held_on lies between the day of the feedback and today")
    if coaching.review_on <= coaching.held_on:
        raise ReviewedOutOfOrder("review_on lies after held_on")
    observed.coaching_held_on = coaching.held_on
    session.add(
        Coaching(**coaching.model_dump(), observation_id=observed.id, held_by=guide.worker_id, recorded_at=clock.now())
    )
    await observation_changed(session, observed, Change(what="coaching.held", on=coaching.held_on), by=by.id)
