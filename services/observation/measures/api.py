"""The HTTP door of instruments, answers and goals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from services.observation import permissions
from services.observation.measures import operations, queries
from services.observation.measures.models import (
    AnswersIn,
    AnswersOut,
    CoverageOut,
    GoalIn,
    GoalOut,
    InstrumentOut,
    SeriesOut,
    TextsIn,
    VoiceIn,
    VoiceOut,
)
from shared.web.conditional import Replaces
from shared.web.guard import Reading, Transaction, may
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import IN_DIGITS, Day, Id, Reference

router = APIRouter(prefix="/v1", tags=["measures"])

Version = Annotated[int, Path(ge=1, le=99), IN_DIGITS]


@router.get("/instruments")
async def list_instruments(
    session: Reading, _by: Annotated[Principal, may(permissions.READ_INSTRUMENTS)]
) -> list[InstrumentOut]:
    """What families are asked, in numbered places, and how it is scored; with the words that the authority has loaded."""
    return await queries.instruments(session)


@router.put("/instruments/{code}/{version}/texts")
async def put_texts(
    code: Reference,
    version: Version,
    posted: TextsIn,
    session: Transaction,
    replaced: Replaces,
    by: Annotated[Principal, may(permissions.LOAD_TEXTS)],
) -> InstrumentOut:
    """Load the words of an instrument that the authority has a licence for, one text a place."""
    await operations.load_texts(session, code, version, posted, version=replaced, by=by)
    return await queries.instrument(session, code, version)


@router.put("/goals/{goal_id}", status_code=201, responses={200: {"model": GoalOut}})
async def put_goal(
    goal_id: Id,
    posted: GoalIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_MEASURES)],
) -> GoalOut:
    """Write down a family's goal and what attaining it as expected would look like, before anybody knows what comes of it."""
    goal, is_new = await operations.set_goal(session, goal_id, posted, version=version, by=by)
    if not is_new:
        response.status_code = 200
    return queries.shown_goals(session, [goal])[0]


@router.get("/goals")
async def list_goals(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_MEASURES)],
    episode_id: Id | None = None,
) -> Page[GoalOut]:
    """The goals of families that you may see."""
    return await queries.page_of_goals(session, episode_id=episode_id, asked=asked, by=by)


@router.put("/answers/{answers_id}", status_code=201, responses={200: {"model": AnswersOut}})
async def put_answers(
    answers_id: Id,
    posted: AnswersIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_MEASURES)],
) -> AnswersOut:
    """Record, under an id of your own making, what somebody answered. Send it as often as you like: it is recorded once."""
    answers, is_new = await operations.record_answers(session, answers_id, posted, version=version, by=by)
    if not is_new:
        response.status_code = 200
    return (await queries.shown_answers(session, [answers]))[0]


@router.get("/answers")
async def list_answers(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_MEASURES)],
    episode_id: Id | None = None,
) -> Page[AnswersOut]:
    """What families answered, of what you may see, with its scores."""
    return await queries.page_of_answers(session, episode_id=episode_id, asked=asked, by=by)


@router.get("/answers/{answers_id}")
async def read_answers(
    answers_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_MEASURES)]
) -> AnswersOut:
    """Answers of one person to one instrument, with their scores."""
    return await queries.answers(session, answers_id, by=by)


@router.get("/cases/{episode_id}/scores")
async def read_scores(
    episode_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_MEASURES)]
) -> list[SeriesOut]:
    """How each score of a case went. What a parent says and what a researcher rates are two series, never one mean."""
    return await queries.course(session, episode_id, by=by)


@router.put("/voices/{voice_id}", status_code=201, responses={200: {"model": VoiceOut}})
async def put_voice(
    voice_id: Id,
    posted: VoiceIn,
    session: Transaction,
    response: Response,
    version: Replaces,
    by: Annotated[Principal, may(permissions.RECORD_MEASURES)],
) -> VoiceOut:
    """Record how a child was heard, in a way that is for the child's age, or why the child was not."""
    voice, is_new = await operations.hear(session, voice_id, posted, version=version, by=by)
    if not is_new:
        response.status_code = 200
    return queries.shown_voices(session, [voice])[0]


@router.get("/voices")
async def list_voices(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_MEASURES)],
    episode_id: Id | None = None,
) -> Page[VoiceOut]:
    """How children were heard, or why not, of what you may see."""
    return await queries.page_of_voices(session, episode_id=episode_id, asked=asked, by=by)


@router.get("/voices/coverage")
async def read_coverage(
    session: Transaction, since: Day, until: Day, by: Annotated[Principal, may(permissions.READ_MEASURES)]
) -> CoverageOut:
    """Of the cases in which a family answered anything: in how many the child was heard, or it is said why not."""
    return await queries.coverage(session, since, until, by=by)
