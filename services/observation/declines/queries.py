"""Reads of observations that did not take place. Every one starts from what whoever asks may see."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from services.observation.declines.models import Decline, DeclineCountOut, DeclineOut
from services.observation.people.queries import workers
from services.observation.sight import declines_seen_by
from shared import audit
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def page_of_declines(session: Session, *, asked: PageAsked, by: Principal) -> Page[DeclineOut]:
    """What was declined and cancelled, of what whoever asks may see."""
    wanted = select(Decline).where(await declines_seen_by(session, by))
    shown, following = await asked.read(session, wanted, col(Decline.id))
    return Page(items=await shown_declines(session, shown), next=following)


async def shown_declines(session: Session, declines: Sequence[Decline]) -> list[DeclineOut]:
    """Declines as they are shown."""
    audit.touches(session, {id for each in declines for id in (each.id, each.worker_id)})
    people = await workers(session, {id for each in declines for id in (each.worker_id, each.observer_id)})
    return [
        DeclineOut.model_validate(
            each.model_dump(warnings=False)
            | {"worker": people[each.worker_id].reference, "observer": people[each.observer_id].reference}
        )
        for each in declines
    ]


async def counts(session: Session, since: date, until: date, *, by: Principal) -> list[DeclineCountOut]:
    """How often whose decision it was, and why, among what was planned for these days; the most frequent first."""
    often = func.count().label("often")
    wanted = (
        select(Decline.outcome, Decline.whose, Decline.reason, often)
        .where(await declines_seen_by(session, by), col(Decline.planned_for).between(since, until))
        .group_by(col(Decline.outcome), col(Decline.whose), col(Decline.reason))
        .order_by(often.desc(), col(Decline.outcome), col(Decline.whose), col(Decline.reason))
    )
    return [
        DeclineCountOut(outcome=outcome, whose=whose, reason=reason, count=count)
        for outcome, whose, reason, count in (await session.execute(wanted)).all()
    ]
