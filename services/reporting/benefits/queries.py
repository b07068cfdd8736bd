"""Reads of programmes: the plan in its newest version, and what follows from it."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func
from sqlmodel import col, select

from services.reporting.benefits.avoidance import Avoided, actual, avoided, months_from, planned, slipped
from services.reporting.benefits.models import (
    AvoidedOut,
    DecisionOut,
    MoneyOut,
    PhaseOut,
    ProgrammeDecision,
    ProgrammeOut,
    ProgrammePlan,
    SpendOut,
    TrackerOut,
)
from services.reporting.benefits.plan import PlanIn
from services.reporting.benefits.soundness import findings
from services.reporting.evidence.claims import Basis, Claim, Design, say
from shared.database import Session
from shared.problems import NotFound

NOTES = (
    "A number of children that is not what it was before says nothing by itself of what made it so.",
    "What was avoided is reckoned against a judgement of how many there would be otherwise. It is not money in hand.",
    "The range is that of the assumptions stated. How sure these are is not in it.",
    "Between two months stated the number is taken to move in a straight line.",
)


async def programmes(session: Session) -> list[ProgrammeOut]:
    """Every programme, under its title of now."""
    newest = select(col(ProgrammePlan.programme), func.max(ProgrammePlan.n)).group_by(col(ProgrammePlan.programme))
    found = [await session.get(ProgrammePlan, (name, n)) for name, n in (await session.exec(newest)).all()]
    return sorted(
        (
            ProgrammeOut(programme=each.programme, version=each.n, title=str(each.stated["title"]))
            for each in found
            if each is not None
        ),
        key=lambda each: each.programme,
    )


async def newest_plan(session: Session, programme: str) -> ProgrammePlan | None:
    wanted = select(ProgrammePlan).where(col(ProgrammePlan.programme) == programme)
    return (await session.exec(wanted.order_by(col(ProgrammePlan.n).desc()).limit(1))).first()


async def plan_shown(session: Session, programme: str) -> ProgrammePlan:
    """The newest version. Raises `NotFound`."""
    plan = await newest_plan(session, programme)
    if plan is None:
        raise NotFound("there is no such programme")
    return plan


async def decisions(session: Session, programme: str) -> list[DecisionOut]:
    """The log of a programme, in the order in which things were decided. Raises `NotFound`."""
    await plan_shown(session, programme)
    wanted = select(ProgrammeDecision).where(col(ProgrammeDecision.programme) == programme)
    in_order = wanted.order_by(col(ProgrammeDecision.decided_on), col(ProgrammeDecision.id))
    return [DecisionOut.model_validate(row) for row in (await session.exec(in_order)).all()]


def tracker(row: ProgrammePlan) -> TrackerOut:
    """What follows from a plan as it is stated."""
    plan = PlanIn.model_validate(row.stated)
    aimed, came = avoided(plan, planned(plan)), avoided(plan, actual(plan))
    return TrackerOut(
        programme=row.programme,
        version=row.n,
        stated_by=row.stated_by,
        stated_at=row.stated_at,
        plan=plan,
        actual_to=came[-1].month if came else None,
        planned_avoidance=[_avoided(each) for each in aimed],
        actual_avoidance=[_avoided(each) for each in came],
        shortfall=_shortfall(aimed, came),
        months_behind=slipped(plan),
        phases=[
            PhaseOut(
                name=each.name,
                planned_last=each.planned_last,
                last=each.last or each.planned_last,
                months_late=months_from(each.planned_last, each.last or each.planned_last),
            )
            for each in plan.phases
        ],
        spend=SpendOut(
            planned=sum(each.planned for each in plan.spend),
            actual=sum(each.actual or 0 for each in plan.spend),
            not_yet_stated=sum(each.planned for each in plan.spend if each.actual is None),
        ),
        headline=_headline(plan, came),
        findings=findings(plan),
        notes=list(NOTES),
    )


def _avoided(each: Avoided) -> AvoidedOut:
    return AvoidedOut(month=each.month, children=round(each.children, 1), to_date=MoneyOut(**asdict(each.to_date)))


def _shortfall(aimed: Sequence[Avoided], came: Sequence[Avoided]) -> MoneyOut | None:
    by_then = [each for each in aimed if came and each.month <= came[-1].month]
    if not by_then:
        return None
    planned_then, came_then = by_then[-1].to_date, came[-1].to_date
    return MoneyOut(
        low=planned_then.low - came_then.high,
        central=planned_then.central - came_then.central,
        high=planned_then.high - came_then.low,
    )


def _headline(plan: PlanIn, came: Sequence[Avoided]) -> Claim:
    """One sentence on numbers alone: nobody drew lots, so that no cause can be named."""
    described = Basis(Design.DESCRIBED, 0)
    if not came:
        return say(f"{plan.title}: how many children are looked after is not stated.", described, names=(plan.title,))
    there = next(each.actual for each in reversed(plan.months) if each.actual is not None)
    money = came[-1].to_date
    return say(
        f"{plan.title}: {there} children looked after at the end of {came[-1].month}, against {plan.otherwise.central} "
        f"judged otherwise; avoided so far £{money.central:,} (£{money.low:,} to £{money.high:,}).".replace("£-", "-£"),
        described,
        names=(plan.title,),
    )
