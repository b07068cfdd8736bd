"""May you see it? One condition a role, which every list and every look-up starts from.

It looks across subjects on purpose: who may see a referral depends on who holds the case that came of it.
"""

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col, or_, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.models import Episode
from services.intake.people.queries import own_team, own_worker_id
from services.intake.referrals.models import Referral, ReferralForm
from shared.database import Session
from shared.web.roles import Principal, Role

SEES_EVERY_CASE = frozenset({Role.DUTY, Role.SERVICE_MANAGER, Role.PRINCIPAL_SOCIAL_WORKER, Role.PERFORMANCE_ANALYST})
SEES_THE_TEAMS_CASES = frozenset({Role.TEAM_MANAGER, Role.DEPUTY_TEAM_MANAGER})


async def referrals_seen_by(session: Session, by: Principal) -> ColumnElement[bool]:
    """Which referrals whoever asks may see: a source system its own, a worker those held, a manager the team's and those
    nobody holds yet.
    """
    if by.role in SEES_EVERY_CASE:
        return true()
    if by.role is Role.SOURCE_SYSTEM:
        own = select(ReferralForm.id).where(ReferralForm.source_system == by.id)
        return col(Referral.form_id).in_(own)
    held = select(Episode.referral_id).join(Allocation, col(Allocation.episode_id) == Episode.id)
    if by.role is Role.SOCIAL_WORKER:
        worker_id = await own_worker_id(session, by)
        mine = held.where(Allocation.worker_id == worker_id, col(Allocation.held_until).is_(None))
        return col(Referral.id).in_(mine) if worker_id else false()
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by)
        if team is None:
            return false()
        return or_(col(Referral.id).in_(held.where(Allocation.team_code == team)), col(Referral.id).not_in(held))
    return false()
