"""Reads of messages that go back to case systems, and of the cases they are about."""

from collections.abc import Collection
from typing import Any, Protocol, get_args
from uuid import UUID

from sqlalchemy import select as rows_of
from sqlmodel import col, or_, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.models import Episode
from services.intake.people.models import Child, Worker
from services.intake.referrals.models import Referral, ReferralForm
from services.intake.sight import children_seen_by
from services.intake.sources.document import StatedAllocation, StatedCase
from services.intake.sources.models import SourceDocument
from services.intake.sources.parts import PARTS
from services.intake.write_backs.models import Standing, StandingOut, WriteBack
from shared import audit
from shared.database import Session
from shared.problems import NotFound
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


class CaseHeld(Protocol):
    """A case somebody holds: whose it is, in which team, and who sent the referral if it was made here."""

    id: UUID
    child_id: UUID
    la_child_id: str
    team_code: str
    source_system: str | None


async def waiting(session: Session, system: str, *, asked: PageAsked) -> Page[WriteBack]:
    """The messages for which a system has given no receipt, in the order in which they were made."""
    wanted = select(WriteBack).where(WriteBack.system == system, WriteBack.standing == Standing.WAITING)
    found, following = await asked.read(session, wanted, col(WriteBack.id))
    audit.touches(session, {row.child_id for row in found})
    return Page.model_construct(items=list(found), next=following)


async def page_of_standings(
    session: Session, *, asked: PageAsked, standing: Standing | None, by: Principal
) -> Page[StandingOut]:
    """How messages about children whoever asks may see stand with their systems, the latest made last."""
    seen = select(Child.id).where(await children_seen_by(session, by))
    wanted = select(WriteBack).where(col(WriteBack.child_id).in_(seen))
    if standing is not None:
        wanted = wanted.where(WriteBack.standing == standing)
    found, following = await asked.read(session, wanted, col(WriteBack.id))
    audit.touches(session, {row.child_id for row in found})
    return Page(items=[shown(row) for row in found], next=following)


def shown(row: WriteBack) -> StandingOut:
    return StandingOut.model_validate(vars(row) | {"acts": row.message["acts"]})


async def one_of(session: Session, system: str, message_id: UUID) -> WriteBack:
    """A message to a system, locked. Raises `NotFound` when it is not there or another's."""
    wanted = select(WriteBack).where(WriteBack.id == message_id, WriteBack.system == system).with_for_update()
    found = (await session.exec(wanted)).one_or_none()
    if found is None:
        raise NotFound("there is no such message, or it is another system's")
    audit.touches(session, [found.child_id])
    return found


async def cases_held(session: Session, children: Collection[UUID]) -> dict[UUID, CaseHeld]:
    """Of each of these children the latest case somebody holds, or held until it closed: episode, referral day and team."""
    held = or_(col(Allocation.held_until).is_(None), col(Allocation.held_until) == Episode.closed_on)
    wanted = (
        rows_of(
            col(Episode.id),
            col(Episode.child_id),
            col(Child.la_child_id),
            col(Allocation.team_code),
            col(ReferralForm.source_system),
        )
        .join(Child, col(Child.id) == Episode.child_id)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .join(Allocation, (col(Allocation.episode_id) == Episode.id) & held)
        .outerjoin(ReferralForm, col(ReferralForm.id) == Referral.form_id)
        .where(col(Episode.child_id).in_(children))
        .order_by(col(Episode.started_on), col(Allocation.held_from))
    )
    return {row.child_id: row for row in (await session.execute(wanted)).all()}


async def systems_of(session: Session, children: Collection[UUID]) -> dict[UUID, str]:
    """The case system that states each of these children, as far as one does. A file's name says its period, too."""
    wanted = select(SourceDocument.child_id, SourceDocument.source).where(
        col(SourceDocument.child_id).in_(children), col(SourceDocument.source).not_like("%/%")
    )
    in_order = wanted.order_by(col(SourceDocument.stated_at))
    return dict((await session.exec(in_order)).all())


async def case_as_stated(session: Session, episode_id: UUID) -> StatedCase:
    """A case as a source would state it."""
    wanted = select(Episode, Referral).join(Referral, col(Referral.id) == Episode.referral_id)
    episode, referral = (await session.exec(wanted.where(Episode.id == episode_id))).one()
    said: dict[str, Any] = {}
    for part in PARTS:
        (shape, _) = get_args(StatedCase.model_fields[part.topic].annotation)
        rows = await _rows(session, part.table, episode_id, of_workers=part.of_workers)
        said[part.topic] = [_said(row, shape) for row in rows]
    held = await _rows(session, Allocation, episode_id, of_workers=True)
    return StatedCase(
        referred_on=referral.received_on,
        source=referral.source,
        primary_need=referral.primary_need,
        no_further_action=referral.no_further_action,
        closed_on=episode.closed_on,
        closure_reason=episode.closure_reason,
        allocations=tuple(_said(row, StatedAllocation) for row in held),
        **said,
    )


async def _rows(session: Session, table: Any, episode_id: UUID, *, of_workers: bool) -> Any:
    wanted = rows_of(table.__table__).where(table.episode_id == episode_id).order_by(table.id)
    if of_workers:
        wanted = wanted.add_columns(col(Worker.reference).label("worker"))
        wanted = wanted.join(Worker, col(Worker.id) == table.worker_id)
    return (await session.execute(wanted)).all()


def _said(row: Any, shape: Any) -> Any:
    names = [name for name in shape.model_fields if name != "recorded_in_error"]
    return shape.model_validate({name: getattr(row, name) for name in names})
