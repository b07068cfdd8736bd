"""Reads of feedback: what was said, for those who may see the scores; what is overdue, for those who may see the fact."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.observation.coding.models import SecondCoding
from services.observation.feedback import clocks
from services.observation.feedback.drafting import PAST, draft, looks_like, stretches_to
from services.observation.feedback.models import (
    Coaching,
    CoachingOut,
    Contest,
    ContestOut,
    DraftOut,
    DraftPointOut,
    Feedback,
    FeedbackOut,
    MaySeeOut,
    OverdueOut,
    Reflection,
    SeenOut,
    StandingOut,
    UseOut,
)
from services.observation.feedback.use import MAY_SEE, PURPOSE
from services.observation.measures.models import Answers, Voice
from services.observation.people.queries import own_worker, workers
from services.observation.practice.independence import check_not_own
from services.observation.practice.models import NoteOut, Observation
from services.observation.practice.queries import NOT_SEEN, observation, seen
from services.observation.practice.rubric import RUBRICS
from services.observation.sight import observations_seen_by, scores_seen_by
from shared import audit, clock
from shared.contracts.codes import PracticeSkill
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

ABOUT_THIS_TIME_DAYS = 28
REFUSED = 400
"""From this status on nothing was shown."""


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
    reflection = await session.get(Reflection, observation_id)
    return FeedbackOut(
        observation_id=observation_id,
        due_on=observed.feedback_due_on,
        given_on=given.given_on,
        days_late=clocks.days_overdue(observed.feedback_due_on, given.given_on),
        strengths=given.strengths,
        stretch=given.stretch,
        coaching=CoachingOut.model_validate(held) if held else None,
        reflection=reflection.words if reflection else None,
        contest=await _contest(session, observation_id),
    )


async def _contest(session: Session, observation_id: UUID) -> ContestOut | None:
    contested = await session.get(Contest, observation_id)
    if contested is None:
        return None
    again = await session.get(SecondCoding, observation_id)
    shown = contested.model_dump(warnings=False) | {"scored_again_at": again.coded_at if again else None}
    return ContestOut.model_validate(shown)


async def drafted(session: Session, observation_id: UUID, *, by: Principal) -> DraftOut:
    """A draft from the scores. Raises `NotFound` when the observation is not there or not theirs to see, `OwnPractice`."""
    observed = await observation(session, observation_id, by=by)
    if guide := await own_worker(session, by):
        check_not_own(observed.worker_id, guide_id=guide.worker_id)
    past = await _past(session, observed, by=by)
    found, rubric = draft(observed.final, [each.final for each in past]), RUBRICS[observed.rubric]
    anchors = {each.skill: each.anchors for each in rubric.skills}
    scored = {each.skill: each.score for each in found.standings}

    def point(skill: PracticeSkill, in_words: Callable[[Mapping[int, str], int], str]) -> DraftPointOut:
        score = scored[skill]
        notes = [NoteOut.model_validate(note) for note in observed.evidence.get(skill, [])]
        return DraftPointOut(skill=skill, score=score, in_words=in_words(anchors[skill], score), evidence=notes)

    return DraftOut(
        observation_id=observation_id,
        due_on=observed.feedback_due_on,
        standings=[StandingOut.model_validate(each) for each in found.standings],
        strengths=[point(skill, looks_like) for skill in found.strengths],
        stretch=point(found.stretch, stretches_to) if found.stretch else None,
        last_goal=await _last_goal(session, [each.id for each in past]),
        family_said=await _family_said(session, observed),
    )


async def _past(session: Session, observed: Observation, *, by: Principal) -> Sequence[Observation]:
    """The same worker's earlier observations, of those whoever asks may see, the latest first."""
    earlier = select(Observation).where(
        await observations_seen_by(session, by),
        Observation.worker_id == observed.worker_id,
        Observation.observed_at < observed.observed_at,
    )
    latest = earlier.order_by(col(Observation.observed_at).desc(), col(Observation.id).desc()).limit(PAST)
    found = (await session.exec(latest)).all()
    seen(session, found)
    return found


async def _last_goal(session: Session, observations: Sequence[UUID]) -> CoachingOut | None:
    agreed = select(Coaching).where(col(Coaching.observation_id).in_(observations))
    latest = agreed.order_by(col(Coaching.held_on).desc(), col(Coaching.observation_id)).limit(1)
    found = (await session.exec(latest)).one_or_none()
    return CoachingOut.model_validate(found) if found else None


async def _family_said(session: Session, observed: Observation) -> list[str]:
    """Words about this worker's time with this family, of whoever agreed that the worker is shown them."""
    since = observed.observed_on - timedelta(days=ABOUT_THIS_TIME_DAYS)
    answered = select(Answers.id, Answers.words).where(*_agreed(Answers, observed), col(Answers.asked_on) >= since)
    heard = select(Voice.id, Voice.words).where(*_agreed(Voice, observed), col(Voice.on) >= since)
    found = [
        *await session.exec(answered.order_by(col(Answers.asked_on), col(Answers.id))),
        *await session.exec(heard.order_by(col(Voice.on), col(Voice.id))),
    ]
    audit.touches(session, {id for id, _ in found})
    return [words for _, words in found if words is not None]


def _agreed(table: type[Answers | Voice], observed: Observation) -> tuple[ColumnElement[bool], ...]:
    return (
        col(table.episode_id) == observed.episode_id,
        col(table.worker_id) == observed.worker_id,
        col(table.worker_may_see).is_(True),
        col(table.words).is_not(None),
    )


async def use_of(session: Session, observation_id: UUID, *, asked: PageAsked, by: Principal) -> UseOut:
    """What an observation is for, who may see what of it, and who has looked. Raises `NotFound` when it is not theirs to see."""
    observed = await observation(session, observation_id, by=by)
    if observation_id not in await scores_seen_by(session, [observed], by=by):
        raise NotFound(NOT_SEEN)
    (after,) = asked.place(int) or (0,)
    looked = audit.Asked(subject=observation_id, since=observed.recorded_at)
    found = await audit.rows(session, looked, after=after, limit=asked.limit + 1)
    shown, following = asked.cut(found, lambda row: (row.seq,))
    items = [
        SeenOut(at=row.at, role=row.role, act=row.act, is_you=row.actor == by.id)
        for row in shown
        if row.outcome < REFUSED
    ]
    may_see = [MaySeeOut(role=role, sees=sees) for role, sees in MAY_SEE.items()]
    return UseOut(items=items, next=following, purpose=PURPOSE, may_see=may_see)


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
