"""Reads of safety concerns: those not taken up first of all."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.observation.concerns.models import Concern, ConcernOut
from services.observation.people.queries import workers
from services.observation.sight import concerns_seen_by
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def concern(session: Session, observation_id: UUID, *, by: Principal) -> ConcernOut:
    """One concern as it is shown. Raises `NotFound` when it is not there or not theirs to see."""
    return (await shown_concerns(session, [await concern_seen(session, observation_id, by=by)]))[0]


async def concern_seen(session: Session, observation_id: UUID, *, by: Principal, lock: bool = False) -> Concern:
    """One concern, locked if it is to be changed. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Concern).where(Concern.observation_id == observation_id, await concerns_seen_by(session, by))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such concern, or it is not yours to see")
    _touched(session, [found])
    return found


def _touched(session: Session, concerns: Sequence[Concern]) -> None:
    audit.touches(session, {id for each in concerns for id in (each.observation_id, each.worker_id, each.episode_id)})


async def page_of_concerns(session: Session, *, taken_up: bool, asked: PageAsked, by: Principal) -> Page[ConcernOut]:
    """The concerns whoever asks may see: those that wait for somebody, or those that were taken up."""
    is_taken_up = col(Concern.taken_up_at).is_not(None)
    wanted = select(Concern).where(await concerns_seen_by(session, by), is_taken_up == taken_up)
    shown, following = await asked.read(session, wanted, col(Concern.observation_id))
    _touched(session, shown)
    return Page(items=await shown_concerns(session, shown), next=following)


async def shown_concerns(session: Session, concerns: Sequence[Concern]) -> list[ConcernOut]:
    """Concerns as they are shown, with the staff references of whom they are about."""
    people = await workers(session, {id for each in concerns for id in (each.worker_id, each.observer_id)})
    return [
        ConcernOut.model_validate(
            each.model_dump()
            | {"worker": people[each.worker_id].reference, "observer": people[each.observer_id].reference}
        )
        for each in concerns
    ]
