"""The HTTP door of families' goals and of risk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.episodes.api import CasesAsked
from services.intake.risk import operations, queries
from services.intake.risk.models import (
    AskedOut,
    BoardOut,
    ChangedGoalIn,
    DiscussionIn,
    GoalEndIn,
    GoalIn,
    OpenGoalOut,
    PromptOut,
    PromptsOut,
    RatingCorrectionIn,
    RatingIn,
    WholeGoalOut,
)
from services.intake.risk.prompts import CURRENT, PROMPTS
from services.intake.risk.queries import GoalsAsked
from shared.contracts.codes import RAG, PlaceOfHarm
from shared.web.conditional import Replaces, Shown
from shared.web.guard import Reading, Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Code, FlagAsked, Id

router = APIRouter(prefix="/v1", tags=["risk"])

Reader = Annotated[Principal, may(permissions.READ_EPISODES)]
Caseworker = Annotated[Principal, may(permissions.RECORD_CASEWORK)]
Manager = Annotated[Principal, may(permissions.DECIDE_ON_CASES)]


async def _which_goals(
    place: Code[PlaceOfHarm] | None = None, rating: Code[RAG] | None = None, are_apart: FlagAsked | None = None
) -> GoalsAsked:
    return GoalsAsked(place, rating, are_apart)


@router.get("/family-goals")
async def list_goals(
    session: Transaction,
    whose: CasesAsked,
    which: Annotated[GoalsAsked, Depends(_which_goals)],
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Reader,
) -> Page[OpenGoalOut]:
    """Goals of the open cases you may see, red first: of a worker or a team, of a place of harm, of the worse of two colours, or
    those in which worker and parent stand two steps apart.
    """
    return await queries.page_of_goals(session, whose, which, asked=asked, by=by)


@router.get("/family-goals/board")
async def read_board(session: Transaction, whose: CasesAsked, by: Reader) -> list[BoardOut]:
    """The open goals of each team by where the harm is: how many are red, amber and green, by worker and by parent."""
    return await queries.board(session, whose, by=by)


@router.get("/risk-prompts")
async def read_prompts(_session: Reading, _by: Reader) -> PromptsOut:
    """The questions to ask before a goal is rated, in the version in use."""
    prompts = [
        PromptOut(code=each.code, place=each.place, question=each.question, factors=sorted(each.factors))
        for each in PROMPTS[CURRENT]
    ]
    return PromptsOut(version=CURRENT, prompts=prompts)


@router.get("/episodes/{episode_id}/risk-prompts")
async def read_questions_for_a_case(episode_id: Id, session: Transaction, by: Reader) -> list[AskedOut]:
    """The questions for one case: by the places of its goals, and by what assessments found."""
    return await queries.questions_for(session, episode_id, by=by)


@router.get("/episodes/{episode_id}/family-goals")
async def list_goals_of_a_case(episode_id: Id, session: Transaction, by: Reader) -> list[WholeGoalOut]:
    """Every goal of a case in words, with every rating, those that have ended among them."""
    return await queries.goals_of(session, episode_id, by=by)


@router.post("/episodes/{episode_id}/family-goals", status_code=201)
async def post_goal(
    episode_id: Id, stated: GoalIn, session: Transaction, once: OnceOnly, version: Shown, by: Caseworker
) -> WholeGoalOut:
    """A family has agreed to a goal for its child."""
    if await once.is_first(session):
        goal_id = await operations.agree(session, episode_id, stated, by=by)
        await once.remember(session, status=201, outcome=str(goal_id))
    else:
        goal_id = UUID(once.outcome)
    return await queries.read(session, goal_id, version=version, by=by)


@router.get("/family-goals/{goal_id}")
async def read_goal(goal_id: Id, session: Transaction, version: Shown, by: Reader) -> WholeGoalOut:
    """One goal in words, with every rating it was given."""
    return await queries.read(session, goal_id, version=version, by=by)


@router.post("/family-goals/{goal_id}/ratings", status_code=201)
async def post_rating(
    goal_id: Id, stated: RatingIn, session: Transaction, once: OnceOnly, version: Shown, by: Caseworker
) -> WholeGoalOut:
    """How the child fares by it on a day: in the worker's judgement, the parent's, or both."""
    if await once.is_first(session):
        await operations.rate(session, goal_id, stated, by=by)
    return await queries.read(session, goal_id, version=version, by=by)


@router.post("/family-goals/{goal_id}/ratings/{rating_id}/correction")
async def post_rating_correction(
    goal_id: Id,
    rating_id: Id,
    stated: RatingCorrectionIn,
    session: Transaction,
    once: OnceOnly,
    version: Replaces,
    by: Caseworker,
) -> WholeGoalOut:
    """A rating was recorded wrongly: another stands in its place, and both are kept."""
    if await once.is_first(session):
        await operations.correct(session, goal_id, rating_id, stated, replacing=version, by=by)
    return await queries.read(session, goal_id, version=version, by=by)


@router.post("/family-goals/{goal_id}/discussion")
async def post_discussion(
    goal_id: Id, held: DiscussionIn, session: Transaction, once: OnceOnly, version: Shown, by: Manager
) -> WholeGoalOut:
    """Supervision has looked at why worker and parent stand two steps apart."""
    if await once.is_first(session):
        await operations.discuss(session, goal_id, held, by=by)
    return await queries.read(session, goal_id, version=version, by=by)


@router.post("/family-goals/{goal_id}/change", status_code=201)
async def post_change(
    goal_id: Id, stated: ChangedGoalIn, session: Transaction, once: OnceOnly, version: Shown, by: Caseworker
) -> WholeGoalOut:
    """Another goal takes the place of this one, which is kept with its ratings."""
    if await once.is_first(session):
        changed_into = await operations.change(session, goal_id, stated, by=by)
        await once.remember(session, status=201, outcome=str(changed_into))
    else:
        changed_into = UUID(once.outcome)
    return await queries.read(session, changed_into, version=version, by=by)


@router.post("/family-goals/{goal_id}/end")
async def post_goal_end(
    goal_id: Id, stated: GoalEndIn, session: Transaction, once: OnceOnly, version: Shown, by: Caseworker
) -> WholeGoalOut:
    """A goal is met, is needed no longer, or is given up, for a reason."""
    if await once.is_first(session):
        await operations.end(session, goal_id, stated, by=by)
    return await queries.read(session, goal_id, version=version, by=by)
