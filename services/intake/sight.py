"""May you see it? One condition a role, which every list and every look-up starts from.

It looks across subjects on purpose: who may see a referral depends on who holds the case that came of it.
"""

from sqlalchemy import ColumnElement, false, not_, true
from sqlmodel import and_, col, or_, select

from services.intake.allocation.models import Allocation
from services.intake.episodes.models import Episode
from services.intake.people.queries import own_team, own_worker_id
from services.intake.referrals.decision import Outcome
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
    if by.role is Role.SOCIAL_WORKER:
        worker_id = await own_worker_id(session, by)
        is_mine = and_(Allocation.worker_id == worker_id, col(Allocation.held_until).is_(None))
        return _of_cases(is_mine) if worker_id else false()
    if by.role in SEES_THE_TEAMS_CASES:
        team = await own_team(session, by)
        is_the_teams = col(Allocation.team_code) == team
        return or_(_of_cases(is_the_teams), not_(_of_cases(true()))) if team else false()
    return false()


def _of_cases(held: ColumnElement[bool]) -> ColumnElement[bool]:
    """Referrals that led to cases so held. A concern that joined an open episode goes with the child's case."""
    led = select(Episode.referral_id).join(Allocation, col(Allocation.episode_id) == Episode.id).where(held)
    has_joined = col(Referral.outcome).is_not_distinct_from(Outcome.OPEN_EPISODE)
    return or_(
        col(Referral.id).in_(led), and_(has_joined, col(Referral.child_id).in_(select(Allocation.child_id).where(held)))
    )
