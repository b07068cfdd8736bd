"""Reads of the queue. It starts from what whoever asks may see, as every list does."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.intake.allocation.caseloads import described, infants
from services.intake.allocation.models import Allocation
from services.intake.allocation.urgency import Urgency, escalation_of, needs_a_name, urgency_of
from services.intake.episodes.models import Episode
from services.intake.people.models import Worker
from services.intake.referrals.models import Referral
from services.intake.sight import referrals_seen_by
from services.intake.waiting.models import DutyWorker, QueueOut, WaitingOut
from shared import audit, clock
from shared.calendar import civil_date, working_days_between
from shared.database import Session
from shared.web.roles import Principal


async def queue(session: Session, *, limit: int, by: Principal) -> QueueOut:
    """The cases that nobody holds: those nobody answers for first, then by risk, then the longest waiting."""
    waiting = sorted(await _waiting(session, await referrals_seen_by(session, by)), key=_place)
    head = waiting[:limit]
    audit.touches(session, [each.episode_id for each in head])
    return QueueOut(waiting=len(waiting), unnamed=sum(each.needs_a_name for each in waiting), cases=head)


async def waiting_case(session: Session, episode_id: UUID, *, by: Principal) -> WaitingOut | None:
    """One case of the queue; None once somebody holds it."""
    seen = await referrals_seen_by(session, by)
    return next(iter(await _waiting(session, seen & (col(Episode.id) == episode_id))), None)


def _place(case: WaitingOut) -> tuple[bool, int, date, UUID]:
    return not case.needs_a_name, -Urgency[case.risk.upper()], case.waiting_since, case.episode_id


async def _waiting(session: Session, which: ColumnElement[bool]) -> list[WaitingOut]:
    on = clock.today()
    held = select(Allocation.episode_id).where(col(Allocation.held_until).is_(None))
    wanted = (
        select(Episode, Referral)
        .join(Referral, col(Referral.id) == Episode.referral_id)
        .where(col(Episode.closed_on).is_(None), col(Episode.id).not_in(held), which)
    )
    rows = (await session.exec(wanted)).all()
    cases = (await described(session, [episode.id for episode, _ in rows], on=on)).cases
    young = await infants(session, [episode.child_id for episode, _ in rows], on=on)
    named = await _duty_workers(session, [episode.id for episode, _ in rows])
    waiting = []
    for episode, referral in rows:
        case, since = cases[episode.id], _since(episode, referral)
        waiting.append(
            WaitingOut(
                episode_id=episode.id,
                referral_id=referral.id,
                risk=urgency_of(case, is_infant=episode.child_id in young).name.lower(),
                stage=case.stage,
                waiting_since=since,
                working_days=working_days_between(since, on),
                escalated_to=escalation_of(since, on=on),
                duty_worker=named.get(episode.id),
                needs_a_name=needs_a_name(case) and episode.id not in named,
            )
        )
    return waiting


def _since(episode: Episode, referral: Referral) -> date:
    """A case waits from the decision that opened it, or from its beginning where a source states it."""
    return civil_date(referral.decided_at) if referral.decided_at else episode.started_on


async def _duty_workers(session: Session, episodes: Collection[UUID]) -> dict[UUID, str]:
    wanted = (
        select(DutyWorker.episode_id, Worker.reference)
        .join(Worker, col(Worker.id) == DutyWorker.worker_id)
        .where(col(DutyWorker.episode_id).in_(episodes), col(DutyWorker.named_until).is_(None))
    )
    return dict((await session.exec(wanted)).all())
