"""Stating a programme's plan anew, and logging what was decided."""

from services.reporting.benefits.models import DecisionIn, ProgrammeDecision, ProgrammePlan
from services.reporting.benefits.plan import PlanIn
from services.reporting.benefits.queries import newest_plan, plan_shown
from shared import audit, clock
from shared.database import Session
from shared.ids import new_id
from shared.web.conditional import Replacing
from shared.web.roles import Principal


async def state_plan(
    session: Session, programme: str, stated: PlanIn, *, replacing: Replacing, by: Principal
) -> ProgrammePlan:
    """Keep the plan as another version beside those before it. Said again, it changes nothing.

    Raises `VersionNotNamed` or `AnotherVersionStands`.
    """
    newest, said = await newest_plan(session, programme), stated.model_dump(mode="json")
    if newest is not None and newest.stated == said:
        return newest
    n = newest.n if newest else 0
    replacing.check(n)
    plan = ProgrammePlan(programme=programme, n=n + 1, stated=said, stated_by=by.id, stated_at=clock.now())
    session.add(plan)
    await session.flush()
    return plan


async def log_decision(session: Session, programme: str, decided: DecisionIn, *, by: Principal) -> None:
    """Add to the log of a programme. Raises `NotFound`."""
    await plan_shown(session, programme)
    decision = ProgrammeDecision(
        id=new_id(),
        programme=programme,
        decided_on=decided.decided_on,
        what=decided.what,
        why=decided.why,
        recorded_by=by.id,
        recorded_at=clock.now(),
    )
    session.add(decision)
    audit.touches(session, [decision.id])
    await session.flush()
