"""Reads of safety concerns: those not taken up first of all."""

from collections.abc import Sequence

from sqlmodel import col, select

from services.observation.concerns.models import Concern, ConcernOut
from services.observation.people.queries import workers
from services.observation.sight import concerns_seen_by
from shared import audit
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal

NO_CONCERN = "there is no such concern, or it is not yours to see"


def touched(session: Session, concerns: Sequence[Concern]) -> None:
    audit.touches(session, {id for each in concerns for id in (each.observation_id, each.worker_id, each.episode_id)})


async def page_of_concerns(session: Session, *, taken_up: bool, asked: PageAsked, by: Principal) -> Page[ConcernOut]:
    """The concerns whoever asks may see: those that wait for somebody, or those that were taken up."""
    wanted = (
        select(Concern)
        .where(await concerns_seen_by(session, by), col(Concern.taken_up_at).is_not(None) == taken_up)
        .order_by(col(Concern.observation_id))
        .limit(asked.limit + 1)
    )
    if asked.after is not None:
        wanted = wanted.where(col(Concern.observation_id) > asked.after)
    found = (await session.exec(wanted)).all()
    shown = found[: asked.limit]
    touched(session, shown)
    items = await shown_concerns(session, shown)
    return Page(items=items, next=shown[-1].observation_id if len(found) > asked.limit else None)


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
