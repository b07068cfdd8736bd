"""Deciding where a chart begins afresh."""

from services.reporting.people.queries import check_sees_team
from services.reporting.variation.models import Baseline, BaselineIn
from services.reporting.variation.queries import indicator_charted
from shared import audit, clock
from shared.database import Session
from shared.ids import new_id
from shared.web.roles import Principal


async def decide_baseline(session: Session, decided: BaselineIn, *, by: Principal) -> None:
    """Log the decision. Raises `NotFound` for an indicator or a team there is not, or that is not theirs to see."""
    indicator_charted(decided.indicator)
    await check_sees_team(session, decided.team, by)
    baseline = Baseline(
        id=new_id(),
        indicator=decided.indicator,
        team=decided.team or "",
        begins_on=decided.begins_on,
        stands=decided.stands,
        reason=decided.reason,
        decided_by=by.id,
        decided_at=clock.now(),
    )
    session.add(baseline)
    audit.touches(session, [baseline.id])
    await session.flush()
