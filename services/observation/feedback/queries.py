"""Reads of feedback: what was said, for those who may see the scores; what is overdue, for those who may see the fact."""

from uuid import UUID

from sqlmodel import col, select

from services.observation.feedback import clocks
from services.observation.feedback.models import Coaching, CoachingOut, Feedback, FeedbackOut, OverdueOut
from services.observation.people.queries import workers
from services.observation.practice.models import Observation
from services.observation.practice.queries import NOT_SEEN, observation, seen
from services.observation.sight import observations_seen_by, scores_seen_by
from shared import clock
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def feedback(session: Session, observation_id: UUID, *, by: Principal) -> FeedbackOut:
    """The feedback on an observation, and the coaching if it was held. Raises `NotFound` when it is not there or not theirs
    to see.
    """
    observed = await observation(session, observation_id, by=by)
    if observation_id not in await scores_seen_by(session, [observed], by=by):
        raise NotFound(NOT_SEEN)
    given = await session.get(Feedback, observation_id)
    if given is None:
        raise NotFound("no feedback has been given on this observation")
    held = await session.get(Coaching, observation_id)
    return FeedbackOut(
        observation_id=observation_id,
        due_on=observed.feedback_due_on,
        given_on=given.given_on,
        days_late=clocks.days_overdue(observed.feedback_due_on, given.given_on),
        strengths=given.strengths,
        stretch=given.stretch,
        coaching=CoachingOut.model_validate(held) if held else None,
    )


async def page_of_overdue(session: Session, *, asked: PageAsked, by: Principal) -> Page[OverdueOut]:
    """Feedback due before today and not given, of the observations whoever asks may see; the longest overdue first."""
    today = clock.today()
    wanted = (
        select(Observation)
        .where(await observations_seen_by(session, by))
        .where(col(Observation.feedback_given_on).is_(None), col(Observation.feedback_due_on) < today)
    )
    shown, following = await asked.read(session, wanted, col(Observation.feedback_due_on), col(Observation.id))
    seen(session, shown)
    people = await workers(session, {id for row in shown for id in (row.worker_id, row.observer_id)})
    items = [
        OverdueOut(
            observation_id=row.id,
            worker=people[row.worker_id].reference,
            observer=people[row.observer_id].reference,
            team=row.team,
            observed_on=row.observed_on,
            due_on=row.feedback_due_on,
            days_overdue=clocks.days_overdue(row.feedback_due_on, today),
        )
        for row in shown
    ]
    return Page(items=items, next=following)
