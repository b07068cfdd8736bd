"""The HTTP door of cohorts and of the cases in them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.observation import permissions
from services.observation.cohort import operations, queries
from services.observation.cohort.models import CohortIn, CohortOut, FollowerIn, ParticipationOut, SettingAsideIn
from services.observation.cohort.stages import Stage
from shared.web.guard import Transaction, may
from shared.web.idempotency import OnceOnly
from shared.web.paging import Page, PageAsked, page_asked
from shared.web.roles import Principal
from shared.web.shapes import Code, Id

router = APIRouter(prefix="/v1", tags=["cohorts"])


@router.post("/cohorts", status_code=201)
async def post_cohort(
    posted: CohortIn, session: Transaction, once: OnceOnly, by: Annotated[Principal, may(permissions.MAKE_COHORTS)]
) -> CohortOut:
    """Make a rule by which chance selects cases as they are allocated. It is never changed."""
    if not await once.is_first(session):
        return await queries.cohort(session, UUID(once.outcome))
    cohort = await operations.make_cohort(session, posted, by=by)
    await once.remember(session, outcome=str(cohort.id))
    return await queries.cohort(session, cohort.id)


@router.get("/cohorts")
async def list_cohorts(
    session: Transaction, _by: Annotated[Principal, may(permissions.READ_COHORTS)]
) -> list[CohortOut]:
    """The cohorts, with how many cases of each team and offer are in the frame and were selected."""
    return await queries.cohorts(session)


@router.get("/cohorts/{cohort_id}")
async def read_cohort(
    cohort_id: Id, session: Transaction, _by: Annotated[Principal, may(permissions.READ_COHORTS)]
) -> CohortOut:
    """One cohort; once its last day is over, with the seed by which anybody can draw again."""
    return await queries.cohort(session, cohort_id)


@router.get("/participations")
async def list_participations(
    session: Transaction,
    asked: Annotated[PageAsked, Depends(page_asked)],
    by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)],
    cohort_id: Id | None = None,
    stage: Code[Stage] | None = None,
) -> Page[ParticipationOut]:
    """The cases in the frames of cohorts that you may see; with `stage=selected`, those nobody has been asked about yet."""
    return await queries.page_of_participations(session, cohort_id=cohort_id, stage=stage, asked=asked, by=by)


@router.get("/participations/{participation_id}")
async def read_participation(
    participation_id: Id, session: Transaction, by: Annotated[Principal, may(permissions.READ_PARTICIPATIONS)]
) -> ParticipationOut:
    """One case of a cohort, and how it came to be selected."""
    return await queries.shown_participation(session, participation_id, by=by)


@router.post("/participations/{participation_id}/setting-aside")
async def post_setting_aside(
    participation_id: Id,
    posted: SettingAsideIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.FOLLOW_CASES)],
) -> ParticipationOut:
    """Say why a selected case cannot be followed. The next of its team, in the order that chance gave, takes its place."""
    if await once.is_first(session):
        await operations.set_aside(session, participation_id, posted, by=by)
    return await queries.shown_participation(session, participation_id, by=by)


@router.post("/participations/{participation_id}/follower")
async def post_follower(
    participation_id: Id,
    posted: FollowerIn,
    session: Transaction,
    once: OnceOnly,
    by: Annotated[Principal, may(permissions.NAME_FOLLOWERS)],
) -> ParticipationOut:
    """Name the evaluator or coach who sees to it that the family is asked."""
    if await once.is_first(session):
        await operations.name_follower(session, participation_id, posted, by=by)
    return await queries.shown_participation(session, participation_id, by=by)
