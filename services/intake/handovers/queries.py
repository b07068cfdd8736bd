"""Reads of offers. Each starts from what whoever asks may see: a worker what is offered to them, a manager the team's."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from services.intake.episodes.models import Episode
from services.intake.handovers.models import Handover, HandoverOut
from services.intake.handovers.stages import Stage
from services.intake.people.models import Worker
from services.intake.people.queries import own_team, own_worker_id
from services.intake.sight import SEES_THE_TEAMS_CASES, hidden_from
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal, Role


async def seen_by(session: Session, by: Principal, *, answering: bool = False) -> ColumnElement[bool]:
    """Which offers whoever asks may see; or, of those, which they may answer. A restricted child's: whoever is named."""
    hidden = select(Episode.id).where(col(Episode.child_id).in_(hidden_from(by)))
    return await _seen_by_role(session, by, answering=answering) & col(Handover.episode_id).not_in(hidden)


async def _seen_by_role(session: Session, by: Principal, *, answering: bool) -> ColumnElement[bool]:
    if by.role is Role.SERVICE_MANAGER:
        return true()
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by)
        theirs = col(Handover.to_team) == team
        return (theirs if answering else or_(theirs, col(Handover.from_team) == team)) if team else false()
    worker_id = await own_worker_id(session, by)
    return col(Handover.to_worker_id) == worker_id if worker_id else false()


async def handover(session: Session, handover_id: UUID, *, by: Principal, answering: bool = False) -> Handover:
    """One offer. Raises `NotFound` when it is not there or not theirs to see."""
    wanted = select(Handover).where(Handover.id == handover_id, await seen_by(session, by, answering=answering))
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such offer, or it is not yours to see")
    audit.touches(session, [found.id, found.episode_id])
    return found


async def shown(session: Session, handover_id: UUID, *, by: Principal) -> HandoverOut:
    await handover(session, handover_id, by=by)
    (found,) = await _shown(session, col(Handover.id) == handover_id)
    return found


async def offered(session: Session, *, asked: PageAsked, by: Principal) -> Page[HandoverOut]:
    """The offers that stand, the one to be answered first at the top."""
    wanted = _with_workers().where(await seen_by(session, by), col(Handover.stage) == Stage.OFFERED)
    rows, further = await asked.read(session, wanted, col(Handover.answer_by), col(Handover.id))
    found = [_out(*row) for row in rows]
    audit.touches(session, [each.episode_id for each in found])
    return Page(items=found, next=further)


async def latest_of(session: Session, episode_id: UUID, *, by: Principal) -> HandoverOut:
    """The latest offer of a case."""
    found = await _shown(session, col(Handover.episode_id) == episode_id, await seen_by(session, by))
    return max(found, key=lambda each: each.offered_at)


async def _shown(session: Session, *which: Any) -> list[HandoverOut]:
    return [_out(*row) for row in (await session.execute(_with_workers().where(*which))).all()]


def _with_workers() -> Any:
    giver, taker = aliased(Worker), aliased(Worker)
    return (
        select(Handover, giver.reference, taker.reference)
        .join(giver, col(giver.id) == Handover.from_worker_id)
        .join(taker, col(taker.id) == Handover.to_worker_id)
    )


def _out(row: Handover, from_worker: str, to_worker: str) -> HandoverOut:
    return HandoverOut(
        id=row.id,
        episode_id=row.episode_id,
        from_worker=from_worker,
        from_team=row.from_team,
        to_worker=to_worker,
        to_team=row.to_team,
        reason=row.reason,
        stage=row.stage,
        offered_at=row.offered_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        refusal=row.refusal,
    )
