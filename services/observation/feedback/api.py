"""The HTTP door of feedback and coaching."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.feedback import operations, queries
from services.observation.feedback.models import (
    CoachingIn,
    ContestIn,
    DraftOut,
    FeedbackIn,
    FeedbackOut,
    OverdueOut,
    ReflectionIn,
    UseOut,
)
from shared.web.conditional import Replaces
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Id

router = APIRouter(prefix="/v1", tags=["feedback"])


@router.post("/observations/{observation_id}/feedback", status_code=201)
async def post_feedback(
    observation_id: Id,
    feedback: FeedbackIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.GIVE_FEEDBACK)],
) -> FeedbackOut:
    """Record the feedback a worker has had: strengths and one stretch. After seven days it is late, and taken."""
    if await once.is_first(session):
        await operations.give_feedback(session, observation_id, feedback, by=by)
    return await queries.feedback(session, observation_id, by=by)


@router.post("/observations/{observation_id}/coaching", status_code=201)
async def post_coaching(
    observation_id: Id,
    coaching: CoachingIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.HOLD_COACHING)],
) -> FeedbackOut:
    """Record the coaching that followed feedback, with one practice goal and the day it is reviewed."""
    if await once.is_first(session):
        await operations.hold_coaching(session, observation_id, coaching, by=by)
    return await queries.feedback(session, observation_id, by=by)


@router.get("/observations/{observation_id}/feedback/draft")
async def read_draft(
    observation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_DRAFTS)]
) -> DraftOut:
    """Where the conversation may begin: two strengths and a stretch from the scores, with what they rest on."""
    return await queries.drafted(session, observation_id, by=by)


@router.put("/observations/{observation_id}/reflection")
async def put_reflection(
    observation_id: Id,
    posted: ReflectionIn,
    session: Transaction,
    version: Replaces,
    by: Annotated[Principal, may(permissions.ANSWER_FEEDBACK)],
) -> FeedbackOut:
    """Write down what you make of the feedback on your own practice."""
    await operations.reflect(session, observation_id, posted, version=version, by=by)
    return await queries.feedback(session, observation_id, by=by)


@router.post("/observations/{observation_id}/contest", status_code=201)
async def post_contest(
    observation_id: Id,
    posted: ContestIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.ANSWER_FEEDBACK)],
) -> FeedbackOut:
    """Say which scores of your own practice you do not agree with: somebody of another team scores it again, blind."""
    if await once.is_first(session):
        await operations.contest(session, observation_id, posted, by=by)
    return await queries.feedback(session, observation_id, by=by)


@router.get("/observations/{observation_id}/use")
async def read_use(
    observation_id: Id,
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_USE)],
) -> UseOut:
    """What the observation is for, who may see what of it, and who has looked at it, by role and moment."""
    return await queries.use_of(session, observation_id, asked=asked, by=by)


@router.get("/observations/{observation_id}/feedback")
async def read_feedback(
    observation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_OBSERVATIONS)]
) -> FeedbackOut:
    """The feedback on an observation, and the coaching if it was held."""
    return await queries.feedback(session, observation_id, by=by)


@router.get("/feedback/overdue")
async def list_overdue_feedback(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_OVERDUE_FEEDBACK)],
) -> Page[OverdueOut]:
    """Feedback that was due before today and has not been given, the longest overdue first."""
    return await queries.page_of_overdue(session, asked=asked, by=by)
