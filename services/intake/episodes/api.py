"""The HTTP door of episodes: what was done in one, an act a route. What is under way needs no id: one of a kind is."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.intake import permissions
from services.intake.episodes import operations, queries
from services.intake.episodes.models import (
    AuthorisationIn,
    ClosureIn,
    ConferenceIn,
    DoneIn,
    EpisodeOut,
    MeetingIn,
    PlanEndIn,
    VisitIn,
)
from services.intake.episodes.queries import Whose
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.roles import Principal
from shared.web.shapes import Id, Reference

router = APIRouter(prefix="/v1/episodes", tags=["episodes"])


async def _whose_cases(worker: Reference | None = None, team: Reference | None = None) -> Whose:
    return Whose(worker=worker, team=team)


CasesAsked = Annotated[Whose, Depends(_whose_cases)]
"""For a list over open cases: of a worker, of a team, or of all that may be seen."""

Caseworker = Annotated[Principal, may(permissions.RECORD_CASEWORK)]
Manager = Annotated[Principal, may(permissions.DECIDE_ON_CASES)]


@router.get("/{episode_id}")
async def read_episode(
    episode_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_EPISODES)]
) -> EpisodeOut:
    """One episode of need: who holds the case, the stage it is at, and what was done in it."""
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/assessment", status_code=201)
async def post_assessment(
    episode_id: Id, start: DoneIn, session: Transaction, once: OnceOnly, by: Caseworker
) -> EpisodeOut:
    """An assessment has begun."""
    if await once.is_first(session):
        await operations.start_assessment(session, episode_id, start, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/assessment/authorisation")
async def post_authorisation(
    episode_id: Id, done: AuthorisationIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The assessment was authorised, with the factors it found."""
    if await once.is_first(session):
        await operations.authorise_assessment(session, episode_id, done, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/cin-plan", status_code=201)
async def post_cin_plan(episode_id: Id, start: DoneIn, session: Transaction, once: OnceOnly, by: Manager) -> EpisodeOut:
    """A child in need plan has begun."""
    if await once.is_first(session):
        await operations.start_cin_plan(session, episode_id, start, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/cin-plan/end")
async def post_cin_plan_end(
    episode_id: Id, end: DoneIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The child in need plan has ended."""
    if await once.is_first(session):
        await operations.end_cin_plan(session, episode_id, end, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/section-47", status_code=201)
async def post_section_47(
    episode_id: Id, start: DoneIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """A strategy discussion has decided on a section 47 enquiry, which begins on its day."""
    if await once.is_first(session):
        await operations.start_section_47(session, episode_id, start, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/section-47/end")
async def post_section_47_end(
    episode_id: Id, end: DoneIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The enquiry has ended, and no conference is required."""
    if await once.is_first(session):
        await operations.end_section_47(session, episode_id, end, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/conference", status_code=201)
async def post_conference(
    episode_id: Id, held: ConferenceIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """An initial child protection conference was held. A category of abuse says that it decided on a plan, from that day."""
    if await once.is_first(session):
        await operations.hold_conference(session, episode_id, held, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/protection-plan/end")
async def post_protection_plan_end(
    episode_id: Id, end: PlanEndIn, session: Transaction, once: OnceOnly, by: Manager
) -> EpisodeOut:
    """The protection plan has ended, or has stepped down to a child in need plan."""
    if await once.is_first(session):
        await operations.end_protection_plan(session, episode_id, end, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/meetings", status_code=201)
async def post_meeting(
    episode_id: Id, held: MeetingIn, session: Transaction, once: OnceOnly, by: Caseworker
) -> EpisodeOut:
    """A meeting was held: a strategy discussion, a core group, a review, a legal planning meeting."""
    if await once.is_first(session):
        await operations.hold_meeting(session, episode_id, held, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/visits", status_code=201)
async def post_visit(episode_id: Id, made: VisitIn, session: Transaction, once: OnceOnly, by: Caseworker) -> EpisodeOut:
    """The child was visited, under the assessment, plan or care that ran on that day."""
    if await once.is_first(session):
        await operations.visit(session, episode_id, made, by=by)
    return await queries.read(session, episode_id, by=by)


@router.post("/{episode_id}/closure")
async def post_closure(
    episode_id: Id,
    closure: ClosureIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.CLOSE_EPISODES)],
) -> EpisodeOut:
    """Close an episode of need for a DfE reason; the case is held by nobody from that day."""
    if await once.is_first(session):
        await operations.close(session, episode_id, closure, by=by)
    return await queries.read(session, episode_id, by=by)
