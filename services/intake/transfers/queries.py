"""Reads of transfers. Whoever may see a case may see where it goes; the team it is offered to may see the case."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, or_, select

from services.intake.episodes.models import Episode
from services.intake.episodes.queries import episode
from services.intake.people.models import Worker
from services.intake.referrals.models import Referral
from services.intake.sight import referrals_seen_by
from services.intake.transfers.models import Transfer, TransferOut
from services.intake.transfers.stages import OPEN
from shared import audit
from shared.database import Session
from shared.web.paging import Page, PageAsked
from shared.web.roles import Principal


async def transfers_of(session: Session, episode_id: UUID, *, by: Principal) -> list[TransferOut]:
    """Every transfer of a case, the latest last. Raises `NotFound` when the case is not there or not theirs to see."""
    found = await episode(session, episode_id, by=by)
    wanted = _with_worker().where(Transfer.episode_id == found.id).order_by(col(Transfer.id))
    return _shown((await session.execute(wanted)).all())


async def latest_of(session: Session, episode_id: UUID, *, by: Principal) -> TransferOut:
    return (await transfers_of(session, episode_id, by=by))[-1]


async def page_of_open(session: Session, *, team: str | None, asked: PageAsked, by: Principal) -> Page[TransferOut]:
    """Transfers that await something, to or from a team, or of every case that may be seen; the oldest first."""
    wanted = (
        _with_worker()
        .join(Episode, col(Episode.id) == Transfer.episode_id)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(col(Transfer.stage).in_(OPEN), await referrals_seen_by(session, by))
    )
    if team is not None:
        wanted = wanted.where(or_(Transfer.from_team == team, Transfer.to_team == team))
    found, following = await asked.read(session, wanted, col(Transfer.id))
    shown = _shown(found)
    audit.touches(session, [each.episode_id for each in shown])
    return Page(items=shown, next=following)


def _with_worker() -> Any:
    return select(Transfer, Worker.reference).outerjoin(Worker, col(Worker.id) == Transfer.worker_id)


def _shown(rows: Sequence[Any]) -> list[TransferOut]:
    return [TransferOut.model_validate(row).model_copy(update={"worker": worker}) for row, worker in rows]
